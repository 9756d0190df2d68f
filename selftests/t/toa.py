# SPDX-License-Identifier: GPL-2.0
"""The client's address in TCP option 254: where it is, and where not."""
import struct

import flow
import packet as p
from flow import back, front, same

KIND = 254
NOP = b"\1"
# What Linux puts into a SYN: MSS, SACK permitted, timestamps, window scale
USUAL = b"\2\4\5\xb4\4\2\10\12" + bytes(8) + b"\1\3\3\7"
ELSEWHERE = {"v4": "6.6.6.6", "v6": "2001:db8:666::6"}


def option(address, port):
    data = struct.pack("!H", port) + p.to_bytes(address)
    return bytes([KIND, len(data) + 2]) + data


def options_of(packet):
    return packet.payload[20:(packet.payload[12] >> 4) * 4]


class Client(flow.Flow):
    """A connection whose segments are made one by one."""

    def __init__(self, family):
        super().__init__(family, "tcp", "fullnat")
        self.family = family
        self.mine = option(self.ends["client"], self.client_port)
        self.false = option(ELSEWHERE[family], 666)

    def send(self, flags, extra=b"", data=b"", check=None, **ip):
        """A segment, and what the backend gets for it."""
        src, dst = self.ends["client"], self.ends["vip"]
        size = 20 + len(extra)
        segment = struct.pack("!HHIIBBHHH", self.client_port, self.port,
                              1000, 2000 if flags & p.ACK else 0,
                              size // 4 << 4, flags, 65535, 0, 0) + extra + data
        segment = p.with_checksum(
            segment, 16, p.pseudo_header(src, dst, p.TCP, len(segment)), check)
        front.send(p.ip(src, dst, p.TCP, segment, **ip))
        got = back.expect("the segment", self.is_request,
                          ["TCP checksum"] if check else [])
        self.source_port = got.sport
        same("what is behind the options", got.text, data)
        return got

    def answer(self, flags):
        src, dst = self.ends["backend"], self.source
        back.send(p.ip(src, dst, p.TCP, p.tcp(
            src, dst, self.backend_port, self.source_port, flags=flags,
            seq=2000, ack=1001)))
        front.expect("the answer", self.is_reply)


def first(family):
    client = Client(family)
    same("of a bare SYN", options_of(client.send(p.SYN)), client.mine)
    client = Client(family)
    same("before other options", options_of(client.send(p.SYN, USUAL)),
         client.mine + USUAL)


def until_answered(family):
    """From the SYN to the first answer behind the handshake."""
    client = Client(family)
    client.send(p.SYN)
    client.answer(p.ACK)
    same("of a SYN once more, after an answer to something old",
         options_of(client.send(p.SYN)), client.mine)
    client.answer(p.SYN | p.ACK)
    same("of the first ACK", options_of(client.send(p.ACK)), client.mine)
    same("of data", options_of(client.send(p.ACK | p.PSH, data=b"data")), client.mine)
    client.answer(p.ACK)
    same("of data after the answer",
         options_of(client.send(p.ACK | p.PSH, data=b"data")), b"")


def size(family):
    """A segment grows to the MTU and no further."""
    client = Client(family)
    client.send(p.SYN)
    client.answer(p.SYN | p.ACK)
    client.send(p.ACK)
    headers = 20 + (40 if family == "v6" else 20)
    frag = {} if family == "v6" else {"frag": p.DF}
    room = 1500 - headers - len(client.mine)
    got = client.send(p.ACK, data=bytes(room), **frag)
    same("where there is room", options_of(got), client.mine)
    same("the packet's length", got.length, 1500)
    got = client.send(p.ACK, data=bytes(room + 1), **frag)
    same("where there is none", options_of(got), b"")
    got = client.send(p.ACK, data=bytes(1500 - headers), **frag)
    same("in a full packet", options_of(got), b"")


def false(family):
    """Who the client says it is."""
    client = Client(family)
    blank = NOP * len(client.false)
    same("after the client's own", options_of(client.send(p.SYN, client.false)),
         client.mine + blank)
    client = Client(family)
    full = (client.false + USUAL + NOP * 20)[:40]
    if len(client.false) + len(USUAL) > 40:
        full = client.false + NOP * (40 - len(client.false))
    same("in a full header", options_of(client.send(p.SYN, full)),
         full.replace(client.false, blank))
    client = Client(family)
    twice = NOP + option(ELSEWHERE["v4"], 1) + NOP * 3 + option(ELSEWHERE["v4"], 2)
    same("twice", options_of(client.send(p.SYN, twice)), client.mine + NOP * 20)


def damaged(family):
    """What was wrong stays wrong, and cannot be read too far."""
    client = Client(family)
    same("with a wrong checksum",
         options_of(client.send(p.SYN, USUAL, check=0x1234)), client.mine + USUAL)
    for odd in (b"\xfe\0\1\1", b"\xfe\1\1\1", b"\1\1\1\xfe", b"\x08\x28\1\1",
                b"\0\xfe\x08\x01"):
        client = Client(family)
        same("before damaged options", options_of(client.send(p.SYN, odd)),
             client.mine + odd)


def behind_headers(family):
    """Between the IP header and TCP's there may be more."""
    client = Client(family)
    if family == "v6":
        more = {"extensions": ((p.HOP_BY_HOP, p.skipped_option()),)}
    else:
        more = {"options": NOP * 4}
    got = client.send(p.SYN, USUAL, **more)
    same("behind more headers", options_of(got), client.mine + USUAL)
    same("which stay", (got.options, got.extensions),
         (more.get("options", b""), [p.HOP_BY_HOP] if family == "v6" else []))
