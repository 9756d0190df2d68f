#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Schedulers that look at open connections: lc, sed, nq, fo, ovf and p2c. A UDP
# flow is a connection like any other to them. wlc is in sched.t.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

# pool PORT SCHEDULER: with b1, b2 and b3 of weights 1, 2 and 3
pool() {
	local weight

	{
		vip_pool "$family" "$protocol" "$1" "scheduler $2" nat
		for weight in 1 2 3; do
			vip_pool "$family" "$protocol" "$1" '' nat "b$weight:7000" |
				sed -n "s/^backend.*/& weight $weight/p"
		done
	} | lbadm restore -
}

active() {
	vip_value "$family" "$protocol" "$1" \
		'[.backends[].connections_active] | join(" ")'
}

# open PORT COUNT: flows that stay open; prints the load of b1, b2 and b3
open() {
	hold_start "$1" client "$protocol" "$(vip "$family")" "$1" \
		--count "$2" >"$WORK/open" || true
	active "$1"
}

close() {
	hold_stop "$1" | grep -E '^(ok|moved)=' | xargs
}

# one PORT: a flow that ends at once
one() {
	traffic_in client echo "$protocol" "$(vip "$family")" "$1" --bytes 1 \
		--close reset --timeout 700
}

test_counts() {
	pool 7001 lc
	is "$name lc: loads are equal, whatever the weights" "$(open 7001 12)" '4 4 4'
	is "$name lc: all served" "$(close 7001)" 'ok=12 moved=0'
	pool 7002 sed
	is "$name sed: the fast first" "$(open 7002 3)" '0 1 2'
	is "$name sed: all served" "$(close 7002)" 'ok=3 moved=0'
	pool 7003 nq
	is "$name nq: the idle first" "$(open 7003 3)" '1 1 1'
	is "$name nq: all served" "$(close 7003)" 'ok=3 moved=0'
	pool 7004 sed
	is "$name sed: then by weight" "$(open 7004 18)" '3 6 9'
	pool 7005 nq
	is "$name nq: then by weight" "$(open 7005 18)" '3 6 9'
	hold_stop 7004 >/dev/null
	hold_stop 7005 >/dev/null
}

test_failover() {
	pool 7006 fo
	is "$name fo: all to the greatest weight" "$(open 7006 5)" '0 0 5'
	vip_backend set "$family" "$protocol" 7006 b3:7000 weight 0
	like "$name fo: without it the next" "$(one 7006)" 'backend.b2=1'
	is "$name fo: connections stay" "$(close 7006)" 'ok=5 moved=0'
}

test_overflow() {
	pool 7007 ovf
	is "$name ovf: over at as many as the weight says" "$(open 7007 6)" '1 2 3'
	fails "$name ovf: and refused when all are" one 7007
	vip_backend set "$family" "$protocol" 7007 b2:7000 weight 9
	like "$name ovf: until there is room" "$(one 7007)" 'backend.b2=1'
	is "$name ovf: all served" "$(close 7007)" 'ok=6 moved=0'
}

# 60 connections at 1:2:3; by lot alone b1 would have 10 +- 3
test_p2c() {
	local load

	pool 7008 p2c
	read -ra load <<<"$(open 7008 60)"
	between "$name p2c: b1 has a sixth" "${load[0]}" 7 13
	between "$name p2c: b2 has a third" "${load[1]}" 16 24
	is "$name p2c: b3 has the rest" "${load[2]}" $((60 - load[0] - load[1]))
	is "$name p2c: all served" "$(close 7008)" 'ok=60 moved=0'
}

topo_setup --backends 3
director_load
serve 7000

for family in 4 6; do
	for protocol in tcp udp; do
		name="IPv$family $protocol"
		test_counts
		test_failover
		test_overflow
		test_p2c
	done
done

done_testing
