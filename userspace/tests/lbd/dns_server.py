#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Name servers, good and bad, by UDP on 127.0.0.1

5301 serves ZONE           5305 answers another query
5302 silent                5306 answers with another id
5303 garbage               5307 names that point at themselves
5304 SERVFAIL              5308 says truncated and has no answer
                           5309 a record longer than the message
A file named "zone" in the working directory, with lines "NAME TYPE TTL VALUE",
is read for each query to 5301 and is put before ZONE.
"""
import os
import socket
import struct
import sys
import threading

TYPES = {"A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "MX": 15, "TXT": 16,
         "AAAA": 28, "SRV": 33}
ZONE = """
example.test SOA 300 ns.example.test
example.test NS 300 ns.example.test
example.test MX 300 10 mail.example.test
example.test TXT 300 v=spf1 -all
www.example.test A 300 192.0.2.1
www.example.test A 300 192.0.2.2
www.example.test AAAA 300 2001:db8::1
"""


def name(text):
    labels = [part for part in text.strip(".").split(".") if part]
    return b"".join(bytes([len(part)]) + part.encode() for part in labels) + b"\0"


def data(kind, value):
    if kind == "A":
        return socket.inet_aton(value)
    if kind == "AAAA":
        return socket.inet_pton(socket.AF_INET6, value)
    if kind == "TXT":
        half = len(value) // 2
        parts = [value[:half].encode(), value[half:].encode()]
        return b"".join(bytes([len(part)]) + part for part in parts)
    words = value.split()
    numbers = b"".join(struct.pack(">H", int(word)) for word in words[:-1])
    if kind == "SOA":
        return name(words[0]) + name("root.example.test") + bytes(20)
    return numbers + name(words[-1])


def records():
    text = ZONE
    if os.path.exists("zone"):
        with open("zone", encoding="ascii") as file:
            text = file.read() + text
    for line in text.splitlines():
        if line.strip():
            owner, kind, ttl, value = line.split(" ", 3)
            yield owner, kind, int(ttl), value


def question(query):
    labels, at = [], 12
    while query[at]:
        labels.append(query[at + 1:at + 1 + query[at]].decode().lower())
        at += query[at] + 1
    return ".".join(labels), struct.unpack(">H", query[at + 1:at + 3])[0], at + 5


def reply(query, answers, rcode=0, flags=0x8180):
    end = question(query)[2]
    head = query[:2] + struct.pack(">HHHHH", flags | rcode, 1, len(answers), 0, 0)
    return head + query[12:end] + b"".join(answers)


def record(kind, ttl, value, owner=b"\xc0\x0c"):
    return owner + struct.pack(">HHIH", kind, 1, ttl, len(value)) + value


def serve_zone(query):
    wanted, kind, _ = question(query)
    known, answers = False, []
    for owner, word, ttl, value in records():
        if owner != wanted:
            continue
        known = True
        if TYPES[word] == kind:
            answers.append(record(kind, ttl, data(word, value)))
    return reply(query, answers, 0 if known or not wanted else 3)


ADDRESS = bytes([192, 0, 2, 1])
SERVERS = {
    5301: serve_zone,
    5302: lambda query: None,
    5303: lambda query: bytes(range(256)),
    5304: lambda query: reply(query, [], 2),
    5305: lambda query: query[:2] + struct.pack(">HHHHH", 0x8180, 1, 0, 0, 0) +
    name("evil.example") + struct.pack(">HH", 1, 1),
    5306: lambda query: bytes([query[0] ^ 1]) + reply(query, [])[1:],
    5307: lambda query: reply(query, [record(1, 1, ADDRESS,
                                             struct.pack(">H", 0xc000 + question(query)[2]))]),
    5308: lambda query: reply(query, [], 0, 0x8380),
    5309: lambda query: reply(query, [b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 1, 9999)]),
}


def listen(port, answer):
    server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    server.bind(("127.0.0.1", port))
    while True:
        query, client = server.recvfrom(4096)
        message = answer(query)
        if message is not None:
            server.sendto(message, client)


for number, function in SERVERS.items():
    threading.Thread(target=listen, args=(number, function), daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
