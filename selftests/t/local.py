# SPDX-License-Identifier: GPL-2.0
"""Packets that claim to be of the director itself."""
import flow
import packet as p
from flow import back, front


def loopback_source():
    """Its answer would be handed to whoever listens there."""
    real = flow.Flow("v4")
    vip, false = real.ends["vip"], "127.0.0.1"
    front.send(p.ip(false, vip, p.UDP, p.udp(false, vip, 4000, real.port, b"false")),
               real.request())
    back.nothing_before("a request from loopback",
                        lambda packet: packet.src == false, real.is_request)


def loopback_destination():
    """The same as if it were the answer already."""
    real = flow.Flow("v4")
    real.open()
    src, false = real.ends["backend"], "127.0.0.1"
    before = packets_out()
    back.send(p.ip(src, false, p.UDP, p.udp(src, false, real.backend_port, 4000)),
              real.reply())
    front.expect("the real answer", real.is_reply)
    flow.same("answers counted", packets_out() - before, 1)


def packets_out():
    return flow.stats()["packets_out"]
