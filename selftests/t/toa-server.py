#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Usage: toa-server.py PORT

A web server that says who TCP option 254 of a connection's SYN says the client
is, as a program without help of its kernel can know: "ADDRESS PORT", or "none".
Runs in the background once it listens.
"""
import os
import socket
import struct
import sys

TCP_SAVE_SYN, TCP_SAVED_SYN = 27, 28
KIND = 254


def options(syn):
    """Pairs of kind and data of the TCP header in an IP packet."""
    start = (syn[0] & 15) * 4 if syn[0] >> 4 == 4 else 40
    header = syn[start:start + (syn[start + 12] >> 4) * 4]
    at = 20
    while at < len(header) and header[at]:
        if header[at] == 1:
            at += 1
            continue
        yield header[at], header[at + 2:at + header[at + 1]]
        at += header[at + 1]


def client_of(connection):
    syn = connection.getsockopt(socket.IPPROTO_TCP, TCP_SAVED_SYN, 512)
    for kind, data in options(syn):
        if kind == KIND:
            family = socket.AF_INET if len(data) == 6 else socket.AF_INET6
            return "%s %d" % (socket.inet_ntop(family, data[2:]),
                              struct.unpack("!H", data[:2])[0])
    return "none"


def serve(listener):
    while True:
        connection = listener.accept()[0]
        with connection:
            connection.recv(4096)
            body = client_of(connection) + "\n"
            connection.sendall(("HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s"
                                % (len(body), body)).encode())


def main():
    listener = socket.create_server(("::", int(sys.argv[1])),
                                    family=socket.AF_INET6, dualstack_ipv6=True)
    listener.setsockopt(socket.IPPROTO_TCP, TCP_SAVE_SYN, 1)
    if not os.fork():
        serve(listener)


main()
