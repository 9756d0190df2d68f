# SPDX-License-Identifier: GPL-2.0
"""Crafted packets of differential.t: the same through IPVS and through nflb."""
import itertools

import packet as p
from flow import ENDS, back, front
from wire import Failure, require

# forward -> port of the service, port of the backend
PORTS = {"nat": (2000, 8000), "dr": (2001, 2001), "ipip": (2002, 2002)}
MARKER = 9
SIDES = {"front": front, "back": back}

marker_texts = itertools.count()
# (system, case, family, protocol, forward) -> what left the director
recorded = {}


class World:
    """One client port's view of one service."""

    def __init__(self, family, protocol, forward, client_port):
        self.ends = ENDS[family]
        self.family, self.forward = family, forward
        self.protocol = p.UDP if protocol == "udp" else p.TCP
        self.port, self.backend_port = PORTS[forward]
        self.client_port = client_port

    def segment(self, src, dst, sport, dport, flags, seq, ack, data, check):
        if self.protocol == p.UDP:
            return p.udp(src, dst, sport, dport, data, check)
        return p.tcp(src, dst, sport, dport, flags, seq, ack, data, check)

    def request(self, flags=p.SYN, seq=100, ack=0, data=b"", check=None,
                port=None, **options):
        src, dst = self.ends["client"], self.ends["vip"]
        return p.ip(src, dst, self.protocol, self.segment(
            src, dst, self.client_port, port or self.port, flags, seq, ack,
            data, check), **options)

    def reply(self, flags=p.SYN | p.ACK, seq=500, ack=101, data=b"", check=None,
              **options):
        """Of the backend; but for nat it is only routed here."""
        src = self.ends["backend" if self.forward == "nat" else "vip"]
        dst = self.ends["client"]
        return p.ip(src, dst, self.protocol, self.segment(
            src, dst, self.backend_port, self.client_port, flags, seq, ack,
            data, check), **options)

    def seen_by_backend(self, **options):
        """The request as it stands after translation, for errors to quote."""
        src = self.ends["client"]
        dst = self.ends["backend" if self.forward == "nat" else "vip"]
        return p.ip(src, dst, self.protocol, self.segment(
            src, dst, self.client_port, self.backend_port, p.SYN, 100, 0, b"",
            None), **options)

    def seen_by_client(self):
        src, dst = self.ends["vip"], self.ends["client"]
        return p.ip(src, dst, self.protocol, self.segment(
            src, dst, self.port, self.client_port, p.SYN | p.ACK, 500, 101,
            b"", None))


def opening(world):
    """First packets of either side."""
    return [("front", world.request()), ("back", world.reply()),
            ("front", world.request(p.ACK, 101, 501))]


def case_open(world):
    return opening(world)


def case_data(world):
    return opening(world) + [
        ("front", world.request(p.ACK | p.PSH, 101, 501, b"question")),
        ("back", world.reply(p.ACK | p.PSH, 501, 109, b"an odd answer")),
        ("front", world.request(p.ACK, 109, 514, bytes(1000)))]


def case_close(world):
    return opening(world) + [
        ("front", world.request(p.FIN | p.ACK, 101, 501)),
        ("back", world.reply(p.FIN | p.ACK, 501, 102)),
        ("front", world.request(p.ACK, 102, 502))]


def case_reset(world):
    return opening(world) + [
        ("back", world.reply(p.RST, 501)),
        ("front", world.request(p.RST, 101))]


def case_bad_checksum(world):
    return opening(world) + [
        ("front", world.request(p.ACK, 101, 501, b"x", check=0x1234)),
        ("back", world.reply(p.ACK, 501, 101, b"y", check=0x4321))]


def case_no_udp_checksum(world):
    return [("front", world.request(data=b"x", check=0)),
            ("back", world.reply(data=b"y", check=0))]


def case_other_port(world):
    return [("front", world.request(port=2999))]


def case_no_connection(world):
    """In the middle of a TCP connection nobody knows."""
    return [("front", world.request(p.ACK, 101, 501, b"late"))]


def case_ttl(world):
    return opening(world) + [
        ("front", world.request(p.ACK, 101, 501, ttl=2)),
        ("front", world.request(p.ACK, 101, 501, ttl=1))]


def case_options(world):
    options = {"options": b"\x94\x04\x00\x00"} if world.family == "v4" else \
        {"extensions": ((p.DESTINATION, p.skipped_option()),)}
    return opening(world) + [
        ("front", world.request(p.ACK, 101, 501, b"with options", **options))]


def case_fragments(world):
    whole = p.Packet(world.request(p.ACK, 101, 501, bytes(range(200))))
    size = len(whole.payload)
    pieces = p.fragments(whole.src, whole.dst, whole.protocol, whole.payload,
                         [24, 80, size - 104], ident=world.client_port)
    return opening(world) + [("front", piece) for piece in pieces]


def quoting_error(world, name, quote, side):
    value = 1300 if name == "too-big" else 0
    to = world.ends["client" if side == "back" else "vip"]
    return p.icmp_error(world.ends["router"], to, name, quote, value)


def case_error_about_request(world):
    quote = world.seen_by_backend(ttl=63)
    return opening(world) + [
        ("back", quoting_error(world, name, quote, "back"))
        for name in ("port-unreachable", "too-big", "time-exceeded")]


