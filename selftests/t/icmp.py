# SPDX-License-Identifier: GPL-2.0
"""Crafted packets of icmp.t."""
import socket

import packet as p
from flow import ENDS, Flow, back, drops, front, same
from wire import Failure, make_socket


def quoting(flow, name):
    """Matches an error which quotes a packet of the flow."""
    ports = {flow.client_port, flow.source_port}
    return lambda packet: packet.error == name and packet.inner and \
        ports & {packet.inner.sport, packet.inner.dport}


def check_outer(error, src, dst, value):
    same("outer source", error.src, src)
    same("outer destination", error.dst, dst)
    same("second word", error.value, value)


def check_quoted(error, src, sport, dst, dport):
    quoted = error.inner
    same("quoted source", (quoted.src, quoted.sport), (src, sport))
    same("quoted destination", (quoted.dst, quoted.dport), (dst, dport))


def least_quote(data):
    """As little as RFC 792 promises: the header and eight bytes."""
    return data[:(40 if data[0] >> 4 == 6 else 20) + 8]


def value_of(name):
    return 1300 if name == "too-big" else 0


def about_request(family, protocol, name, amount="all", forward="nat"):
    """A router behind the director complains to the client."""
    flow = Flow(family, protocol, forward)
    ends = flow.ends
    quote = flow.open(data=b"question " * 8).data
    if amount == "least":
        quote = least_quote(quote)
    back.send(p.icmp_error(ends["router"], flow.source, name, quote,
                           value_of(name)))
    error = front.expect(name, quoting(flow, name))
    check_outer(error, ends["vip"], ends["client"], value_of(name))
    check_quoted(error, ends["client"], flow.client_port, ends["vip"], flow.port)
    same("bytes quoted", len(error.inner.data), len(quote))
    same("ttl", error.ttl, 63)


def about_reply(family, protocol, name, amount="all", forward="nat"):
    """A router before the director complains to the backend."""
    flow = Flow(family, protocol, forward)
    ends = flow.ends
    flow.open()
    back.send(flow.reply(data=b"answer " * 8))
    quote = front.expect("reply", flow.is_reply).data
    if amount == "least":
        quote = least_quote(quote)
    front.send(p.icmp_error(ends["router"], ends["vip"], name, quote,
                            value_of(name)))
    error = back.expect(name, quoting(flow, name))
    # A backend with full NAT has no route to the router either.
    sender = flow.source if forward == "fullnat" else ends["router"]
    check_outer(error, sender, ends["backend"], value_of(name))
    check_quoted(error, ends["backend"], flow.backend_port, flow.source,
                 flow.source_port)
    same("ttl", error.ttl, 63)


def about_direct_reply(family, forward):
    """A router complains to the service about what a backend sent itself."""
    flow = Flow(family, "udp", forward)
    ends = flow.ends
    flow.open()
    sent = p.icmp_error(ends["router"], ends["vip"], "too-big", flow.reply(),
                        1300)
    front.send(sent)

    def is_it(packet):
        if forward == "ipip" and packet.protocol in (p.IPIP, p.IPV6):
            packet = packet.inner
        return quoting(flow, "too-big")(packet)

    error = back.expect("too-big", is_it)
    if forward == "ipip":
        same("tunnel's end", error.dst, ends["backend"])
        error = error.inner
    same("message", error.payload, p.Packet(sent).payload)
    check_outer(error, ends["router"], ends["vip"], 1300)


def in_fragments(family):
    """The headers to translate are spread over several fragments."""
    flow = Flow(family)
    ends = flow.ends
    quote = flow.open(data=b"question " * 8).data
    whole = p.Packet(p.icmp_error(ends["router"], ends["client"],
                                  "port-unreachable", quote))
    message = whole.payload
    sizes = [16, 16, 8, len(message) - 40]
    for piece in p.fragments(ends["router"], ends["client"], whole.protocol,
                             message, sizes, ident=flow.client_port):
        back.send(piece)
    error = front.expect_whole("error", lambda packet:
                               packet.dst == ends["client"] and
                               packet.protocol == whole.protocol)
    check_outer(error, ends["vip"], ends["client"], 0)
    check_quoted(error, ends["client"], flow.client_port, ends["vip"], flow.port)


def bad_checksum(family):
    flow = Flow(family)
    ends = flow.ends
    quote = flow.open().data
    before = drops("checksum")
    back.send(p.icmp_error(ends["router"], ends["client"], "port-unreachable",
                           quote, check=0x1234))
    back.send(flow.reply())
    front.nothing_before("error with a bad checksum",
                         lambda packet: packet.icmp is not None, flow.is_reply)
    same("drops counted", drops("checksum") - before, 1)


def about_no_connection(family):
    """Through the director as through any router: only the TTL changes."""
    flow = Flow(family)
    ends = flow.ends
    sent = p.icmp_error(ends["router"], ends["client"], "port-unreachable",
                        flow.request())
    back.send(sent)
    error = front.expect("error", quoting(flow, "port-unreachable"))
    same("source", error.src, ends["router"])
    same("message", error.payload, p.Packet(sent).payload)
    same("ttl", error.ttl, 63)


