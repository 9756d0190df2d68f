# SPDX-License-Identifier: GPL-2.0
"""Crafted packets of tunnel-icmp.t. pair is "46": an IPv4 service behind IPv6."""
import ipaddress

import packet as p
from flow import ENDS, Flow, back, drops, front, same
from wire import require

BACK = {"4": "10.0.2.1", "6": "fd00:2::1"}
HEADER = {"4": 20, "6": 40}


class TunnelFlow(Flow):
    """One through a tunnel: self.ends is the client's view, self.outer the
    outer header's."""

    def __init__(self, pair, port, protocol="udp"):
        super().__init__("v" + pair[0], protocol)
        self.forward = "tunnel"
        self.port = self.backend_port = int(port)
        self.outer = ENDS["v" + pair[1]]

    def is_request(self, packet):
        return packet.inner is not None and \
            packet.inner.sport == self.client_port

    def error(self, name, quote, to=None, **options):
        """A router of the tunnel's inside complains."""
        back.send(p.icmp_error(self.outer["router"], to or p.Packet(quote).src,
                               name, quote, **options))

    def is_error(self, packet):
        """An error of any kind about this flow."""
        return packet.error and packet.inner and \
            packet.inner.sport == self.client_port

    def silent(self):
        """Nothing has been told about this flow."""
        marker = Flow("v6" if p.is_ipv6(self.ends["vip"]) else "v4")
        front_marker(marker)
        front.nothing_before("error", self.is_error, marker.is_reply)


def front_marker(flow):
    """A reply of the flow reaches the front."""
    flow.open()
    back.send(flow.reply())


def encapsulated(tunnel, pair, port, overhead):
    flow = TunnelFlow(pair, port)
    sent = flow.request(b"whole?" * 50, ttl=10)
    front.send(sent)
    outer = back.expect("request", flow.is_request)
    same("source", outer.src, BACK[pair[1]])
    same("destination", outer.dst, flow.outer["backend"])
    same("hops left outside", outer.ttl, 9)
    same("hops left inside", outer.inner.ttl, 9)
    same("overhead", outer.length - outer.inner.length, int(overhead))
    same("source inside", outer.inner.src, flow.ends["client"])
    same("destination inside", outer.inner.dst, flow.ends["vip"])
    same("datagram", outer.inner.payload, p.Packet(sent).payload)
    same("key", outer.key, 7 if tunnel == "gre-all" else None)
    if tunnel.startswith("gue"):
        same("port", outer.dport, 6080 if tunnel == "gue" else 6081)
        same("checksum is there", bool(outer.check), tunnel == "gue")


def oversized(pair, port):
    """A segment that fits into its own header's length field but not into the
    outer one's: it is cut, and nothing is lost."""
    flow = TunnelFlow(pair, port, "tcp")
    flow.open(b"")
    src, dst = flow.ends["client"], flow.ends["vip"]
    data = bytes(range(251)) * 261
    data = data[:65535 - 20]
    pseudo = p.checksum(p.pseudo_header(src, dst, p.TCP, 20 + len(data))) ^ 0xffff
    segment = p.tcp(src, dst, flow.client_port, flow.port, p.ACK, seq=2,
                    data=data, check=pseudo)
    front.send_large(p.ip(src, dst, p.TCP, segment), 60, 1300)
    arrived = b""
    while len(arrived) < len(data):
        piece = back.expect("piece", flow.is_request)
        same("sequence number", int.from_bytes(piece.inner.payload[4:8], "big"),
             2 + len(arrived))
        require(len(piece.inner.text) <= 1300, "bytes:", len(piece.inner.text))
        arrived += piece.inner.text
    require(arrived == data, "the data is another")


def entropy(tunnel, pair, port):
    """Flows differ outside where they can; one flow does not change."""
    seen = {"label": set(), "sport": set()}
    for _ in range(8):
        flow = TunnelFlow(pair, port)
        first, second = flow.open(), flow.open()
        for what, values in seen.items():
            same(what, getattr(second, what), getattr(first, what))
            values.add(getattr(first, what))
    if pair[1] == "6":
        require(len(seen["label"]) >= 6, "flow labels:", seen["label"])
    if tunnel.startswith("gue"):
        require(len(seen["sport"]) >= 6, "source ports:", seen["sport"])
        require(min(seen["sport"]) >= 49152, "source ports:", seen["sport"])


def told_as(name):
    return name if name == "time-exceeded" else "host-unreachable"


