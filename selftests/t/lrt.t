#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# Least response time: what is configured counts for UDP, what is measured for
# TCP.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

# field FAMILY PROTOCOL NAME: of b1 and b2
field() {
	vip_value "$1" "$2" 7001 "[.backends[].$3] | join(\" \")"
}

pool() {
	lbadm restore - < <(vip_pool "$1" "$2" 7001 'scheduler lrt' nat b{1,2}:7000)
}

test_configured() {
	pool "$1" udp
	vip_backend set "$1" udp 7001 b1:7000 response-time 1000
	vip_backend set "$1" udp 7001 b2:7000 response-time 3000
	hold_start udp client udp "$(vip "$1")" 7001 --count 8 >/dev/null
	is "IPv$1 udp: three times as slow, a third of the load" \
		"$(field "$1" udp connections_active)" '6 2'
	is "IPv$1 udp: nothing is measured" \
		"$(field "$1" udp response_measured)" '0 0'
	hold_stop udp >/dev/null
}

test_measured() {
	local measured load

	pool "$1" tcp
	# What is configured is wrong, and soon forgotten.
	vip_backend set "$1" tcp 7001 b1:7000 response-time 1000000
	traffic_in client echo tcp "$(vip "$1")" 7001 --bytes 1 --count 40 \
		--parallel 8 >/dev/null
	read -ra measured <<<"$(field "$1" tcp response_measured)"
	between "IPv$1 tcp: b1 answers soon" "${measured[0]}" 1 99999
	between "IPv$1 tcp: b2 takes its 200 ms" "${measured[1]}" 100000 1000000
	hold_start tcp client tcp "$(vip "$1")" 7001 --count 10 >/dev/null
	read -ra load <<<"$(field "$1" tcp connections_active)"
	between "IPv$1 tcp: the faster one gets more" "${load[0]}" 6 10
	is "IPv$1 tcp: all served" \
		"$(hold_stop tcp | grep -E '^(ok|moved)=' | xargs)" 'ok=10 moved=0'
}

topo_setup --backends 2
director_load
serve 7000
for family in 4 6; do
	test_configured $family
done
modprobe sch_netem
tc -n b2 qdisc add dev back root netem delay 200ms
for family in 4 6; do
	test_measured $family
done

done_testing
