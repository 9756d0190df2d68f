# SPDX-License-Identifier: GPL-2.0
"""Flows of crafted packets through a director.

Client and backend are addresses which no kernel owns, so nothing answers but
the test; selftests/crafted.sh makes their world.
"""
import itertools
import json
import subprocess

import packet as p
from wire import Port, require

ENDS = {
    "v4": dict(client="10.0.1.100", vip="198.51.100.1", backend="10.0.2.100",
               router="192.0.2.9", director="10.0.1.1", pool="10.0.2.150"),
    "v6": dict(client="fd00:1::100", vip="2001:db8:100::1",
               backend="fd00:2::100", router="2001:db8:9::9",
               director="fd00:1::1", pool="fd00:2::150"),
}
# protocol, forward -> port of the service, of the backend
PORTS = {
    ("udp", "nat"): (1053, 5353), ("tcp", "nat"): (1080, 8080),
    ("udp", "dr"): (1054, 1054), ("udp", "ipip"): (1055, 1055),
    ("udp", "fullnat"): (1056, 5356), ("tcp", "fullnat"): (1081, 8081),
}

client_ports = itertools.count(20000)
front = Port("client", "front", ("director", "front"))
back = Port("b1", "back", ("director", "back"))


class Flow:
    """A connection of a client port of its own, opened by one packet."""

    def __init__(self, family, protocol="udp", forward="nat"):
        self.ends = ENDS[family]
        self.forward = forward
        self.segment = p.udp if protocol == "udp" else p.tcp
        self.protocol = p.UDP if protocol == "udp" else p.TCP
        self.port, self.backend_port = PORTS[protocol, forward]
        self.client_port = next(client_ports)
        # What the backend takes for the client.
        self.source, self.source_port = self.ends["client"], self.client_port
        if forward == "fullnat":
            self.source, self.source_port = self.ends["pool"], None

    def request(self, data=b"request", check=None, **options):
        """A packet of the client; check is that of TCP or UDP."""
        src, dst = self.ends["client"], self.ends["vip"]
        segment = self.segment(src, dst, self.client_port, self.port, data=data,
                               check=check)
        return p.ip(src, dst, self.protocol, segment, **options)

    def reply(self, data=b"reply", check=None, **options):
        src, dst = self.ends["backend"], self.source
        port = self.backend_port
        if self.forward not in ("nat", "fullnat"):
            src = self.ends["vip"]
        segment = self.segment(src, dst, port, self.source_port, data=data,
                               check=check)
        return p.ip(src, dst, self.protocol, segment, **options)

    def is_request(self, packet):
        if self.forward == "ipip":
            packet = packet.inner if packet.protocol in (p.IPIP, p.IPV6) else None
        if self.source_port is None:
            return packet.src == self.source and packet.dport == self.backend_port
        return packet is not None and packet.sport == self.source_port

    def is_reply(self, packet):
        return packet.dport == self.client_port and not packet.inner

    def open(self, data=b"request"):
        """The first packet as the backend sees it."""
        front.send(self.request(data))
        request = back.expect("request", self.is_request)
        if self.forward == "fullnat":
            self.source_port = request.sport
        return request

    def round_trip(self):
        """The director works: a packet passes both ways."""
        self.open()
        back.send(self.reply())
        front.expect("reply", self.is_reply)


def stats():
    words = ["ip", "netns", "exec", "director", "lbadm", "-j", "stats"]
    return json.loads(subprocess.check_output(words))


def drops(reason):
    return stats()["drops"][reason]


def same(what, got, wanted):
    require(got == wanted, what, "is", got, "instead of", wanted)