def check_told(flow, outer, name, value=0):
    """The error is about the client's own packet."""
    error = front.expect(name, flow.is_error)
    same("error", error.error, name)
    same("second word", error.value, value)
    same("to", error.dst, flow.ends["client"])
    quoted = error.inner
    same("quoted source", quoted.src, flow.ends["client"])
    same("quoted destination", (quoted.dst, quoted.dport),
         (flow.ends["vip"], flow.port))
    same("quoted datagram", quoted.payload[:16], outer.inner.payload[:16])


def error(pair, port, name):
    flow = TunnelFlow(pair, port)
    outer = flow.open(b"question " * 8)
    flow.error(name, outer.data)
    check_told(flow, outer, told_as(name))


def least_quote(data):
    return data[:HEADER["6" if data[0] >> 4 == 6 else "4"] + 8]


def not_told(pair, port, name, amount):
    flow = TunnelFlow(pair, port)
    quote = flow.open().data
    flow.error(name, least_quote(quote) if amount == "least" else quote)
    flow.silent()


def bad_checksum(pair, port):
    flow = TunnelFlow(pair, port)
    flow.error("host-unreachable", flow.open().data, check=0x1234)
    flow.silent()


def foreign(pair, port):
    """The same quotation, but for its source: not a packet of the director."""
    flow = TunnelFlow(pair, port)
    outer = flow.open()
    size = len(p.to_bytes(outer.src))
    at = 12 if size == 4 else 8
    other = p.to_bytes(flow.outer["router"])
    quote = outer.data[:at] + other + outer.data[at + size:]
    flow.error("host-unreachable", quote, to=outer.src)
    flow.silent()


def foreign_source(pair, port):
    flow = TunnelFlow(pair, port)
    outer = flow.open()
    flow.error("host-unreachable", outer.data, to=BACK[pair[1]])
    flow.silent()


def too_big(pair, port, overhead, amount):
    """The path has room for 1400 bytes."""
    fits = 1400 - int(overhead)
    flow = TunnelFlow(pair, port)
    options = {} if pair[0] == "6" else {"frag": p.DF}
    header = HEADER[pair[0]] + 8
    before = drops("too_big")

    exact = flow.request(b"x" * (fits - header), **options)
    front.send(exact)
    outer = back.expect("request", flow.is_request)
    flow.error("too-big", outer.data, value=1400)
    flow.silent()

    TunnelFlow(pair, port).open()
    front.send(flow.request(b"y" * (fits - header), **options))
    same("what fits", back.expect("request", flow.is_request).length, 1400)

    large = flow.request(b"z" * (fits - header + 1), **options)
    front.send(large)
    too_large = front.expect("too-big", flow.is_error)
    same("error", (too_large.error, too_large.value), ("too-big", fits))
    same("packets counted", drops("too_big") - before, 1)

    narrower(flow, outer, fits, header, options, amount)


def narrower(flow, outer, fits, header, options, amount):
    """Another router has room for 1340 bytes. What was underway is too big."""
    fits -= 60
    quote = outer.data if amount == "all" else least_quote(outer.data)
    flow.error("too-big", quote, value=1340)
    if amount == "least":
        flow.silent()
        front.send(flow.request(b"x" * (fits + 1 - header), **options))
    told = front.expect("too-big", flow.is_error)
    same("error", (told.error, told.value), ("too-big", fits))


def sources(pair, port, prefix):
    """All of the prefix, and as many as there can be."""
    prefix = ipaddress.ip_network(prefix)
    seen = set()
    for _ in range(16):
        flow = TunnelFlow(pair, port)
        first, second = flow.open().src, flow.open().src
        same("source of one flow", first, second)
        require(ipaddress.ip_address(first) in prefix, first, "in", prefix)
        seen.add(first)
    if prefix.num_addresses == 1:
        same("sources", len(seen), 1)
    else:
        require(len(seen) >= 12, "sources:", seen)


def hostile_quotes(data):
    """Lies about a packet in a tunnel."""
    for length in range(len(data) + 1):
        yield data[:length]
    # Every byte of all headers in turn.
    for at in range(min(len(data), 110)):
        for value in (data[at] ^ 1, data[at] ^ 0xff):
            yield data[:at] + bytes([value]) + data[at + 1:]


def hostile(pair, port):
    flow = TunnelFlow(pair, port)
    outer = flow.open(b"y" * 8)
    for name in ("host-unreachable", "too-big"):
        for lie in hostile_quotes(outer.data):
            flow.error(name, lie, to=outer.src, value=1400)
        front.flush()
        back.flush()
    TunnelFlow(pair, port).open()
    Flow("v" + pair[0]).round_trip()
