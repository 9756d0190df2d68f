#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Connections that go wrong.

failures.py serve-reset PORT    accepts and resets; says "ready"
failures.py connect ADDRESS PORT TIMEOUT    what becomes of a connection
failures.py datagram ADDRESS PORT    sends one and waits for what comes back
"""
import socket
import struct
import sys


def family(address):
    return socket.AF_INET6 if ':' in address else socket.AF_INET


def serve_reset(port):
    listener = socket.create_server(('', int(port)), family=socket.AF_INET6,
                                    dualstack_ipv6=True)
    print('ready', flush=True)
    while True:
        peer, _ = listener.accept()
        peer.recv(1)
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                        struct.pack('ii', 1, 0))
        peer.close()


def connect(address, port, timeout):
    peer = socket.socket(family(address))
    peer.settimeout(float(timeout))
    try:
        peer.connect((address, int(port)))
        peer.sendall(b'x')
        print('answer' if peer.recv(1) else 'end')
    except (OSError, socket.timeout) as error:
        print(type(error).__name__)


def datagram(address, port):
    peer = socket.socket(family(address), socket.SOCK_DGRAM)
    peer.settimeout(20)
    peer.connect((address, int(port)))
    peer.send(b'x')
    try:
        peer.recv(1)
        print('answer')
    except (OSError, socket.timeout) as error:
        print(type(error).__name__)


COMMANDS = {'serve-reset': serve_reset, 'connect': connect,
            'datagram': datagram}
COMMANDS[sys.argv[1]](*sys.argv[2:])
