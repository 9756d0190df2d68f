# SPDX-License-Identifier: GPL-2.0
"""Crafted packets of frag.t."""
import itertools

import packet as p
from flow import Flow, back, front, same

idents = itertools.count(1)
TEXT = bytes(range(256)) * 12


def pieces_of(whole, sizes, extensions=()):
    """A packet in fragments; the last one takes what the sizes leave."""
    packet = p.Packet(whole)
    left = len(packet.payload) - sum(sizes)
    return p.fragments(packet.src, packet.dst, packet.protocol, packet.payload,
                       [*sizes, left], ident=next(idents), extensions=extensions)


def in_order(order, pieces):
    if order == "reversed":
        return pieces[::-1]
    if order == "shuffled":
        return pieces[1::2] + pieces[::2]
    if order == "repeated":
        return [piece for piece in pieces[:-1] for _ in range(2)] + pieces[-1:]
    return pieces


def is_between(src, dst):
    return lambda packet: (packet.src, packet.dst) == (src, dst)


def expect_request(flow):
    """As the backend sees it, out of the tunnel if there is one."""
    ends = flow.ends
    if flow.forward == "ipip":
        wanted = is_between(flow.director, ends["backend"])
        return back.expect_whole("request", wanted).inner
    dst = ends["backend"] if flow.forward == "nat" else ends["vip"]
    return back.expect_whole("request", is_between(ends["client"], dst))


def request(family, forward, order):
    flow = Flow(family, "udp", forward)
    flow.director = "fd00:2::1" if family == "v6" else "10.0.2.1"
    pieces = pieces_of(flow.request(data=TEXT), [1000, 104, 1200])
    front.send(*in_order(order, pieces))
    packet = expect_request(flow)
    same("faults", packet.faults, [])
    same("destination port", packet.dport, flow.backend_port)
    same("data unchanged", packet.text == TEXT, True)


def reply(family, order):
    flow = Flow(family)
    flow.open()
    back.send(*in_order(order, pieces_of(flow.reply(data=TEXT), [1208, 704])))
    packet = front.expect_whole(
        "reply", is_between(flow.ends["vip"], flow.ends["client"]))
    same("faults", packet.faults, [])
    same("source port", packet.sport, flow.port)
    same("data unchanged", packet.text == TEXT, True)


def tiny(family, protocol):
    """The first fragment ends as early as it can."""
    flow = Flow(family, protocol)
    front.send(*pieces_of(flow.request(data=TEXT[:64]), [8, 8]))
    packet = back.expect_whole(
        "request", is_between(flow.ends["client"], flow.ends["backend"]))
    same("faults", packet.faults, [])
    same("destination port", packet.dport, flow.backend_port)


def overlapping(flow):
    """Two fragments claim the same bytes: a way round firewalls."""
    packet = p.Packet(flow.request(data=TEXT[:800]))
    ends, text = (packet.src, packet.dst, packet.protocol), packet.payload
    ident = next(idents)
    return [p.fragment(*ends, text[:400], 0, True, ident),
            p.fragment(*ends, b"X" * 400, 200, True, ident),
            p.fragment(*ends, text[400:], 400, False, ident)]


def too_long(flow):
    """The last fragment ends beyond the 65535 bytes of a packet."""
    packet = p.Packet(flow.request(data=TEXT[:800]))
    ends = (packet.src, packet.dst, packet.protocol)
    ident = next(idents)
    return [p.fragment(*ends, packet.payload[:800], 0, True, ident),
            p.fragment(*ends, b"X" * 800, 65528, False, ident)]


def broken(family, how):
    """What never becomes a whole packet reaches nobody."""
    flow = Flow(family, "tcp" if how == "headless" else "udp")
    pieces = pieces_of(flow.request(data=TEXT[:1200]), [400, 400])
    if how == "overlapping":
        pieces = overlapping(flow)
    elif how == "too-long":
        pieces = too_long(flow)
    elif how == "headless":
        pieces = pieces_of(flow.request(data=TEXT[:64]), [8, 32])
    else:
        del pieces[{"first": 0, "middle": 1, "last": 2}[how]]
    front.send(*pieces)
    marker = Flow(family)
    front.send(marker.request())
    back.nothing_before("fragment", lambda packet: packet.frag & 0x3fff or
                        flow.is_request(packet), marker.is_request)


def atomic():
    """A fragment header on a packet that is whole (RFC 6946)."""
    flow = Flow("v6")
    front.send(*pieces_of(flow.request(), []))
    request = back.expect("request", flow.is_request)
    same("text", request.text, b"request")


HEADERS = {
    "hop-by-hop": [(p.HOP_BY_HOP, p.skipped_option())],
    "destination": [(p.DESTINATION, p.skipped_option(16))],
    "both": [(p.HOP_BY_HOP, p.skipped_option(16)),
             (p.DESTINATION, p.skipped_option())],
}


def extensions(protocol, which):
    """IPv6 extension headers before the transport header stay as they are."""
    flow = Flow("v6", protocol)
    chain = HEADERS[which]
    numbers = [number for number, _ in chain]
    front.send(flow.request(extensions=chain))
    request = back.expect("request", flow.is_request)
    same("extension headers", request.extensions, numbers)
    same("destination port", request.dport, flow.backend_port)
    back.send(flow.reply(extensions=chain))
    reply = front.expect("reply", flow.is_reply)
    same("extension headers", reply.extensions, numbers)
    same("source", (reply.src, reply.sport), (flow.ends["vip"], flow.port))


def extensions_and_fragments(forward):
    flow = Flow("v6", "udp", forward)
    flow.director = "fd00:2::1"
    front.send(*pieces_of(flow.request(data=TEXT), [1000, 1000],
                          HEADERS["hop-by-hop"]))
    request = expect_request(flow)
    same("data unchanged", request.text == TEXT, True)
