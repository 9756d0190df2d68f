#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Datagrams of lbd's sync: recorded, and sent again, damaged or not.

lbd-sync.py record DEVICE ADDRESS COUNT >FILE    those to ADDRESS
lbd-sync.py send SOURCE ADDRESS HOW <FILE        again, as if from SOURCE
"""

import socket
import struct
import sys

PORT = 8849
IP_HDRINCL = 3


def record(device, address, count):
    with socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM,
                       socket.htons(0x0800)) as sock:
        sock.bind((device, 0x0800))
        sock.settimeout(20)
        wanted = socket.inet_aton(address)
        while count:
            packet = sock.recv(65536)
            length = (packet[0] & 15) * 4
            if packet[9] != socket.IPPROTO_UDP or packet[16:20] != wanted or \
                    struct.unpack_from('!H', packet, length + 2)[0] != PORT:
                continue
            print(packet[length + 8:].hex())
            count -= 1


def forged(data):
    return data[:-1] + bytes([data[-1] ^ 1])


WAYS = {
    'replayed': lambda data: data,
    'forged': forged,
    'truncated': lambda data: data[:20],
}


def send(source, address, how):
    with socket.socket(socket.AF_INET, socket.SOCK_RAW,
                       socket.IPPROTO_RAW) as sock:
        sock.setsockopt(socket.IPPROTO_IP, IP_HDRINCL, 1)
        for line in sys.stdin:
            data = WAYS[how](bytes.fromhex(line))
            udp = struct.pack('!HHHH', PORT, PORT, 8 + len(data), 0) + data
            header = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 20 + len(udp), 0, 0,
                                 64, socket.IPPROTO_UDP, 0,
                                 socket.inet_aton(source),
                                 socket.inet_aton(address))
            sock.sendto(header + udp, (address, 0))


if sys.argv[1] == 'record':
    record(sys.argv[2], sys.argv[3], int(sys.argv[4]))
else:
    send(*sys.argv[2:5])
