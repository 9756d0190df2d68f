# SPDX-License-Identifier: GPL-2.0
"""Ends of cables in network namespaces: send and see raw packets there."""
import ctypes
import fcntl
import os
import select
import socket
import struct
import time

import packet as p

CLONE_NEWNET = 0x40000000
SIOCGIFHWADDR = 0x8927
ETH_P_ALL, ETH_P_IP, ETH_P_IPV6 = 3, 0x0800, 0x86dd
PACKET_OUTGOING = 4
SO_RCVBUFFORCE = 33
SOL_PACKET, PACKET_VNET_HDR = 263, 15
VNET_NEEDS_CSUM, VNET_GSO_TCPV6 = 1, 4
# Long enough for a busy emulated machine; only failures wait that long.
DEADLINE = 20

_libc = ctypes.CDLL(None, use_errno=True)


class Failure(Exception):
    """What was wrong; the test's diagnostics."""


def require(condition, *what):
    if not condition:
        raise Failure(" ".join(str(word) for word in what))


class Namespace:
    """`with Namespace(name):` does what follows in that network namespace."""

    def __init__(self, name):
        self.name = name

    def __enter__(self):
        self.home = os.open("/proc/self/ns/net", os.O_RDONLY)
        there = os.open("/run/netns/" + self.name, os.O_RDONLY)
        self._enter(there)
        os.close(there)

    def __exit__(self, *_):
        self._enter(self.home)
        os.close(self.home)

    @staticmethod
    def _enter(fd):
        if _libc.setns(fd, CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")


def make_socket(namespace, *args):
    with Namespace(namespace):
        return socket.socket(*args)


def hardware_address(namespace, device):
    with make_socket(namespace, socket.AF_INET, socket.SOCK_DGRAM) as sock:
        request = struct.pack("16s16x", device.encode())
        answer = fcntl.ioctl(sock, SIOCGIFHWADDR, request)
    return answer[18:24]


def put_together(pieces):
    """The packet whose fragments, by offset, these are; None without all."""
    payload = b""
    while piece := pieces.get(len(payload)):
        payload += piece.payload
        if not piece.frag & p.MF:
            return p.Packet(p.ip(piece.src, piece.dst, piece.protocol, payload))
    return None


class Port:
    """A device, seen at its lowest level: IP packets in and out.

    Packets are sent to the hardware address of `peer`, a (namespace, device).
    """

    def __init__(self, namespace, device, peer=None):
        self.name = "%s of %s" % (device, namespace)
        self.namespace = namespace
        self.device = device
        self.peer = hardware_address(*peer) if peer else None
        self.sock = make_socket(namespace, socket.AF_PACKET, socket.SOCK_DGRAM)
        # What nobody has read yet must not push out what is waited for.
        self.sock.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 4 << 20)
        self.sock.bind((device, ETH_P_ALL))

    def send(self, *packets, to=None):
        for data in packets:
            proto = ETH_P_IPV6 if data[0] >> 4 == 6 else ETH_P_IP
            self.sock.sendto(data, (self.device, proto, 0, 0, to or self.peer))

    def send_large(self, data, header, size):
        """A TCP segment over IPv6 to be cut by whoever has to, into `size`
        bytes each; its headers take `header` bytes and its checksum covers the
        pseudo header alone."""
        ethernet = self.peer + hardware_address(self.namespace, self.device) + \
            struct.pack("!H", ETH_P_IPV6)
        offload = struct.pack("=BBHHHH", VNET_NEEDS_CSUM, VNET_GSO_TCPV6,
                              14 + header, size, 14 + 40, 16)
        with make_socket(self.namespace, socket.AF_PACKET,
                         socket.SOCK_RAW) as sock:
            sock.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
            sock.sendto(offload + ethernet + data, (self.device, ETH_P_IPV6))

    def flush(self):
        """Forget what has come so far."""
        while self._receive(0):
            pass

    def _receive(self, timeout):
        if not select.select([self.sock], [], [], timeout)[0]:
            return None
        data, address = self.sock.recvfrom(65535)
        if address[2] == PACKET_OUTGOING or address[1] not in (ETH_P_IP, ETH_P_IPV6):
            return b""
        return data

    def collect(self, wanted, timeout=DEADLINE):
        """Packets as they come, until one is wanted: (that one, those before).
        None if there was none within the deadline."""
        others = []
        end = time.monotonic() + timeout
        while (left := end - time.monotonic()) > 0:
            data = self._receive(left)
            if not data:
                continue
            packet = p.Packet(data)
            if wanted(packet):
                return packet, others
            others.append(packet)
        return None, others

    def expect(self, what, wanted, faults=()):
        """The packet which is wanted, with just these faults."""
        packet, others = self.collect(wanted)
        require(packet, "no", what, "at", self.name + "; seen:",
                "; ".join(map(str, others)) or "nothing")
        require(list(faults) == packet.faults, what, "is", packet)
        return packet

    def expect_whole(self, what, wanted):
        """The same, put together again if it comes in fragments."""
        packet = self.expect(what, wanted)
        pieces = {}
        while packet.frag & (p.MF | 0x1fff):
            pieces[(packet.frag & 0x1fff) * 8] = packet
            whole = put_together(pieces)
            if whole:
                return whole
            packet = self.expect("the rest of " + what, wanted)
        return packet

    def nothing_before(self, what, unwanted, marker):
        """No unwanted packet came before the marker, which took the same way."""
        packet, others = self.collect(marker)
        require(packet, "no marker packet at", self.name)
        found = [str(other) for other in others if unwanted(other)]
        require(not found, what, "at", self.name + ":", "; ".join(found))
