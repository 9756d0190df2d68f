# SPDX-License-Identifier: GPL-2.0
"""Packets byte by byte: build them, right or wrong on purpose, and read them.

Written for the tests of nflb: it knows IPv4, IPv6 with extension headers,
TCP, UDP, the errors of ICMP and ICMPv6, and IP inside IP, GRE and GUE. The
family of a packet is that of its addresses.
"""
import socket
import struct

TCP, UDP, ICMP, ICMPV6 = 6, 17, 1, 58
HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION = 0, 43, 44, 60
IPIP, IPV6, GRE = 4, 41, 47
GUE_PORTS = (6080, 6081)
FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16
DF, MF = 0x4000, 0x2000

# name -> (type, code) of ICMP, of ICMPv6
ERRORS = {
    "port-unreachable": ((3, 3), (1, 4)),
    "host-unreachable": ((3, 1), (1, 3)),
    "too-big": ((3, 4), (2, 0)),
    "time-exceeded": ((11, 0), (3, 0)),
    "parameter-problem": ((12, 0), (4, 0)),
}
# The same that only one family has.
ERRORS4 = {"protocol-unreachable": (3, 2)}
ERRORS6 = {"unknown-header": (4, 1)}


def is_ipv6(address):
    return ":" in address


def to_bytes(address):
    family = socket.AF_INET6 if is_ipv6(address) else socket.AF_INET
    return socket.inet_pton(family, address)


def to_text(address):
    family = socket.AF_INET6 if len(address) == 16 else socket.AF_INET
    return socket.inet_ntop(family, address)


