#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# TCP_CHECK, UDP_CHECK, PING_CHECK and AGENT_CHECK against servers, good and bad
set -uo pipefail

# shellcheck source=userspace/tests/lbd/checks.sh
. "$(dirname "$(readlink -f "$0")")/checks.sh"
begin "${1-}" python3
server "$here/check_server.py"
# Silence is tested by what answers nothing, not by an address nobody has.
ip route add blackhole 192.0.2.1

udp() { printf '%s\n' "$@"; }

for target in 127.0.0.1 ::1; do
	check "$target: TCP" 'TCP_CHECK 7001' "$good" '' </dev/null
	check "$target: TCP, full" 'TCP_CHECK 7002' "$bad" 'no answer in time' </dev/null
	check "$target: TCP, an endless answer" 'TCP_CHECK 7003' "$good" '' </dev/null
	check "$target: TCP, nobody listens" 'TCP_CHECK 7099' "$bad" \
		'connect: Connection refused' </dev/null
	check "$target: ping" 'PING_CHECK 1' "$good" '' </dev/null

	check "$target: UDP" 'UDP_CHECK 7101' "$good" '' </dev/null
	check "$target: UDP, silence is no error" 'UDP_CHECK 7102' "$good" '' </dev/null
	check "$target: UDP, silence is one" 'UDP_CHECK 7102' "$bad" 'no reply' \
		< <(udp require_reply)
	check "$target: UDP, nobody listens" 'UDP_CHECK 7199' "$bad" 'Connection refused' \
		</dev/null
	check "$target: UDP, the reply expected" 'UDP_CHECK 7101' "$good" '' \
		< <(udp 'payload 12ab F' 'require_reply 12Xx 0f')
	check "$target: UDP, another reply" 'UDP_CHECK 7104' "$bad" \
		'reply is not the one expected' < <(udp 'require_reply 12 34 57')
	check "$target: UDP, the begin of the reply" 'UDP_CHECK 7104' "$good" '' \
		< <(udp 'require_reply 12 34')
	check "$target: UDP, a long reply" 'UDP_CHECK 7103' "$bad" 'reply of 5000 bytes' \
		< <(udp require_reply)
	check "$target: UDP, so long it may be" 'UDP_CHECK 7103' "$good" '' \
		< <(udp require_reply 'max_reply_length 5000')
	check "$target: UDP, a short reply" 'UDP_CHECK 7104' "$bad" 'reply of 3 bytes' \
		< <(udp require_reply 'min_reply_length 4')
	check "$target: UDP, a reply from elsewhere" 'UDP_CHECK 7105' "$bad" 'no reply' \
		< <(udp require_reply)

	check "$target: agent" 'AGENT_CHECK 7201' "$good" '' </dev/null
	check "$target: agent, asked" 'AGENT_CHECK 7202' "$good" '' <<<'send good'
	check "$target: agent, drain" 'AGENT_CHECK 7202' 'drain -1' '' <<<'send drain'
	check "$target: agent, no weight" 'AGENT_CHECK 7202' 'drain -1' '' <<<'send zero'
	check "$target: agent, down" 'AGENT_CHECK 7202' "$bad" 'agent says down#disk' \
		<<<'send bad'
	check "$target: agent, maintenance" 'AGENT_CHECK 7202' "$bad" 'agent says maint*' \
		<<<'send maint'
	check "$target: agent, a weight" 'AGENT_CHECK 7202' 'up 20' '' <<<'send weight'
	check "$target: agent, an endless line" 'AGENT_CHECK 7203' "$bad" \
		"agent's line is too long" </dev/null
	check "$target: agent, garbage" 'AGENT_CHECK 7204' "$bad" \
		'agent says nothing known: *' </dev/null
	check "$target: agent, nothing" 'AGENT_CHECK 7205' "$bad" \
		'agent says nothing known: ' </dev/null
	check "$target: agent, silence" 'AGENT_CHECK 7206' "$bad" 'no answer in time' \
		</dev/null
	check "$target: agent, slow" 'AGENT_CHECK 7207' "$good" '' </dev/null
	check "$target: agent, slow without an end" 'AGENT_CHECK 7208' "$bad" \
		'no answer in time' </dev/null
	check "$target: agent, no newline" 'AGENT_CHECK 7209' "$good" '' </dev/null
	check "$target: agent, reset" 'AGENT_CHECK 7210' "$bad" \
		'*: Connection reset by peer' </dev/null
	check "$target: agent, nobody listens" 'AGENT_CHECK 7299' "$bad" \
		'connect: Connection refused' </dev/null
done
target=192.0.2.1
check 'no route: TCP' 'TCP_CHECK 7001' "$bad" 'connect: *' </dev/null
check 'no route: UDP' 'UDP_CHECK 7101' "$bad" 'connect: *' </dev/null
check 'no route: ping' 'PING_CHECK 1' "$bad" '*' </dev/null
judge
