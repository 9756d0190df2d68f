#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# What goes wrong with a backend's connections is counted, and nothing else is.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

program=$(dirname "$0")/failures.py

# failures FAMILY PROTOCOL PORT: of the first backend
failures() {
	vip_value "$1" "$2" "$3" '.backends[0].failures |
		"\(.unanswered) \(.refused) \(.reset) \(.unreachable)"'
}

# pool FAMILY PROTOCOL PORT BACKEND
pool() {
	lbadm restore - < <(vip_pool "$1" "$2" "$3" 'scheduler rr' "${method:-nat}" "$4")
}

# client FAMILY COMMAND PORT [ARG]...
client() {
	in_ns client "$program" "$2" "$(vip "$1")" "$3" "${@:4}"
}

test_good() {
	pool "$1" tcp 7001 b1:7000
	traffic_in client echo tcp "$(vip "$1")" 7001 --bytes 1 --count 20 >/dev/null
	is "IPv$1: connections that go well" "$(failures "$1" tcp 7001)" '0 0 0 0'
}

test_refused() {
	pool "$1" tcp 7002 b1:7999
	is "IPv$1: a closed port" "$(client "$1" connect 7002 20)" ConnectionRefusedError
	is "IPv$1: is a connection refused" "$(failures "$1" tcp 7002)" '0 1 0 0'
}

test_reset() {
	pool "$1" tcp 7003 b1:7900
	is "IPv$1: a server that resets" "$(client "$1" connect 7003 20)" ConnectionResetError
	is "IPv$1: is a connection reset" "$(failures "$1" tcp 7003)" '0 0 1 0'
}

# A client that gives up after one SYN tells of itself, not of the backend.
test_unanswered() {
	method=$2
	pool "$1" tcp 7004 b2:7004
	is "IPv$1 $2: a silent host" "$(client "$1" connect 7004 0.3)" TimeoutError
	is "IPv$1 $2: one SYN says nothing yet" "$(failures "$1" tcp 7004)" '0 0 0 0'
	is "IPv$1 $2: a client with patience" "$(client "$1" connect 7004 5)" TimeoutError
	is "IPv$1 $2: counts once, however often it tries" "$(failures "$1" tcp 7004)" '1 0 0 0'
	method=nat
}

expired() {
	[[ $(failures "$1" tcp 7004) == '1 0 0 0' ]]
}

test_expired() {
	pool "$1" tcp 7004 b2:7004
	vip_service set "$1" tcp 7004 timeout syn 1
	client "$1" connect 7004 0.3 >/dev/null
	ok "IPv$1: a connection that expires without an answer counts" \
		wait_until 30 expired "$1"
	vip_service zero "$1" tcp 7004
	is "IPv$1: zero" "$(failures "$1" tcp 7004)" '0 0 0 0'
}

test_unreachable() {
	pool "$1" udp 7005 b1:7999
	is "IPv$1: a datagram to a closed port" "$(client "$1" datagram 7005)" \
		ConnectionRefusedError
	is "IPv$1: is an error" "$(failures "$1" udp 7005)" '0 0 0 1'
	like "IPv$1: and shown" "$(vip_service show "$1" udp 7005)" \
		'unanswered 0 refused 0 reset 0 unreachable 1'
}

topo_setup --backends 2
director_load
serve 7000
in_ns b2 nft -f - <<<'table inet silent {
	chain input {
		type filter hook input priority 0;
		tcp dport 7004 drop
	}
}'
{ in_ns b1 "$program" serve-reset 7900 >"$WORK/reset" || true; } &
wait_until 20 grep -q ready "$WORK/reset"
for family in 4 6; do
	test_good $family
	test_refused $family
	test_reset $family
	test_unanswered $family nat
	vip_service del $family tcp 7004
	test_unanswered $family dr
	vip_service del $family tcp 7004
	test_expired $family
	test_unreachable $family
done

done_testing
