# SPDX-License-Identifier: GPL-2.0
"""Segments with the ports of a connection and numbers that are far off."""
import struct

import packet as p
from wire import Port, require

CLIENT_PORT, PORT = 4000, 7000

front = Port("director", "front")
attacker = Port("client", "front", peer=("director", "front"))
backends = {"b1": Port("b1", "back", peer=("director", "back"))}
backends_end = {"client": Port("client", "front")}


known = None


def watch():
    """The next connection is the one."""
    global known
    known = None
    front.flush()


def is_from_client(packet):
    return packet.sport == CLIENT_PORT and packet.dport == PORT


def numbers():
    """Sequence and acknowledgement number of the client's last segment."""
    last = None
    while found := front.collect(is_from_client, timeout=0.2)[0]:
        last = found
    require(last, "no segment of the client at", front.name)
    return struct.unpack("!II", last.payload[4:12])


def forge(flags, whom, vip, client, backend):
    global known
    known = known or numbers()
    bits = sum(getattr(p, flag) for flag in flags.split("+"))
    seq, ack = known
    if whom == "client":
        src, dst, sport, dport, port = client, vip, CLIENT_PORT, PORT, attacker
    else:
        seq, ack = ack, seq
        src, dst, sport, dport, port = backend, client, PORT, CLIENT_PORT, backends["b1"]
    seq = (seq + (1 << 31)) % (1 << 32)
    segment = p.tcp(src, dst, sport, dport, flags=bits, seq=seq, ack=ack)
    port.send(p.ip(src, dst, p.TCP, segment))
    if whom == "backend":
        backends_end["client"].expect(
            "the forged segment", lambda packet: packet.sport == PORT and
            packet.flags == bits and packet.payload[4:8] == struct.pack("!I", seq))
    else:
        front.expect("the forged segment", lambda packet: is_from_client(packet) and
                     packet.payload[4:8] == struct.pack("!I", seq))
