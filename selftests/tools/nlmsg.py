# SPDX-License-Identifier: GPL-2.0
"""Netlink requests to nflb byte by byte, good ones and others.

Numbers of commands and attributes come from the header that documents them.
"""

import os
import re
import socket
import struct
import sys

HEADER = os.path.join(os.path.dirname(os.path.realpath(__file__)),
                      '../../include/uapi/linux/nflb.h')

NLM_F_REQUEST, NLM_F_ACK, NLM_F_DUMP = 0x1, 0x4, 0x300
NLM_F_CAPPED, NLM_F_ACK_TLVS = 0x100, 0x200
NLMSG_ERROR, NLMSG_DONE = 2, 3
NLMSGERR_ATTR_MSG = 1
NLA_F_NESTED = 0x8000
GENL_ID_CTRL, CTRL_CMD_GETFAMILY = 16, 3
CTRL_ATTR_FAMILY_ID, CTRL_ATTR_FAMILY_NAME = 1, 2
NETLINK_GENERIC = 16
SOL_NETLINK, NETLINK_CAP_ACK, NETLINK_EXT_ACK = 270, 10, 11


def read_enums(path):
    """Numbers of all enumerators in a header."""
    with open(path, encoding='ascii') as header:
        text = re.sub(r'/\*.*?\*/', '', header.read(), flags=re.S)
    numbers = {}
    for body in re.findall(r'^enum \w+ \{(.*?)\}', text, flags=re.S | re.M):
        names = re.findall(r'^\s*(\w+),', body, flags=re.M)
        numbers.update({name: number for number, name in enumerate(names)})
    return numbers


N = read_enums(HEADER)


# Attributes

def raw(kind, payload, length=None):
    """An attribute as it is, with another length in its header if asked."""
    kind = N.get(kind, kind)
    length = 4 + len(payload) if length is None else length
    return struct.pack('=HH', length, kind) + payload + bytes(-len(payload) % 4)


def nest(kind, *attrs):
    return raw(N[kind] | NLA_F_NESTED, b''.join(attrs))


def u8(kind, value):
    return raw(kind, struct.pack('=B', value))


def u32(kind, value):
    return raw(kind, struct.pack('=I', value))


def u64(kind, value):
    return raw(kind, struct.pack('=Q', value))


def text(kind, value):
    return raw(kind, value.encode() + b'\0')


def port(kind, value):
    return raw(kind, struct.pack('!H', value))


def addr4(kind, value):
    return raw(kind, socket.inet_pton(socket.AF_INET, value))


def addr6(kind, value):
    return raw(kind, socket.inet_pton(socket.AF_INET6, value))


class Kernel:
    """A generic netlink socket."""

    def __init__(self):
        self.seq = 0
        self.sock = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW,
                                  NETLINK_GENERIC)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_EXT_ACK, 1)
        self.sock.setsockopt(SOL_NETLINK, NETLINK_CAP_ACK, 1)
        self.sock.settimeout(20)
        self.sock.bind((0, 0))
        self.family = GENL_ID_CTRL
        self.family = self.resolve('nflb')

    def send(self, cmd, flags, attrs):
        self.seq += 1
        payload = struct.pack('=BBH', cmd, 1, 0) + attrs
        self.sock.send(struct.pack('=IHHII', 16 + len(payload), self.family,
                                   NLM_F_REQUEST | NLM_F_ACK | flags, self.seq,
                                   0) + payload)

    def request(self, cmd, flags, attrs):
        """Return errno, text and the messages of the answer."""
        self.send(N.get(cmd, cmd), flags, attrs)
        answer = []
        while True:
            data = self.sock.recv(65536)
            while data:
                length, kind, nlflags, seq, _ = struct.unpack_from('=IHHII',
                                                                   data)
                body, data = data[16:length], data[(length + 3) & ~3:]
                if seq != self.seq:
                    continue
                if kind not in (NLMSG_ERROR, NLMSG_DONE):
                    answer.append(body)
                    continue
                return (*self.verdict(kind, nlflags, body), answer)

    @staticmethod
    def verdict(kind, flags, body):
        number = -struct.unpack_from('=i', body)[0] if body else 0
        skip = 4
        if kind == NLMSG_ERROR:
            skip += 16
            if not flags & NLM_F_CAPPED:
                skip += struct.unpack_from('=I', body, 4)[0] - 16
        attrs = body[skip:] if flags & NLM_F_ACK_TLVS else b''
        return number, find(attrs, NLMSGERR_ATTR_MSG).rstrip(b'\0').decode()

    def resolve(self, name):
        number, _, answer = self.request(CTRL_CMD_GETFAMILY, 0,
                                         text(CTRL_ATTR_FAMILY_NAME, name))
        if number:
            sys.exit(f'Bail out! no family {name}: {os.strerror(number)}')
        return struct.unpack('=H', find(answer[0][4:],
                                        CTRL_ATTR_FAMILY_ID))[0]

    def snapshot(self):
        """All services and backends and the settings, as bytes."""
        parts = []
        for cmd in ('NFLB_CMD_SERVICE_GET', 'NFLB_CMD_BACKEND_GET'):
            number, why, answer = self.request(cmd, NLM_F_DUMP, b'')
            if number:
                sys.exit(f'Bail out! {cmd}: {os.strerror(number)} {why}')
            parts += answer
        return parts + self.request('NFLB_CMD_SETTINGS_GET', 0, b'')[2]


def find(attrs, wanted):
    while len(attrs) >= 4:
        length, kind = struct.unpack_from('=HH', attrs)
        if kind == wanted:
            return attrs[4:length]
        attrs = attrs[(max(length, 4) + 3) & ~3:]
    return b''
