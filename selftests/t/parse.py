# SPDX-License-Identifier: GPL-2.0
"""Crafted packets of parse.t.

There the director has a route for the service's address, by way of the
backend, so that what is not balanced shows up at the backend untouched.
"""
import socket

import packet as p
from flow import ENDS, Flow, back, front, same
from wire import make_socket, require

BROADCAST = b"\xff" * 6
MULTICAST = {"v4": b"\x01\x00\x5e\x00\x00\x01", "v6": b"\x33\x33\x00\x00\x00\x01"}


def check_routed(sent, got):
    """Only the TTL differs."""
    sent = p.Packet(sent)
    same("source", got.src, sent.src)
    same("destination", got.dst, sent.dst)
    same("payload", got.payload, sent.payload)
    same("ttl", got.ttl, sent.ttl - 1)


def cut_off(family, protocol, size):
    """Too short for a transport header: balanced by no one's guess."""
    flow = Flow(family, protocol)
    ends = flow.ends
    segment = p.Packet(flow.request()).payload
    for length in range(int(size)):
        sent = p.ip(ends["client"], ends["vip"], flow.protocol, segment[:length])
        front.send(sent)
        got, others = back.collect(lambda packet: packet.src == ends["client"])
        require(got, "nothing of", length, "bytes arrived; seen:", *others)
        check_routed(sent, got)
    flow.open()


def tcp_header_length(family):
    """The data offset lies."""
    flow = Flow(family, "tcp")
    ends = flow.ends
    segment = p.Packet(flow.request(data=b"")).payload
    for words in (0, 4):
        sent = p.ip(ends["client"], ends["vip"], p.TCP,
                    segment[:12] + bytes([words << 4]) + segment[13:])
        front.send(sent)
        got, _ = back.collect(flow.is_request)
        require(got, "nothing arrived with data offset", words)
        check_routed(sent, got)


def bad_checksum(family, protocol):
    """It must not be repaired on the way."""
    flow = Flow(family, protocol)
    name = protocol.upper() + " checksum"
    for wrong in (0x0001, 0x5555, 0xfffe):
        right = p.Packet(flow.request()).check
        check = (right + wrong) % 0xffff or wrong
        front.send(flow.request(check=check))
        back.expect("request", flow.is_request, faults=[name])
    back.send(flow.reply(check=0x1234))
    front.expect("reply", flow.is_reply, faults=[name])


def udp_without_checksum():
    flow = Flow("v4")
    front.send(flow.request(check=0))
    same("checksum", back.expect("request", flow.is_request).check, 0)
    back.send(flow.reply(check=0))
    same("checksum", front.expect("reply", flow.is_reply).check, 0)


def udp_checksum_of_zero(family):
    """Where the sum comes out as 0 it is sent as 0xffff (RFC 768)."""
    flow = Flow(family)
    ends = flow.ends
    translated = p.udp(ends["client"], ends["backend"], flow.client_port,
                       flow.backend_port, b"\0\0")
    data = translated[6:8]
    front.send(flow.request(data=data))
    same("checksum", back.expect("request", flow.is_request).check, 0xffff)


def ipv4_options(protocol):
    flow = Flow("v4", protocol)
    for options in (b"\x01" * 4, b"\x94\x04\0\0", b"\x01" * 39 + b"\0"):
        front.send(flow.request(options=options))
        request = back.expect("request", flow.is_request)
        same("options", request.options, options)
        same("destination", (request.dst, request.dport),
             (flow.ends["backend"], flow.backend_port))


def other_port(family, protocol):
    flow = Flow(family, protocol)
    flow.port = 9999
    sent = flow.request()
    front.send(sent)
    check_routed(sent, back.expect("packet", flow.is_request))


def other_protocol(family):
    """Same ports, but neither TCP nor UDP."""
    flow = Flow(family)
    ends = flow.ends
    for protocol in (132, 136, 253):
        sent = p.ip(ends["client"], ends["vip"], protocol,
                    p.Packet(flow.request()).payload)
        front.send(sent)
        check_routed(sent, back.expect(
            "packet", lambda packet: packet.protocol == protocol))


def no_service(family, protocol, address):
    flow = Flow(family, protocol)
    flow.ends = dict(flow.ends, vip=address)
    sent = flow.request()
    front.send(sent)
    check_routed(sent, back.expect("packet", flow.is_request))


def not_to_us(family, kind):
    """A frame for everybody is not the director's to balance."""
    flow, marker = Flow(family), Flow(family)
    front.send(flow.request(),
               to=BROADCAST if kind == "broadcast" else MULTICAST[family])
    front.send(marker.request())
    back.nothing_before("balanced packet", flow.is_request, marker.is_request)


def group_address(family, address):
    """The service's port at a broadcast or multicast address."""
    flow, marker = Flow(family), Flow(family)
    flow.ends = dict(flow.ends, vip=address)
    front.send(flow.request(), to=BROADCAST)
    front.send(flow.request())
    front.send(marker.request())
    back.nothing_before("balanced packet", flow.is_request, marker.is_request)


def host_socket(family):
    """The service's address is the director's: other ports are the host's."""
    vip = ENDS[family]["vip"]
    kind = socket.AF_INET6 if family == "v6" else socket.AF_INET
    flow = Flow(family)
    with make_socket("director", kind, socket.SOCK_DGRAM) as sock:
        sock.settimeout(20)
        sock.bind((vip, 7777))
        flow.port = 7777
        front.send(flow.request(data=b"for the host"))
        same("datagram", sock.recv(100), b"for the host")
    Flow(family).round_trip()