def checksum(data):
    """The Internet checksum (RFC 1071); 0 over data which includes a right one."""
    if len(data) % 2:
        data += b"\0"
    total = sum(struct.unpack("!%dH" % (len(data) // 2), data))
    while total >> 16:
        total = (total & 0xffff) + (total >> 16)
    return total ^ 0xffff


def pseudo_header(src, dst, protocol, length):
    src, dst = to_bytes(src), to_bytes(dst)
    if len(src) == 16:
        return src + dst + struct.pack("!II", length, protocol)
    return src + dst + struct.pack("!BBH", 0, protocol, length)


def with_checksum(segment, offset, pseudo, check):
    if check is None:
        check = checksum(pseudo + segment)
    return segment[:offset] + struct.pack("!H", check) + segment[offset + 2:]


def udp(src, dst, sport, dport, data=b"", check=None):
    """A UDP datagram without its IP header; check=None means the right one."""
    length = 8 + len(data)
    segment = struct.pack("!HHHH", sport, dport, length, 0) + data
    if check is None:
        check = checksum(pseudo_header(src, dst, UDP, length) + segment) or 0xffff
    return with_checksum(segment, 6, b"", check)


def tcp(src, dst, sport, dport, flags=SYN, seq=1, ack=0, data=b"", check=None):
    segment = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 5 << 4, flags,
                          65535, 0, 0) + data
    return with_checksum(segment, 16,
                         pseudo_header(src, dst, TCP, len(segment)), check)


def ipv4(src, dst, protocol, payload, ttl=64, ident=1, frag=0, options=b"",
         check=None, length=None):
    """frag is the 16-bit field: DF, MF and the offset in units of 8 bytes."""
    words = 5 + len(options) // 4
    if length is None:
        length = words * 4 + len(payload)
    header = struct.pack("!BBHHHBBH", 0x40 | words, 0, length, ident, frag, ttl,
                         protocol, 0) + to_bytes(src) + to_bytes(dst) + options
    return with_checksum(header, 10, b"", check) + payload


def ipv6(src, dst, protocol, payload, ttl=64, extensions=()):
    """extensions: pairs of an extension header's number and its bytes after
    the first, which is filled in."""
    numbers = [number for number, _ in extensions] + [protocol]
    chain = b"".join(bytes([numbers[i + 1]]) + body
                     for i, (_, body) in enumerate(extensions))
    return struct.pack("!IHBB", 6 << 28, len(chain) + len(payload), numbers[0],
                       ttl) + to_bytes(src) + to_bytes(dst) + chain + payload


def ip(src, dst, protocol, payload, **options):
    build = ipv6 if is_ipv6(src) else ipv4
    return build(src, dst, protocol, payload, **options)


def skipped_option(length=8):
    """Body of a hop-by-hop or destination options header with one experimental
    option (RFC 4727) which may be skipped."""
    return bytes([length // 8 - 1, 0x1e, length - 4]) + bytes(length - 4)


def fragments(src, dst, protocol, payload, sizes, ident=1, extensions=()):
    """One datagram in pieces of the given sizes, multiples of 8 but the last."""
    pieces = []
    offset = 0
    for i, size in enumerate(sizes):
        pieces.append(fragment(src, dst, protocol, payload[offset:offset + size],
                               offset, i < len(sizes) - 1, ident, extensions))
        offset += size
    return pieces


def fragment(src, dst, protocol, piece, offset, more, ident=1, extensions=()):
    if not is_ipv6(src):
        return ipv4(src, dst, protocol, piece, ident=ident,
                    frag=(MF if more else 0) | offset // 8)
    body = struct.pack("!BHI", 0, offset | more, ident)
    return ipv6(src, dst, protocol, piece,
                extensions=tuple(extensions) + ((FRAGMENT, body),))


def icmp_error(src, dst, name, quoted, value=0, check=None, **options):
    """An ICMP or ICMPv6 error; value is its second word: an MTU, a pointer."""
    if name in ERRORS:
        kind, code = ERRORS[name][is_ipv6(src)]
    else:
        kind, code = (ERRORS6 if is_ipv6(src) else ERRORS4)[name]
    message = struct.pack("!BBHI", kind, code, 0, value) + quoted
    protocol, pseudo = ICMP, b""
    if is_ipv6(src):
        protocol = ICMPV6
        pseudo = pseudo_header(src, dst, ICMPV6, len(message))
    return ip(src, dst, protocol, with_checksum(message, 2, pseudo, check),
              **options)


class Packet:
    """What a packet says. Everything wrong with it is listed in `faults`.

    A packet quoted by an ICMP error may end anywhere after its ports.
    """

    def __init__(self, data, quoted=False):
        self.data = data
        self.quoted = quoted
        self.faults = []
        self.src = self.dst = "?"
        self.protocol = None
        self.sport = self.dport = self.flags = self.check = None
        self.error = self.value = self.inner = None
        self.icmp = None
        self.text = b""
        self.extensions = []
        self.label = 0
        self.key = None
        self.frag = 0
        self.options = b""
        try:
            self._parse(data)
        except (struct.error, IndexError, ValueError):
            self.faults.append("cut off or inconsistent")

    def _parse(self, data):
        if data[0] >> 4 == 4:
            self._ipv4(data)
        else:
            self._ipv6(data)
        if not self.frag & 0x1fff:
            self._transport()

    def _ipv4(self, data):
        size = (data[0] & 15) * 4
        (self.length, self.ident, self.frag, self.ttl,
         self.protocol) = struct.unpack("!2xHHHBB", data[:10])
        self.src, self.dst = to_text(data[12:16]), to_text(data[16:20])
        self.options = data[20:size]
        if checksum(data[:size]):
            self.faults.append("IPv4 header checksum")
        self._payload(data, size, self.length - size)

    def _ipv6(self, data):
        (self.label, self.length, self.protocol,
         self.ttl) = struct.unpack("!IHBB", data[:8])
        self.label &= 0xfffff
        self.length += 40
        self.src, self.dst = to_text(data[8:24]), to_text(data[24:40])
        size = 40
        while self.protocol in (HOP_BY_HOP, ROUTING, FRAGMENT, DESTINATION):
            self.extensions.append(self.protocol)
            if self.protocol == FRAGMENT:
                offset = struct.unpack("!H", data[size + 2:size + 4])[0]
                self.frag = offset >> 3 | (MF if offset & 1 else 0)
                length = 8
            else:
                length = (data[size + 1] + 1) * 8
            self.protocol = data[size]
            size += length
        self._payload(data, size, self.length - size)

    def _payload(self, data, start, length):
        self.payload = data[start:start + length]
        self.complete = len(self.payload) == length and not self.frag & 0x3fff
        if len(self.payload) < length and not self.quoted:
            self.faults.append("%d of %d bytes are missing"
                               % (length - len(self.payload), length))

    def _transport(self):
        if self.protocol in (TCP, UDP):
            self._flow()
            if self.protocol == UDP and self.dport in GUE_PORTS and self.complete:
                self._gue()
        elif self.protocol == GRE and self.complete:
            self._gre()
        elif self.protocol in (ICMP, ICMPV6):
            self._icmp()
        elif self.protocol in (IPIP, IPV6) and self.complete:
            self._inside(self.payload)

    def _inside(self, data):
        self.inner = Packet(data)
        self.faults += ["inside: " + fault for fault in self.inner.faults]

    def _gre(self):
        flags, kind = struct.unpack("!HH", self.payload[:4])
        size = 4
        if flags & ~0xa000 or kind not in (0x0800, 0x86dd):
            self.faults.append("GRE header")
        if flags & 0x8000:
            if checksum(self.payload) or any(self.payload[6:8]):
                self.faults.append("GRE checksum")
            size += 4
        if flags & 0x2000:
            self.key = struct.unpack("!I", self.payload[size:size + 4])[0]
            size += 4
        self._inside(self.payload[size:])
        if (self.inner.data[0] >> 4 == 6) != (kind == 0x86dd):
            self.faults.append("GRE protocol")

    def _gue(self):
        if self.payload[8] or any(self.payload[10:12]) or \
                self.payload[9] not in (IPIP, IPV6):
            self.faults.append("GUE header")
        self._inside(self.payload[12:])
        if (self.inner.data[0] >> 4 == 6) != (self.payload[9] == IPV6):
            self.faults.append("GUE protocol")

    def _flow(self):
        data = self.payload
        self.sport, self.dport = struct.unpack("!HH", data[:4])
        offset = 16 if self.protocol == TCP else 6
        if len(data) < offset + 2:
            return
        self.check = struct.unpack("!H", data[offset:offset + 2])[0]
        if self.protocol == TCP:
            self.flags = data[13] & 0x3f
            self.text = data[(data[12] >> 4) * 4:]
        else:
            self.text = data[8:]
        if self.protocol == UDP and not self.check:
            if is_ipv6(self.src) and self.dport not in GUE_PORTS:
                self.faults.append("UDP over IPv6 without checksum")
        else:
            self._verify("TCP" if self.protocol == TCP else "UDP")

    def _icmp(self):
        self.icmp, code = self.payload[:2]
        for name, kinds in ERRORS.items():
            if kinds[self.protocol == ICMPV6] == (self.icmp, code):
                self.error = name
                self.value = struct.unpack("!I", self.payload[4:8])[0]
        if self.error:
            self.inner = Packet(self.payload[8:], quoted=True)
            self.faults += ["quoted: " + fault for fault in self.inner.faults]
        self._verify("ICMP")

    def _verify(self, name):
        if not self.complete:
            return
        pseudo = b""
        if self.protocol != ICMP:
            pseudo = pseudo_header(self.src, self.dst, self.protocol,
                                   len(self.payload))
        if checksum(pseudo + self.payload):
            self.faults.append(name + " checksum")

    def __str__(self):
        what = self.error or {TCP: "tcp", UDP: "udp", ICMP: "icmp",
                              ICMPV6: "icmpv6"}.get(self.protocol, self.protocol)
        if self.frag & 0x3fff:
            what = "%s fragment %d" % (what, (self.frag & 0x1fff) * 8)
        ends = [(self.src, self.sport), (self.dst, self.dport)]
        words = "%s %s" % (what, " > ".join(
            "%s %s" % end if end[1] is not None else end[0] for end in ends))
        if self.inner:
            words += " (%s)" % self.inner
        if self.faults:
            words += " BAD: " + ", ".join(self.faults)
        return words
