# SPDX-License-Identifier: GPL-2.0
"""Usage: policy.py serve PORT FILE | connect ADDRESS PORT

serve    accepts one connection, says "connected", and talks once FILE exists
connect  opens a connection and says nothing

Both print the name of the error that ends the connection.
"""
import errno
import os
import socket
import sys
import time


def listen(words):
    server = socket.create_server(("", int(words[0])), family=socket.AF_INET6,
                                  dualstack_ipv6=True)
    connection, _ = server.accept()
    print("connected", flush=True)
    while not os.path.exists(words[1]):
        time.sleep(0.05)
    connection.send(b"news")
    return connection


def main(verb, *words):
    if verb == "serve":
        connection = listen(words)
    else:
        connection = socket.create_connection((words[0], int(words[1])))
    connection.settimeout(60)
    try:
        while connection.recv(100):
            pass
        print("closed", flush=True)
    except OSError as error:
        print(errno.errorcode.get(error.errno, "ETIMEDOUT"), flush=True)


main(*sys.argv[1:])
