#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
Mail servers, good and bad. Usage: smtp_server.py CERTIFICATE KEY

2501 good                            2508 has never heard HELO
2502 good, with STARTTLS             2509 a reply of two codes
2503 greets with 554                 2510 says more than 220 before TLS
2504 silent                          2511 closes in place of 221
2505 garbage                         2512 good, a byte at a time
2506 a greeting without an end       2513 STARTTLS, then no TLS
2507 a line without an end           2514 STARTTLS, then 454
"""
import socket
import ssl
import sys
import threading
import time

TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
TLS.load_cert_chain(sys.argv[1], sys.argv[2])


class Session:
    def __init__(self, conn, port):
        self.conn = conn
        self.port = port
        self.tls = False

    def say(self, text):
        data = text.encode() + b"\r\n"
        if self.port != 2512:
            self.conn.sendall(data)
            return
        for byte in data:
            self.conn.sendall(bytes([byte]))
            time.sleep(0.005)

    def line(self):
        data = b""
        while not data.endswith(b"\n"):
            byte = self.conn.recv(1)
            if not byte:
                raise OSError("closed")
            data += byte
        return data.decode().strip().upper()

    def hello(self, verb):
        if self.port == 2508:
            self.say("502 what?")
        elif verb == "HELO":
            self.say("250 mail.example.test")
        elif self.port in (2502, 2510, 2513, 2514) and not self.tls:
            self.say("250-mail.example.test\r\n250-SIZE 1000\r\n250 STARTTLS")
        elif self.port == 2509:
            self.say("250-mail.example.test\r\n500 no")
        else:
            self.say("250-mail.example.test\r\n250 SIZE 1000")

    def starttls(self):
        if self.port == 2514:
            self.say("454 not now")
            return
        self.say("220 go" + ("\r\n250 injected" if self.port == 2510 else ""))
        if self.port == 2513:
            self.conn.sendall(b"x" * 500)
            return
        self.conn = TLS.wrap_socket(self.conn, server_side=True)
        self.tls = True

    def run(self):
        self.say("554 no" if self.port == 2503 else "220 mail.example.test")
        while True:
            verb = self.line().split(" ")[0]
            if verb in ("HELO", "EHLO"):
                self.hello(verb)
            elif verb == "STARTTLS":
                self.starttls()
            elif verb == "QUIT":
                if self.port != 2511:
                    self.say("221 bye")
                return


def bad(conn, port):
    if port == 2504:
        conn.recv(1000)
    elif port == 2505:
        conn.sendall(bytes(range(256)) * 8)
    elif port == 2506:
        while True:
            conn.sendall(b"220-more\r\n" * 100)
    elif port == 2507:
        while True:
            conn.sendall(b"220 " + b"x" * 1000)


def serve(conn, port):
    try:
        if 2504 <= port <= 2507:
            bad(conn, port)
        else:
            Session(conn, port).run()
    except (OSError, UnicodeDecodeError):
        pass
    finally:
        conn.close()


def listen(port):
    server = socket.create_server(("127.0.0.1", port))
    while True:
        conn, _ = server.accept()
        threading.Thread(target=serve, args=(conn, port), daemon=True).start()


for number in range(2501, 2515):
    threading.Thread(target=listen, args=(number,), daemon=True).start()
print("ready", flush=True)
sys.stdin.read()
