#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0
"""What CHANGES answers. Speaks TAP, with numbers that go on from NUMBER."""

import errno
import os
import sys

sys.path.insert(0, os.path.join(os.path.dirname(os.path.realpath(__file__)),
                                '../tools'))
from nlmsg import NLM_F_DUMP, N, NLA_F_NESTED, Kernel, find  # noqa: E402

STATE = {name: N['NFLB_STATE_' + name]
         for name in ('UDP', 'SYN_SENT', 'ESTABLISHED')}


def entries(answer):
    """(state, client port, end) of the connections of an answer."""
    found = []
    for body in answer:
        nest = find(body[4:], N['NFLB_A_CONNECTION']) or \
            find(body[4:], N['NFLB_A_CONNECTION'] | NLA_F_NESTED)
        if nest:
            found.append((find(nest, N['NFLB_CONNECTION_STATE'])[0],
                          find(nest, N['NFLB_CONNECTION_CLIENT_PORT']) +
                          find(nest, N['NFLB_CONNECTION_SERVICE_PORT']) +
                          find(nest, N['NFLB_CONNECTION_CLIENT_ADDR4']) +
                          find(nest, N['NFLB_CONNECTION_PROTOCOL']),
                          find(nest, N['NFLB_CONNECTION_END'])))
    return found


class Tap:
    """Lines of tests behind those of the shell."""

    def __init__(self):
        self.count = 0
        self.first = int(os.environ.get('TAP_COUNT', '0'))

    def check(self, name, passed, got=None):
        self.count += 1
        print(f'{"" if passed else "not "}ok {self.first + self.count} - {name}')
        if not passed:
            print(f'# got {got}')


def changes(kernel):
    return kernel.request('NFLB_CMD_CHANGES', NLM_F_DUMP, b'')


def main():
    kernel, tap = Kernel(), Tap()
    if sys.argv[1] == 'first':
        number, why, _ = changes(kernel)
        tap.check('who reads for the first time is told to list everything',
                  number == errno.ENOBUFS and 'missing' in why, (number, why))
        number, why, answer = changes(kernel)
        tap.check('then there are changes, none at first',
                  not number and not answer, (number, why, answer))
    else:
        number, why, answer = changes(kernel)
        found = entries(answer)
        tap.check('changes are read', not number, (number, why))
        tap.check('each connection once', len(found) == len(set(
            key for _, key, _ in found)) == int(sys.argv[2]), len(found))
        tap.check('open ones only', all(
            state in (STATE['UDP'], STATE['ESTABLISHED']) and not end
            for state, _, end in found), found)
        tap.check('and affinity', len(answer) == len(found) + 1, len(answer))
    with open('/run/sync-kernel.count', 'w', encoding='ascii') as stream:
        stream.write(str(tap.count))


main()