def to_host(family, closed):
    """An error about what the director's own socket sent reaches it."""
    kind = socket.AF_INET6 if family == "v6" else socket.AF_INET
    with make_socket("director", kind, socket.SOCK_DGRAM) as sock:
        sock.settimeout(20)
        sock.connect((closed, 9))
        sock.send(b"anyone?")
        try:
            sock.recv(1)
        except ConnectionRefusedError:
            return
    raise Failure("the socket received something")


def ttl_expires(family, forward):
    """The last hop is the director: it says so."""
    flow = Flow(family, "udp", forward)
    ends = flow.ends
    before = drops("ttl")
    front.send(flow.request(ttl=1))
    error = front.expect("time-exceeded", quoting(flow, "time-exceeded"))
    same("source", error.src, ends["director"])
    check_quoted(error, ends["client"], flow.client_port, ends["vip"], flow.port)
    same("drops counted", drops("ttl") - before, 1)


def ttl_decremented(family, forward):
    flow = Flow(family, "udp", forward)
    front.send(flow.request(ttl=2))
    request = back.expect("request", flow.is_request)
    same("ttl", (request.inner or request).ttl, 1)
    if forward == "nat":
        back.send(flow.reply(ttl=9))
        same("ttl of the reply", front.expect("reply", flow.is_reply).ttl, 8)


def set_byte(data, offset, value):
    return data[:offset] + bytes([value]) + data[offset + 1:]


def hostile_quotes(flow, quote):
    """Quoted packets that lie; quote is an honest one."""
    for length in range(len(quote) + 1):
        yield quote[:length]
    for first in range(256):
        yield set_byte(quote, 0, first)
    if quote[0] >> 4 == 4:
        yield from hostile_ipv4(quote)
    else:
        yield from hostile_ipv6(flow, quote)


def hostile_ipv4(quote):
    for frag in (0x2000, 0x0001, 0x1fff, 0x3fff, 0x8000, 0xffff):
        yield quote[:6] + frag.to_bytes(2, "big") + quote[8:]
    for length in (0, 1, 19, 20, 27, 65535):
        yield quote[:2] + length.to_bytes(2, "big") + quote[4:]
    for protocol in (0, p.IPIP, p.ICMP, p.IPV6, 255):
        yield set_byte(quote, 9, protocol)


def hostile_ipv6(flow, quote):
    src, dst, segment = flow.ends["client"], flow.ends["backend"], quote[40:]
    for length in (0, 1, 7, 65535):
        yield quote[:4] + length.to_bytes(2, "big") + quote[6:]
    for protocol in (p.HOP_BY_HOP, p.ROUTING, p.FRAGMENT, p.DESTINATION, 50, 51,
                     59, 135, p.IPV6, p.IPIP, p.ICMPV6):
        yield set_byte(quote, 6, protocol)
    chain = [(p.DESTINATION, p.skipped_option())] * 40
    chained = p.ipv6(src, dst, p.UDP, segment, extensions=chain)
    for length in (*range(40, 80), len(chained)):
        yield chained[:length]
    for size in (0, 1, 31, 255):
        body = bytes([size]) + bytes(6)
        yield p.ipv6(src, dst, p.UDP, segment, extensions=[(p.DESTINATION, body)])
    for offset in (0, 1, 8, 0xfff8, 0xffff):
        yield p.fragment(src, dst, p.UDP, segment, offset, False)


def hostile(family, side):
    """Any answer but a fault is right; afterwards all works as before."""
    flow = Flow(family)
    ends = flow.ends
    quote, port, dst = flow.open().data, back, ends["client"]
    if side == "reply":
        back.send(flow.reply())
        quote = front.expect("reply", flow.is_reply).data
        port, dst = front, ends["vip"]
    for name in p.ERRORS:
        for lie in hostile_quotes(flow, quote):
            port.send(p.icmp_error(ends["router"], dst, name, lie, 1300))
    for name in p.ERRORS:
        honest = p.icmp_error(ends["router"], dst, name, quote, 1300)
        header = len(honest) - len(quote) - 8
        for length in range(8):
            message = p.Packet(honest).payload[:length]
            port.send(p.ip(ends["router"], dst, honest[6 if header == 40 else 9],
                           message))
        front.flush()
        back.flush()
    flow.round_trip()
    Flow(family).round_trip()
    Flow(family, "udp", "ipip").open()


def hostile_tunnel(family):
    """Lies about what the director sent into a tunnel."""
    flow = Flow(family, "udp", "ipip")
    outer = flow.open()
    for lie in hostile_quotes(flow, outer.data):
        for mtu in (0, 1, 67, 1279, 0xffff, 0xffffffff):
            back.send(p.icmp_error(flow.ends["router"], outer.src, "too-big",
                                   lie, mtu))
        front.flush()
        back.flush()
    flow.open()
    Flow(family).round_trip()
