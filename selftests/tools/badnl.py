#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""Send malformed netlink requests to nflb and check how they are refused.

Every case is a request, the errno and the text it must be refused with; after
each, services and backends must read back byte for byte as before. Speaks TAP.
"""

import errno
import os
import socket
import struct
import sys

from nlmsg import (N, NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST, Kernel, addr4,
                   addr6, nest, port, raw, text, u8, u32, u64)

TCP, UDP, DCCP = socket.IPPROTO_TCP, socket.IPPROTO_UDP, 33

# What most requests are made of

PROTOCOL = u8('NFLB_SERVICE_PROTOCOL', TCP)
VIP4 = addr4('NFLB_SERVICE_ADDR4', '192.0.2.1')
VIP6 = addr6('NFLB_SERVICE_ADDR6', '2001:db8::1')
PORT = port('NFLB_SERVICE_PORT', 80)
FAMILY4 = u8('NFLB_SERVICE_FAMILY', socket.AF_INET)
LAST_PORT = port('NFLB_SERVICE_PORT_LAST', 90)
PORT2 = port('NFLB_SERVICE_PORT', 81)
KEY = PROTOCOL + VIP4 + PORT        # there already
NEW_KEY = PROTOCOL + VIP4 + PORT2   # free
REAL = addr4('NFLB_BACKEND_ADDR4', '198.51.100.1')      # there already
NEW_REAL = addr4('NFLB_BACKEND_ADDR4', '198.51.100.2')  # free


def service(*attrs):
    return nest('NFLB_A_SERVICE', *attrs)


def new_service(*attrs):
    return service(NEW_KEY, *attrs)


def affinity_of(service_key, mask):
    return service(service_key, u32('NFLB_SERVICE_AFFINITY', 300),
                   u8('NFLB_SERVICE_AFFINITY_PREFIX', mask))


def options(scheduler, *attrs):
    return new_service(text('NFLB_SERVICE_SCHEDULER', scheduler),
                       nest('NFLB_SERVICE_SCHED_OPTIONS', *attrs))


PER_SECOND = u32('NFLB_RATE_PER_SECOND', 100)


def rate(kind, *attrs):
    return new_service(nest('NFLB_SERVICE_' + kind, *attrs))


def backend(*attrs):
    return nest('NFLB_A_BACKEND', *attrs)


def new_backend(*attrs):
    return service(KEY) + backend(NEW_REAL, *attrs)


def tunnel(method, *attrs):
    return new_backend(u8('NFLB_BACKEND_FORWARD', N['NFLB_FORWARD_' + method]),
                       nest('NFLB_BACKEND_FORWARD_OPTIONS', *attrs))


def connection(*attrs):
    return nest('NFLB_A_CONNECTION', *attrs)


def affinity(*attrs):
    return nest('NFLB_A_AFFINITY', *attrs)


UNKNOWN = 'Unknown attribute type'
UNSUPPORTED = 'Unsupported attribute'
LENGTH = 'Attribute failed policy validation'
RANGE = 'integer out of range'

# name, request, errno, text; requests are without NLM_F_DUMP
SERVICE_NEW = [
    ('no service', b'', errno.EINVAL, 'service is missing'),
    ('an empty service', service(), errno.EINVAL,
     'service protocol is missing'),
    ('no protocol', service(VIP4, PORT2), errno.EINVAL,
     'service protocol is missing'),
    ('no address', service(PROTOCOL, PORT2), errno.EINVAL,
     'service address is missing'),
    ('no port', service(PROTOCOL, VIP4), errno.EINVAL,
     'service port is missing'),
    ('both addresses', service(PROTOCOL, VIP4, VIP6, PORT2), errno.EINVAL,
     'service has an IPv4 and an IPv6 address'),
    ('protocol DCCP', service(u8('NFLB_SERVICE_PROTOCOL', DCCP), VIP4, PORT2),
     errno.EINVAL, 'service protocol must be TCP, UDP or SCTP'),
    ('protocol 0', service(u8('NFLB_SERVICE_PROTOCOL', 0), VIP4, PORT2),
     errno.EINVAL, 'service protocol must be TCP, UDP or SCTP'),
    ('a range from port 0',
     service(PROTOCOL, VIP4, port('NFLB_SERVICE_PORT', 0), LAST_PORT),
     errno.EINVAL, 'a port range must not begin with 0'),
    ('a range that ends too early',
     service(PROTOCOL, VIP4, port('NFLB_SERVICE_PORT', 91), LAST_PORT),
     errno.EINVAL, 'a port range must not end before it begins'),
    ('a last port without a first', service(PROTOCOL, VIP4, LAST_PORT),
     errno.EINVAL, 'service port is missing'),
    ('half-open connections of UDP',
     service(u8('NFLB_SERVICE_PROTOCOL', UDP), VIP4, PORT2,
             u32('NFLB_SERVICE_MAX_HALF_OPEN', 5)),
     errno.EINVAL, 'UDP services have no half-open connections'),
    ('an empty rate-limit', rate('RATE_LIMIT'), errno.EINVAL,
     'a limit of rate needs a rate'),
    ('a rate of 1000001', rate('RATE_LIMIT', u32('NFLB_RATE_PER_SECOND',
                                                 1000001)),
     errno.ERANGE, RANGE),
    ('a burst of 0', rate('RATE_LIMIT', PER_SECOND, u32('NFLB_RATE_BURST', 0)),
     errno.ERANGE, RANGE),
    ('a burst without a rate',
     rate('RATE_LIMIT', u32('NFLB_RATE_PER_SECOND', 0),
          u32('NFLB_RATE_BURST', 5)),
     errno.EINVAL, 'without a rate there is no burst and no prefix'),
    ('rate-limit with a prefix',
     rate('RATE_LIMIT', PER_SECOND, u8('NFLB_RATE_PREFIX', 24)),
     errno.EINVAL, 'only client-rate-limit has a prefix'),
    ('client prefix 0',
     rate('CLIENT_RATE_LIMIT', PER_SECOND, u8('NFLB_RATE_PREFIX', 0)),
     errno.ERANGE, RANGE),
    ('client prefix 33',
     rate('CLIENT_RATE_LIMIT', PER_SECOND, u8('NFLB_RATE_PREFIX', 33)),
     errno.EINVAL, 'client-rate-limit prefix is longer than the address'),
    ('a rate without NLA_F_NESTED',
     new_service(raw('NFLB_SERVICE_RATE_LIMIT', PER_SECOND)), errno.EINVAL,
     'NLA_F_NESTED is missing'),
    ('one-packet of TCP', new_service(u8('NFLB_SERVICE_ONE_PACKET', 1)),
     errno.EINVAL, 'one-packet needs a UDP service'),
    ('one-packet 2', new_service(u8('NFLB_SERVICE_ONE_PACKET', 2)),
     errno.ERANGE, RANGE),
    ('icmp-reply of a mark',
     service(u32('NFLB_SERVICE_MARK', 1), FAMILY4,
             u8('NFLB_SERVICE_ICMP_REPLY', 1)),
     errno.EINVAL, 'icmp-reply needs a service with an address'),
    ('mark 0', service(u32('NFLB_SERVICE_MARK', 0), FAMILY4), errno.EINVAL,
     'service mark must not be 0'),
    ('a mark without a family', service(u32('NFLB_SERVICE_MARK', 1)),
     errno.EINVAL, 'service family is missing'),
    ('a mark of no family',
     service(u32('NFLB_SERVICE_MARK', 1), u8('NFLB_SERVICE_FAMILY', 3)),
     errno.EINVAL, 'service family must be IPv4 or IPv6'),
    ('a mark with a port', service(u32('NFLB_SERVICE_MARK', 1), FAMILY4, PORT),
     errno.EINVAL, 'a mark service has no protocol, address or port'),
    ('a family without a mark', new_service(FAMILY4), errno.EINVAL,
     'only a mark service has a family'),
    ('prefix 0', new_service(u8('NFLB_SERVICE_PREFIX', 0)), errno.EINVAL,
     'service prefix must be 1 to 32'),
    ('prefix 33', new_service(u8('NFLB_SERVICE_PREFIX', 33)), errno.EINVAL,
     'service prefix must be 1 to 32'),
    ('prefix 129 of IPv6',
     service(PROTOCOL, VIP6, PORT, u8('NFLB_SERVICE_PREFIX', 129)),
     errno.EINVAL, 'service prefix must be 1 to 128'),
    ('bits beyond the prefix', new_service(u8('NFLB_SERVICE_PREFIX', 24)),
     errno.EINVAL, 'service address has bits beyond its prefix'),
    ('bits beyond the prefix of IPv6',
     service(PROTOCOL, VIP6, PORT, u8('NFLB_SERVICE_PREFIX', 127)),
     errno.EINVAL, 'service address has bits beyond its prefix'),
    ('a service that exists', service(KEY), errno.EEXIST,
     'service exists already'),
    ('an unknown scheduler',
     new_service(text('NFLB_SERVICE_SCHEDULER', 'nothing')), errno.ENOENT,
     'no such scheduler'),
    ('an empty name of a scheduler',
     new_service(text('NFLB_SERVICE_SCHEDULER', '')), errno.ENOENT,
     'no such scheduler'),
    ('a scheduler name of 16 letters',
     new_service(text('NFLB_SERVICE_SCHEDULER', 'sixteen-letters!')), None,
     None),
    ('a scheduler name without its end',
     new_service(raw('NFLB_SERVICE_SCHEDULER', b'wlc')), errno.EINVAL, None),
    ('options of a scheduler that takes none',
     options('rr', u64('NFLB_SCHED_OPTION_SEED', 1)), errno.EINVAL,
     'this scheduler has no option seed'),
    ('an unknown option', options('sh', u32(77, 1)), errno.EINVAL, UNKNOWN),
    ('a seed of 4 bytes', options('sh', u32('NFLB_SCHED_OPTION_SEED', 1)),
     errno.EINVAL, None),
    ('options without NLA_F_NESTED',
     new_service(text('NFLB_SERVICE_SCHEDULER', 'sh'),
                 raw('NFLB_SERVICE_SCHED_OPTIONS',
                     u64('NFLB_SCHED_OPTION_SEED', 1))),
     errno.EINVAL, 'NLA_F_NESTED is missing'),
    ('a service without NLA_F_NESTED', raw('NFLB_A_SERVICE', NEW_KEY),
     errno.EINVAL, 'NLA_F_NESTED is missing'),
    ('an attribute of answers', new_service(u32('NFLB_SERVICE_BACKENDS', 1)),
     errno.EINVAL, UNSUPPORTED),
    ('a policy of no meaning', new_service(u8('NFLB_SERVICE_NO_BACKEND', 3)),
     errno.ERANGE, RANGE),
    ('another one', new_service(u8('NFLB_SERVICE_BACKEND_DOWN', 4)),
     errno.ERANGE, RANGE),
    ('and another', new_service(u8('NFLB_SERVICE_MID_STREAM', 3)),
     errno.ERANGE, RANGE),
    ('affinity of more than 31 days',
     new_service(u32('NFLB_SERVICE_AFFINITY', 2678401)), errno.ERANGE, RANGE),
    ('an affinity mask alone',
     new_service(u8('NFLB_SERVICE_AFFINITY_PREFIX', 24)), errno.EINVAL,
     'an affinity mask needs an affinity time'),
    ('an affinity mask without affinity',
     new_service(u32('NFLB_SERVICE_AFFINITY', 0),
                 u8('NFLB_SERVICE_AFFINITY_PREFIX', 24)), errno.EINVAL,
     'an affinity mask needs an affinity time'),
    ('affinity mask 0', affinity_of(service_key=NEW_KEY, mask=0), errno.EINVAL,
     'affinity mask must be 1 to 32'),
    ('affinity mask 33', affinity_of(service_key=NEW_KEY, mask=33),
     errno.EINVAL, 'affinity mask must be 1 to 32'),
    ('affinity mask 129 of IPv6',
     affinity_of(service_key=PROTOCOL + VIP6 + PORT, mask=129), errno.EINVAL,
     'affinity mask must be 1 to 128'),
    ('a policy that is too long', new_service(u32('NFLB_SERVICE_NO_BACKEND', 1)),
     errno.EINVAL, 'invalid attribute length'),
    ('an unknown attribute', new_service(u32(99, 1)), errno.EINVAL, UNKNOWN),
    ('attribute 0', new_service(u32(0, 1)), errno.EINVAL, None),
    ('an attribute of another object', new_service() + connection(),
     errno.EINVAL, UNKNOWN),
    ('bytes behind the last attribute', new_service() + b'\1\2',
     errno.EINVAL, 'bytes leftover after parsing attributes'),
    ('an attribute longer than the message',
     raw('NFLB_A_SERVICE', NEW_KEY, 200), errno.EINVAL,
     'bytes leftover after parsing attributes'),
    ('an attribute shorter than its header',
     raw('NFLB_A_SERVICE', b'', 2), errno.EINVAL,
     'bytes leftover after parsing attributes'),
    ('an inner attribute longer than its nest',
     service(NEW_KEY, raw('NFLB_SERVICE_TIMEOUT_FIN', b'\1\0\0\0', 80)),
     errno.EINVAL, 'bytes leftover after parsing attributes'),
]

for size in (0, 1, 250, 252, 1022, 65536, 655374, 0xffffffff):
    SERVICE_NEW.append(
        (f'a table of {size}',
         options('maglev', u32('NFLB_SCHED_OPTION_TABLE_SIZE', size)),
         errno.EINVAL, 'table size must be a prime from 251 to 655373'))

for which in ('ESTABLISHED', 'FIN', 'SYN', 'UDP'):
    for seconds in (0, 2678401, 0xffffffff):
        SERVICE_NEW.append(
            (f'timeout {which} {seconds}',
             new_service(u32(f'NFLB_SERVICE_TIMEOUT_{which}', seconds)),
             errno.ERANGE, RANGE))

for address in ('0.0.0.0', '127.0.0.1', '224.0.0.1',
                '255.255.255.255'):
    SERVICE_NEW.append(
        (f'address {address}',
         service(PROTOCOL, addr4('NFLB_SERVICE_ADDR4', address), PORT2),
         errno.EINVAL, 'service address must be global unicast'))

for address in ('::', '::1', 'ff02::1', 'fe80::1', '::ffff:192.0.2.1'):
    SERVICE_NEW.append(
        (f'address {address}',
         service(PROTOCOL, addr6('NFLB_SERVICE_ADDR6', address), PORT2),
         errno.EINVAL, 'service address must be global unicast'))

for name, kind, lengths, rest in (
        ('a protocol', 'NFLB_SERVICE_PROTOCOL', (0, 2, 4), VIP4 + PORT2),
        ('an IPv4 address', 'NFLB_SERVICE_ADDR4', (0, 3, 5, 16),
         PROTOCOL + PORT2),
        ('an IPv6 address', 'NFLB_SERVICE_ADDR6', (0, 4, 15, 17),
         PROTOCOL + PORT2),
        ('a port', 'NFLB_SERVICE_PORT', (0, 1, 4), PROTOCOL + VIP4),
        ('a timeout', 'NFLB_SERVICE_TIMEOUT_FIN', (0, 2, 8), NEW_KEY)):
    for length in lengths:
        SERVICE_NEW.append((f'{name} of {length} bytes',
                            service(rest, raw(kind, b'\x20' * length)),
                            None, None))

SERVICE_SET = [
    ('no such service', new_service(), errno.ENOENT, 'no such service'),
    ('an unknown scheduler',
     service(KEY, text('NFLB_SERVICE_SCHEDULER', 'nothing')), errno.ENOENT,
     'no such scheduler'),
    ('options the present scheduler does not take',
     service(KEY, nest('NFLB_SERVICE_SCHED_OPTIONS',
                       u64('NFLB_SCHED_OPTION_SEED', 1))),
     errno.EINVAL, 'this scheduler has no option seed'),
    ('a good timeout with an affinity mask alone',
     service(KEY, u32('NFLB_SERVICE_TIMEOUT_FIN', 5),
             u8('NFLB_SERVICE_AFFINITY_PREFIX', 24)), errno.EINVAL,
     'an affinity mask needs an affinity time'),
    ('a good timeout with a bad one',
     service(KEY, u32('NFLB_SERVICE_TIMEOUT_FIN', 5),
             u32('NFLB_SERVICE_TIMEOUT_SYN', 0)), errno.ERANGE, RANGE),
    ('a good scheduler with a bad table',
     service(KEY, text('NFLB_SERVICE_SCHEDULER', 'maglev'),
             nest('NFLB_SERVICE_SCHED_OPTIONS',
                  u32('NFLB_SCHED_OPTION_TABLE_SIZE', 1000))),
     errno.EINVAL, 'table size must be a prime from 251 to 655373'),
]

KEY_ONLY = [
    ('no service', b'', errno.EINVAL, 'service is missing'),
    ('no such service', new_service(), errno.ENOENT, 'no such service'),
    ('another protocol',
     service(u8('NFLB_SERVICE_PROTOCOL', UDP), VIP4, PORT), errno.ENOENT,
     'no such service'),
    ('a setting beside the key',
     service(KEY, u32('NFLB_SERVICE_TIMEOUT_FIN', 5)), errno.EINVAL,
     UNSUPPORTED),
]

BACKEND_NEW = [
    ('no service', backend(NEW_REAL), errno.EINVAL, 'service is missing'),
    ('no backend', service(KEY), errno.EINVAL, 'backend is missing'),
    ('no address', service(KEY) + backend(), errno.EINVAL,
     'backend address is missing'),
    ('both addresses',
     service(KEY) + backend(NEW_REAL, addr6('NFLB_BACKEND_ADDR6',
                                            '2001:db8::2')), errno.EINVAL,
     'backend has an IPv4 and an IPv6 address'),
    ('another family',
     service(KEY) + backend(addr6('NFLB_BACKEND_ADDR6', '2001:db8::2')),
     errno.EINVAL,
     'only forward ipip, gre and gue reach a backend of the other address family'),
    ('no such service', new_service() + backend(NEW_REAL), errno.ENOENT,
     'no such service'),
    ('a backend that exists', service(KEY) + backend(REAL), errno.EEXIST,
     'backend exists already'),
    ('port 0', new_backend(port('NFLB_BACKEND_PORT', 0)), errno.EINVAL,
     'backend port must not be 0'),
    ('weight 65536', new_backend(u32('NFLB_BACKEND_WEIGHT', 65536)),
     errno.ERANGE, RANGE),
    ('an unknown forward',
     new_backend(u8('NFLB_BACKEND_FORWARD', N['__NFLB_FORWARD_MAX'])),
     errno.ERANGE, RANGE),
    ('forward 255', new_backend(u8('NFLB_BACKEND_FORWARD', 255)),
     errno.ERANGE, RANGE),
    ('another port with dr',
     new_backend(u8('NFLB_BACKEND_FORWARD', N['NFLB_FORWARD_DR']),
                 port('NFLB_BACKEND_PORT', 8080)), errno.EINVAL,
     'only forward nat and fullnat can change the port'),
    ('another port with ipip',
     new_backend(u8('NFLB_BACKEND_FORWARD', N['NFLB_FORWARD_IPIP']),
                 port('NFLB_BACKEND_PORT', 8080)), errno.EINVAL,
     'only forward nat and fullnat can change the port'),
    ('an attribute of answers',
     new_backend(u32('NFLB_BACKEND_CONNECTIONS_ACTIVE', 1)), errno.EINVAL,
     UNSUPPORTED),
    ('an option without a tunnel',
     new_backend(nest('NFLB_BACKEND_FORWARD_OPTIONS')), errno.EINVAL,
     'only forward fullnat, ipip, gre and gue have options'),
    ('toa 2', tunnel('FULLNAT', u8('NFLB_FORWARD_OPTION_TOA', 2)),
     errno.ERANGE, RANGE),
    ('toa of 2 bytes', tunnel('FULLNAT', raw('NFLB_FORWARD_OPTION_TOA', b'\1\0')),
     None, None),
    ('checksum 2', tunnel('GRE', u8('NFLB_FORWARD_OPTION_CHECKSUM', 2)),
     errno.ERANGE, RANGE),
    ('a key of 2 bytes',
     tunnel('GRE', raw('NFLB_FORWARD_OPTION_KEY', b'\1\0')), None, None),
    ('a key with gue', tunnel('GUE', u32('NFLB_FORWARD_OPTION_KEY', 1)),
     errno.EINVAL, 'only forward gre has a key'),
    ('port 0 of the tunnel',
     tunnel('GUE', port('NFLB_FORWARD_OPTION_PORT', 0)), errno.EINVAL,
     'tunnel port must not be 0'),
    ('a prefix without a source',
     tunnel('IPIP', u8('NFLB_FORWARD_OPTION_SOURCE_PREFIX', 24)), errno.EINVAL,
     'tunnel source address is missing'),
    ('both sources',
     tunnel('IPIP', addr4('NFLB_FORWARD_OPTION_SOURCE4', '10.0.0.1'),
            addr6('NFLB_FORWARD_OPTION_SOURCE6', '2001:db8::2')), errno.EINVAL,
     'tunnel source has an IPv4 and an IPv6 address'),
    ('a source of the other family',
     tunnel('IPIP', addr6('NFLB_FORWARD_OPTION_SOURCE6', '2001:db8::2')),
     errno.EINVAL, 'tunnel source and backend are of different address families'),
    ('a source prefix of 33',
     tunnel('IPIP', addr4('NFLB_FORWARD_OPTION_SOURCE4', '10.0.0.0'),
            u8('NFLB_FORWARD_OPTION_SOURCE_PREFIX', 33)), errno.EINVAL,
     'tunnel source prefix must be 8 to 32, or 16 to 128 for IPv6'),
    ('an unknown option', tunnel('IPIP', u32(99, 1)), errno.EINVAL, UNKNOWN),
    ('options without NLA_F_NESTED',
     new_backend(u8('NFLB_BACKEND_FORWARD', N['NFLB_FORWARD_GRE']),
                 raw('NFLB_BACKEND_FORWARD_OPTIONS',
                     u32('NFLB_FORWARD_OPTION_KEY', 1))), errno.EINVAL,
     'NLA_F_NESTED is missing'),
    ('a setting of the service beside its key',
     service(KEY, u32('NFLB_SERVICE_TIMEOUT_FIN', 5)) + backend(NEW_REAL),
     errno.EINVAL, UNSUPPORTED),
    ('address 224.0.0.1',
     service(KEY) + backend(addr4('NFLB_BACKEND_ADDR4', '224.0.0.1')),
     errno.EINVAL, 'backend address must be global unicast or loopback'),
    ('a backend without NLA_F_NESTED',
     service(KEY) + raw('NFLB_A_BACKEND', NEW_REAL), errno.EINVAL,
     'NLA_F_NESTED is missing'),
    ('an address of 3 bytes',
     service(KEY) + backend(raw('NFLB_BACKEND_ADDR4', b'\x20' * 3)), None,
     None),
    ('a weight of 2 bytes',
     new_backend(raw('NFLB_BACKEND_WEIGHT', b'\1\0')), None, None),
]

BACKEND_SET = [
    ('no such backend', new_backend(u32('NFLB_BACKEND_WEIGHT', 5)),
     errno.ENOENT, 'no such backend'),
    ('another port', service(KEY) + backend(
        REAL, port('NFLB_BACKEND_PORT', 8080), u32('NFLB_BACKEND_WEIGHT', 5)),
     errno.ENOENT, 'no such backend'),
    ('a good weight with a bad forward', service(KEY) + backend(
        REAL, u32('NFLB_BACKEND_WEIGHT', 5), u8('NFLB_BACKEND_FORWARD', 9)),
     errno.ERANGE, RANGE),
]

BACKEND_DEL = [
    ('no such backend', service(KEY) + backend(NEW_REAL), errno.ENOENT,
     'no such backend'),
    ('no such service', new_service() + backend(REAL), errno.ENOENT,
     'no such service'),
    ('a setting beside the key',
     service(KEY) + backend(REAL, u32('NFLB_BACKEND_WEIGHT', 1)),
     errno.EINVAL, 'deleting takes address and port only'),
]

# Of a pool, for SERVICE_NEW and SERVICE_REPLACE alike.
POOL = [
    ('a backend of another family', new_service() + backend(NEW_REAL) +
     backend(addr6('NFLB_BACKEND_ADDR6', '2001:db8::2')), errno.EINVAL,
     'only forward ipip, gre and gue reach a backend of the other address family'),
    ('a good backend and an empty one',
     new_service() + backend(NEW_REAL) + backend(), errno.EINVAL,
     'backend address is missing'),
    ('an empty backend before a good one',
     new_service() + backend() + backend(NEW_REAL), errno.EINVAL,
     'backend address is missing'),
    ('the same backend twice',
     new_service() + backend(REAL) + backend(NEW_REAL) + backend(REAL),
     errno.EINVAL, 'backend is given twice'),
    ('the same backend with the port and without', new_service() +
     backend(REAL) + backend(REAL, port('NFLB_BACKEND_PORT', 81)),
     errno.EINVAL, 'backend is given twice'),
    ('a weight too many',
     new_service() + backend(NEW_REAL, u32('NFLB_BACKEND_WEIGHT', 65536)),
     errno.ERANGE, RANGE),
    ('a backend without NLA_F_NESTED', new_service() + backend(REAL) +
     raw('NFLB_A_BACKEND', NEW_REAL), errno.EINVAL, 'NLA_F_NESTED is missing'),
    ('an unknown attribute of a backend',
     new_service() + backend(NEW_REAL, u32(77, 1)), errno.EINVAL, UNKNOWN),
    ('backends without a service', backend(REAL), errno.EINVAL,
     'service is missing'),
]

SERVICE_REPLACE = POOL + [
    case for case in SERVICE_NEW if case[0] != 'a service that exists'] + [
        ('an existing service with a bad backend',
         service(KEY) + backend(REAL) + backend(), errno.EINVAL,
         'backend address is missing'),
        ('an existing service with a bad scheduler',
         service(KEY, text('NFLB_SERVICE_SCHEDULER', 'nothing')) +
         backend(NEW_REAL), errno.ENOENT, 'no such scheduler'),
    ]


def clients(nested, space):
    """What is wrong with the client of a filter."""
    attr4, attr6, prefix = (f'NFLB_{space}_CLIENT_{name}'
                            for name in ('ADDR4', 'ADDR6', 'PREFIX'))
    return [
        ('a prefix without address', nested(u8(prefix, 24)), errno.EINVAL,
         'client address is missing'),
        ('a prefix of 33 bits',
         nested(addr4(attr4, '192.0.2.0'), u8(prefix, 33)), errno.EINVAL,
         'client prefix is longer than the address'),
        ('a prefix of 129 bits',
         nested(addr6(attr6, '2001:db8::'), u8(prefix, 129)), errno.ERANGE,
         RANGE),
        ('both addresses of a client',
         nested(addr4(attr4, '192.0.2.0'), addr6(attr6, '2001:db8::')),
         errno.EINVAL, 'client has an IPv4 and an IPv6 address'),
        ('half a key', service(PROTOCOL, VIP4), errno.EINVAL,
         'service port is missing'),
        ('a setting beside the key of a backend',
         backend(REAL, u32('NFLB_BACKEND_WEIGHT', 1)), errno.EINVAL, UNKNOWN),
    ]


FILTER = clients(connection, 'CONNECTION') + [
    ('state 0', connection(u8('NFLB_CONNECTION_STATE', 0)), errno.ERANGE,
     RANGE),
    ('a state past the last',
     connection(u8('NFLB_CONNECTION_STATE', N['__NFLB_STATE_MAX'])),
     errno.ERANGE, RANGE),
    ('an attribute that is no filter',
     connection(port('NFLB_CONNECTION_CLIENT_PORT', 5)), errno.EINVAL,
     UNSUPPORTED),
]

CONNECTION_DEL = FILTER + [
    ('no filter', b'', errno.EINVAL, 'a filter is missing: which connections?'),
    ('an empty filter', connection(), errno.EINVAL,
     'a filter is missing: which connections?'),
    ('all and a filter', service(KEY) + connection(
        raw('NFLB_CONNECTION_ALL', b'')), errno.EINVAL,
     'all connections or those of a filter, not both'),
    ('a flag of a byte', connection(raw('NFLB_CONNECTION_ALL', b'\1')), None,
     None),
]

CLIENTS = clients(affinity, 'AFFINITY') + [
    ('an attribute that is no filter',
     affinity(u32('NFLB_AFFINITY_EXPIRES', 5)), errno.EINVAL, None),
    ('connections in place of clients', connection(), errno.EINVAL, None),
]

AFFINITY_DEL = CLIENTS + [
    ('no filter', b'', errno.EINVAL, 'a filter is missing: which clients?'),
    ('an empty filter', affinity(), errno.EINVAL,
     'a filter is missing: which clients?'),
    ('all and a filter', service(KEY) + affinity(
        raw('NFLB_AFFINITY_ALL', b'')), errno.EINVAL,
     'all clients or those of a filter, not both'),
]

SETTINGS_SET = [
    ('no settings', b'', errno.EINVAL, 'settings are missing'),
    ('settings without NLA_F_NESTED',
     raw('NFLB_A_SETTINGS', u32('NFLB_SETTINGS_MAX_AFFINITY', 5)),
     errno.EINVAL, 'NLA_F_NESTED is missing'),
    ('a good setting with one of 2 bytes',
     nest('NFLB_A_SETTINGS', u32('NFLB_SETTINGS_MAX_CONNECTIONS', 5),
          raw('NFLB_SETTINGS_MAX_AFFINITY', b'\1\0')), None, None),
    ('an unknown setting',
     nest('NFLB_A_SETTINGS', u32('NFLB_SETTINGS_MAX_CONNECTIONS', 5),
          u32(99, 1)), errno.EINVAL, UNKNOWN),
    ('a service beside the settings', service(KEY), errno.EINVAL, None),
]

FLOW = (u8('NFLB_CONNECTION_PROTOCOL', TCP) +
        port('NFLB_CONNECTION_CLIENT_PORT', 9) +
        port('NFLB_CONNECTION_SERVICE_PORT', 80))
CLIENT = addr4('NFLB_CONNECTION_CLIENT_ADDR4', '203.0.113.9')

EXPLAIN = [
    ('no flow', b'', errno.EINVAL, 'flow is missing'),
    ('an empty flow', connection(), errno.EINVAL,
     'protocol and both ports are needed'),
    ('a flow without client', connection(FLOW), errno.EINVAL,
     'client address is missing'),
    ('a flow without destination', connection(FLOW, CLIENT), errno.EINVAL,
     'destination address is missing'),
    ('a flow between families', connection(
        FLOW, CLIENT, addr6('NFLB_CONNECTION_SERVICE_ADDR6', '2001:db8::1')),
     errno.EINVAL,
     'client and destination are of different address families'),
    ('a service beside the flow', service(KEY), errno.EINVAL, None),
]

# what is no request at all: command, flags, attributes, errno, text
ODD = [
    ('an unknown command', 99, 0, b'', errno.EOPNOTSUPP, None),
    ('command 0', 0, 0, b'', errno.EOPNOTSUPP, None),
    ('a dump of a command that changes', 'NFLB_CMD_SERVICE_NEW', NLM_F_DUMP,
     new_service(), errno.EOPNOTSUPP, None),
    ('one backend', 'NFLB_CMD_BACKEND_GET', 0, service(KEY),
     errno.EOPNOTSUPP, None),
    ('one client', 'NFLB_CMD_AFFINITY_GET', 0, b'', errno.EOPNOTSUPP, None),
    ('one connection', 'NFLB_CMD_CONNECTION_GET', 0, b'', errno.EOPNOTSUPP,
     None),
    ('backends of no service', 'NFLB_CMD_BACKEND_GET', NLM_F_DUMP,
     new_service(), errno.ENOENT, 'no such service'),
    ('all services with a key', 'NFLB_CMD_SERVICE_GET', NLM_F_DUMP,
     service(KEY), errno.EINVAL, None),
    ('sums with a key', 'NFLB_CMD_STATS_GET', 0, service(KEY), errno.EINVAL,
     None),
    ('backends of half a key', 'NFLB_CMD_BACKEND_GET', NLM_F_DUMP,
     service(PROTOCOL, VIP4), errno.EINVAL, 'service port is missing'),
]


class Tap:
    def __init__(self):
        self.count = self.failed = 0

    def check(self, passed, name, *notes):
        self.count += 1
        self.failed += not passed
        print(f'{"" if passed else "not "}ok {self.count} - {name}')
        if not passed:
            for note in notes:
                print(f'# {note}')

    def end(self):
        print(f'1..{self.count}')
        sys.exit(1 if self.failed else 0)


def expect_refusal(kernel, tap, name, request, number, why):
    """errno None: any; text None: any, even none."""
    before = kernel.snapshot()
    got, said, _ = kernel.request(*request)
    same = kernel.snapshot() == before
    passed = (got != 0 and got == (number or got) and
              said == (said if why is None else why) and same)
    tap.check(passed, name, f'errno {got} ({os.strerror(got)})',
              f'text "{said}"', 'unchanged' if same else 'CHANGED')


def truncated(kernel, tap):
    """A message that ends inside the generic netlink header."""
    kernel.seq += 1
    kernel.sock.send(struct.pack('=IHHII', 18, kernel.family,
                                 NLM_F_REQUEST | NLM_F_ACK, kernel.seq, 0) +
                     b'\1\1')
    reply = kernel.sock.recv(65536)
    tap.check(struct.unpack_from('=i', reply, 16)[0] == -errno.EINVAL,
              'a header cut in half is refused')


def need_privilege(tap):
    """As nobody: reading works, writing does not."""
    os.setgroups([])
    os.setgid(65534)
    os.setuid(65534)
    kernel = Kernel()
    for cmd, attrs in (('SERVICE_NEW', new_service()),
                       ('SERVICE_REPLACE', service(KEY)),
                       ('SERVICE_SET', service(KEY)),
                       ('SERVICE_ZERO', service(KEY)),
                       ('CONNECTION_DEL',
                        connection(raw('NFLB_CONNECTION_ALL', b''))),
                       ('AFFINITY_DEL',
                        affinity(raw('NFLB_AFFINITY_ALL', b''))),
                       ('SETTINGS_SET', nest('NFLB_A_SETTINGS')),
                       ('BACKEND_NEW', new_backend()),
                       ('BACKEND_SET', service(KEY) + backend(REAL)),
                       ('BACKEND_DEL', service(KEY) + backend(REAL)),
                       ('SERVICE_DEL', service(KEY))):
        expect_refusal(kernel, tap, f'{cmd} needs CAP_NET_ADMIN',
                       (f'NFLB_CMD_{cmd}', 0, attrs), errno.EPERM, None)
    for cmd, flags in (('SERVICE_GET', NLM_F_DUMP),
                       ('CONNECTION_GET', NLM_F_DUMP),
                       ('AFFINITY_GET', NLM_F_DUMP),
                       ('SETTINGS_GET', 0),
                       ('CONNECTION_COUNT', 0), ('STATS_GET', 0)):
        number, _, _ = kernel.request(f'NFLB_CMD_{cmd}', flags, b'')
        tap.check(number == 0, f'{cmd} needs no privilege',
                  os.strerror(number))


def must_succeed(kernel, tap, name, cmd, attrs):
    number, why, _ = kernel.request(cmd, 0, attrs)
    tap.check(number == 0, name, f'{os.strerror(number)} "{why}"')


def main():
    kernel, tap = Kernel(), Tap()

    # A service and a backend that the refusals must leave alone.
    must_succeed(kernel, tap, 'a good service', 'NFLB_CMD_SERVICE_NEW',
                 service(KEY))
    must_succeed(kernel, tap, 'a good backend', 'NFLB_CMD_BACKEND_NEW',
                 service(KEY) + backend(REAL))

    for command, flags, cases in (
            ('SERVICE_NEW', 0, SERVICE_NEW + POOL),
            ('SERVICE_REPLACE', 0, SERVICE_REPLACE), ('SERVICE_SET', 0, SERVICE_SET),
            ('SERVICE_GET', 0, KEY_ONLY), ('SERVICE_ZERO', 0, KEY_ONLY),
            ('SERVICE_DEL', 0, KEY_ONLY), ('BACKEND_NEW', 0, BACKEND_NEW),
            ('BACKEND_SET', 0, BACKEND_SET), ('BACKEND_DEL', 0, BACKEND_DEL),
            ('CONNECTION_COUNT', 0, FILTER),
            ('CONNECTION_DEL', 0, CONNECTION_DEL),
            ('EXPLAIN', 0, EXPLAIN), ('AFFINITY_DEL', 0, AFFINITY_DEL),
            ('AFFINITY_GET', NLM_F_DUMP, CLIENTS),
            ('SETTINGS_SET', 0, SETTINGS_SET),
            ('CONNECTION_GET', NLM_F_DUMP, FILTER)):
        for name, attrs, number, why in cases:
            expect_refusal(kernel, tap, f'{command}: {name}',
                           (f'NFLB_CMD_{command}', flags, attrs), number, why)
    for name, command, flags, attrs, number, why in ODD:
        expect_refusal(kernel, tap, name, (command, flags, attrs), number,
                       why)
    truncated(kernel, tap)
    must_succeed(kernel, tap, 'the socket still works',
                 'NFLB_CMD_SERVICE_ZERO', service(KEY))
    need_privilege(tap)
    tap.end()


main()
