#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Servers that are none, or bad ones. The port says what each does:

8001 headers without an end        8007 interim replies without an end
8002 a header line without an end  8008 closes at once
8003 a body without an end         8009 a body that is cut off
8004 garbage                       8010 the request is the body of the reply
8005 takes connections, is silent  8011 chunks of no size
8006 a byte at a time, for ever    8012 a reply that takes a regex long
8013 says TLS and means nothing
"""
import socket
import sys
import threading
import time

OK = b"HTTP/1.1 200 OK\r\n"


def forever(conn, begin, part, pause=0.0):
    conn.sendall(begin)
    while True:
        conn.sendall(part)
        if pause:
            time.sleep(pause)


def silent(conn):
    while conn.recv(4096):
        pass


def read_request(conn):
    data = b""
    while b"\r\n\r\n" not in data:
        some = conn.recv(4096)
        if not some:
            return data
        data += some
    head, body = data.split(b"\r\n\r\n", 1)
    length = 0
    for line in head.split(b"\r\n"):
        if line.lower().startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += conn.recv(4096)
    return head + b"\r\n\r\n" + body


def echo(conn):
    request = read_request(conn)
    conn.sendall(OK + b"X-Load-Balancing-Endpoint-Weight: 77\r\n"
                 b"Content-Length: %d\r\n\r\n" % len(request) + request)


def reply(conn, data):
    read_request(conn)
    conn.sendall(data)


SERVERS = {
    8001: lambda c: forever(c, OK, b"X-Filler: " + b"x" * 990 + b"\r\n"),
    8002: lambda c: forever(c, OK + b"X-Filler: ", b"x" * 1000),
    8003: lambda c: forever(c, OK + b"\r\n", b"x" * 65536),
    8004: lambda c: reply(c, bytes(range(256)) * 64),
    8005: silent,
    8006: lambda c: forever(c, OK + b"X-Slow: ", b"x", 0.05),
    8007: lambda c: forever(c, b"", b"HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"),
    8008: lambda c: None,
    8009: lambda c: reply(c, OK + b"Content-Length: 100\r\n\r\nshort"),
    8010: echo,
    8011: lambda c: reply(c, OK + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nno\r\n"),
    8012: lambda c: reply(c, OK + b"Content-Length: 5000\r\n\r\n" + b"a" * 5000),
    8013: lambda c: reply(c, b"\x16\x03\x03\x40\x00" + b"\x02" * 500),
}


def serve(conn, what):
    try:
        what(conn)
    except OSError:
        pass
    finally:
        conn.close()


def listen(port, what):
    server = socket.create_server(("127.0.0.1", port))
    while True:
        conn, _ = server.accept()
        threading.Thread(target=serve, args=(conn, what), daemon=True).start()


for number, function in SERVERS.items():
    threading.Thread(target=listen, args=(number, function), daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