def case_error_about_reply(world):
    quote = world.seen_by_client()
    return opening(world) + [
        ("front", quoting_error(world, name, quote, "front"))
        for name in ("port-unreachable", "too-big", "time-exceeded")]


def case_too_big(world):
    """Does not fit the way to the backend, and must not be cut."""
    options = {"frag": p.DF} if world.family == "v4" else {}
    return opening(world) + [
        ("front", world.request(p.ACK, 101, 501, bytes(1452 - 40), **options))]


def markers(ends):
    """A routed datagram each way: what was sent before has left before it."""
    text = b"marker %d" % next(marker_texts)
    for side, src, dst in (("front", "client", "backend"),
                           ("back", "backend", "client")):
        src, dst = ends[src], ends[dst]
        data = p.ip(src, dst, p.UDP, p.udp(src, dst, MARKER, MARKER, text))
        SIDES[side].send(data)
    for side in ("back", "front"):
        found, others = SIDES[side].collect(lambda packet: packet.text == text)
        require(found, "no marker at", side)
        yield side, others


def without_chance(data):
    """What differs from run to run, because the host chooses it: the
    identification of a tunnel's or an error's IPv4 header, the flow label."""
    if data[0] >> 4 == 6:
        return b"\x60\0\0\0" + data[4:]
    packet = p.Packet(data)
    if packet.protocol not in (p.IPIP, p.ICMP):
        return data
    header = data[:4] + b"\0\0" + data[6:10] + b"\0\0" + data[12:20]
    return p.with_checksum(header, 10, b"", None) + data[20:]


def ours(world, packet):
    """Neighbours are looked for at any time."""
    return packet.protocol != p.ICMPV6 or packet.error


def record(system, case, family, protocol, forward, client_port):
    world = World(family, protocol, forward, int(client_port))
    left = []
    for side, data in globals()["case_" + case](world):
        SIDES[side].send(data)
        for where, packets in markers(world.ends):
            left += [(where, without_chance(packet.data)) for packet in packets
                     if ours(world, packet)]
    recorded[system, case, family, protocol, forward] = left


def blank(data, *ranges):
    for start, end in ranges:
        if len(data) >= end:
            data = data[:start] + bytes(end - start) + data[end:]
    return data


def network_size(data):
    return 40 if data[0] >> 4 == 6 else (data[0] & 15) * 4


def no_udp_checksum(data):
    size = network_size(data)
    return blank(data, (size + 6, size + 8))


def error_fields(data, *ranges):
    """Blank ranges of what an error quotes, and the checksums over it."""
    packet = p.Packet(data)
    if not packet.error:
        return data
    size = network_size(data)
    quote = size + 8
    return blank(data, (size + 2, size + 4),
                 *[(quote + start, quote + end) for start, end in ranges])


def no_quoted_checksum(data):
    packet = p.Packet(data)
    if not packet.error:
        return data
    offset = network_size(packet.inner.data) + \
        (16 if packet.inner.protocol == p.TCP else 6)
    return error_fields(data, (offset, offset + 2))


def no_error_source(data):
    packet = p.Packet(data)
    if packet.error and data[0] >> 4 == 4:
        data = blank(data, (10, 16))
    return data


def no_quoted_hop(data):
    if data[0] >> 4 == 6:
        return error_fields(data, (7, 8))
    return error_fields(no_error_source(data), (8, 9), (10, 12))


def no_errors(left):
    return [(where, data) for where, data in left if not p.Packet(data).error]


def put_together(left):
    """What packets of the same ends carry, as one."""
    whole = {}
    for where, data in left:
        packet = p.Packet(data)
        key = where, packet.src, packet.dst, packet.protocol
        whole.setdefault(key, []).append(packet)
    return [(key[0], b"".join(piece.payload for piece in pieces))
            for key, pieces in whole.items()]


EXCUSES = {name: lambda left, change=change: [(where, change(data))
                                              for where, data in left]
           for name, change in {
               "udp-checksum": no_udp_checksum,
               "quoted-checksum": no_quoted_checksum,
               "error-source": no_error_source,
               "quoted-hop": no_quoted_hop}.items()}
EXCUSES["pieces"] = put_together
EXCUSES["errors-lost"] = no_errors


def describe(one):
    if not one:
        return "nothing"
    return "%s: %s (%s)" % (one[0], p.Packet(one[1]), one[1][:96].hex())


def first_difference(ipvs, nflb):
    for i, (one, other) in enumerate(itertools.zip_longest(ipvs, nflb)):
        if one != other:
            return "packet %d: IPVS: %s, nflb: %s" \
                % (i + 1, describe(one), describe(other))
    return None


def compare(case, family, protocol, forward, excuse=None):
    """The same leaves; with an excuse, the same but for that."""
    ipvs, nflb = (recorded[system, case, family, protocol, forward]
                  for system in ("ipvs", "nflb"))
    require(ipvs, "IPVS let nothing out")
    difference = first_difference(ipvs, nflb)
    if excuse:
        require(difference, "there is no difference any more")
        difference = first_difference(*map(EXCUSES[excuse], (ipvs, nflb)))
    require(not difference, difference)
