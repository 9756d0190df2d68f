#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""
gRPC servers. Usage: grpc_server.py CERTIFICATE KEY

5001 answers by the service asked for: none or "good": SERVING, "bad":
     NOT_SERVING, "slow": in a minute, "strange": no HealthCheckResponse, "big":
     more than anybody wants, others: an error
5002 the same with TLS
5003 knows no method
"""
import sys
import threading
from concurrent import futures

import grpc

REPLIES = {b"": b"\x08\x01", b"\x0a\x04good": b"\x12\x03abc\x08\x01",
           b"\x0a\x03bad": b"\x08\x02", b"\x0a\x07strange": b"\x0f\xff",
           b"\x0a\x03big": b"\x12\xff\x7f" + bytes(16383) + b"\x08\x01"}


def check(request, context):
    if request == b"\x0a\x04slow":
        threading.Event().wait(60)
    if request not in REPLIES:
        context.abort(grpc.StatusCode.NOT_FOUND, "unknown service")
    return REPLIES[request]


class Health(grpc.GenericRpcHandler):
    def service(self, handler_call_details):
        if handler_call_details.method != "/grpc.health.v1.Health/Check":
            return None
        return grpc.unary_unary_rpc_method_handler(check)


def server(*handlers):
    return grpc.server(futures.ThreadPoolExecutor(4), handlers=handlers)


def read(path):
    with open(path, "rb") as file:
        return file.read()


plain = server(Health())
plain.add_insecure_port("127.0.0.1:5001")
plain.add_secure_port("127.0.0.1:5002", grpc.ssl_server_credentials(
    [(read(sys.argv[2]), read(sys.argv[1]))]))
other = server()
other.add_insecure_port("127.0.0.1:5003")
plain.start()
other.start()
print("ready", flush=True)
sys.stdin.read()
plain.stop(0)
other.stop(0)
