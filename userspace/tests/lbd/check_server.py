#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Servers for the checkers that need no library. The port says what each does:

7001 takes connections             7104 answers other bytes
7002 takes no more connections     7105 answers from another port
7003 sends without an end          7201 agent: up 75%
7101 answers what it gets          7202 agent: what is asked for, by its table
7102 is silent                     7203 agent: a line without an end
7103 answers 5000 bytes            7204 agent: garbage
7205 agent: closes at once         7208 agent: a byte at a time, for ever
7206 agent: is silent              7209 agent: no newline, but an end
7207 agent: a byte at a time       7210 agent: resets
"""
import socket
import struct
import sys
import threading
import time

ADDRESSES = ('127.0.0.1', '::1')
ANSWERS = {b'good': b'ready up\n', b'drain': b'drain\n', b'bad': b'down#disk\n',
           b'maint': b'maint\r\n', b'weight': b'weight:20\n',
           b'zero': b'up 0%\n'}
filled = []


def forever(conn, part, pause=0.0):
    while True:
        conn.sendall(part)
        time.sleep(pause)


def silent(conn):
    while conn.recv(4096):
        pass


def by_table(conn):
    data = b''
    while not data.endswith(b'\n'):
        data += conn.recv(100)
    conn.sendall(ANSWERS[data.strip()])


def by_bytes(conn):
    for byte in b'up 10%\n':
        conn.sendall(bytes([byte]))
        time.sleep(0.1)


def reset(conn):
    conn.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER,
                    struct.pack('ii', 1, 0))


TCP = {
    7001: silent,
    7003: lambda conn: forever(conn, b'x' * 65536),
    7201: lambda conn: conn.sendall(b'up 75%\n'),
    7202: by_table,
    7203: lambda conn: forever(conn, b'up ' * 1000),
    7204: lambda conn: conn.sendall(b'\x00\xff\x1b[2J%s%n\n'),
    7205: lambda conn: None,
    7206: silent,
    7207: by_bytes,
    7208: lambda conn: forever(conn, b' ', 0.3),
    7209: lambda conn: conn.sendall(b'50%'),
    7210: reset,
}


def family(address):
    return socket.AF_INET6 if ':' in address else socket.AF_INET


def serve(conn, act):
    try:
        with conn:
            act(conn)
    except OSError:
        pass


def accept(listener, act):
    while True:
        conn, _ = listener.accept()
        threading.Thread(target=serve, args=(conn, act), daemon=True).start()


def listen(address, port, backlog=64):
    listener = socket.socket(family(address))
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if ':' in address:
        listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
    listener.bind((address, port))
    listener.listen(backlog)
    return listener


def fill(address):
    """So many wait to be accepted that the kernel drops what comes."""
    filled.append(listen(address, 7002, 0))
    for _ in range(4):
        conn = socket.socket(family(address))
        conn.setblocking(False)
        conn.connect_ex((address, 7002))
        filled.append(conn)


def answer(sock, act):
    while True:
        data, peer = sock.recvfrom(65536)
        act(sock, data, peer)


def elsewhere(sock, data, peer):
    with socket.socket(sock.family, socket.SOCK_DGRAM) as other:
        other.sendto(data, peer)


UDP = {
    7101: lambda sock, data, peer: sock.sendto(data, peer),
    7102: lambda sock, data, peer: None,
    7103: lambda sock, data, peer: sock.sendto(b'y' * 5000, peer),
    7104: lambda sock, data, peer: sock.sendto(b'\x12\x34\x56', peer),
    7105: elsewhere,
}


def start(target, *args):
    threading.Thread(target=target, args=args, daemon=True).start()


for where in ADDRESSES:
    for number, action in TCP.items():
        start(accept, listen(where, number), action)
    fill(where)
    for number, action in UDP.items():
        udp = socket.socket(family(where), socket.SOCK_DGRAM)
        udp.bind((where, number))
        start(answer, udp, action)
print('ready', flush=True)
sys.stdin.read()
