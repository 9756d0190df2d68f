# SPDX-License-Identifier: GPL-2.0
"""A reader of connections for rmmod.t that takes its time."""
import struct

import nlmsg
from wire import Namespace, require

reader = None


def dump_begin():
    """The first part of the answer is read, the kernel keeps the rest."""
    global reader
    with Namespace("director"):
        reader = nlmsg.Kernel()
    reader.send(nlmsg.N["NFLB_CMD_CONNECTION_GET"], nlmsg.NLM_F_DUMP, b"")
    data = reader.sock.recv(65536)
    while data:
        length, kind = struct.unpack_from("=IH", data)
        require(kind == reader.family, "message", kind, "in the first part")
        data = data[(length + 3) & ~3:]


def dump_end():
    reader.sock.close()
