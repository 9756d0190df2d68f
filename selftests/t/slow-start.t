#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Weights over time: a backend with slow-start gets little at first, and its
# share at the end; a tier gets nothing while those before it are there.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

client_port=5000

# shares PORT COUNT: "CONNECTIONS NAME ..." of new flows, each from an address
# of its own
shares() {
	traffic_in client echo "$protocol" "$(vip "$family")" "$1" --bytes 1 \
		--count "$2" --parallel "$2" --source "$(many "$family")" \
		--source-count "$2" --source-port $client_port |
		sed -n 's/^backend\.\(.*\)=\(.*\)/\2 \1/p' | sort -k2 | xargs
}

# next_flows: those that follow are new ones
next_flows() {
	client_port=$((client_port + 1))
}

percent() {
	vip_value "$family" "$protocol" 7001 \
		'.backends[] | select(.address == "'"$(backend_address "$family" b2)"'") | .weight_percent'
}

percent_over() {
	(($(percent) > $1))
}

pool() {
	lbadm restore - < <(vip_pool "$family" "$protocol" 7001 "$1" nat b1:7000)
}

add_slowly() {
	vip_backend add "$family" "$protocol" 7001 b2:7000 slow-start "$1"
}

# 21 turns: one for 5 percent, two for 10, ten or eleven when both are equal
test_wrr() {
	local before

	pool 'scheduler wrr'
	add_slowly 100
	next_flows
	between "$name wrr: little at first" \
		"$(shares 7001 21 | sed -n 's/.* \([0-9]*\) b2/\1/p')" 1 3
	before=$(percent)
	between "$name wrr: and that is shown" "$before" 5 15
	ok "$name wrr: then more" wait_until 30 percent_over "$before"
	vip_backend set "$family" "$protocol" 7001 b2:7000 slow-start 0
	is "$name wrr: all if told so" "$(percent)" 100
	next_flows
	is "$name wrr: a full share" "$(shares 7001 20)" '10 b1 10 b2'
	vip_backend set "$family" "$protocol" 7001 b2:7000 weight 0 slow-start 2
	is "$name wrr: none with weight 0" "$(percent)" 0
	vip_backend set "$family" "$protocol" 7001 b2:7000 weight 1
	between "$name wrr: slowly again from weight 0" "$(percent)" 5 99
	ok "$name wrr: to the end" wait_until 20 percent_over 99
	vip_backend set "$family" "$protocol" 7001 b2:7000 weight 2
	is "$name wrr: but not from another weight" "$(percent)" 100
	vip_service del "$family" "$protocol" 7001
}

# 200 flows: 5 to 15 percent of one of two is 5 to 13 percent of them
test_maglev() {
	pool 'scheduler maglev'
	add_slowly 100
	next_flows
	between "$name maglev: little at first" \
		"$(shares 7001 200 | sed -n 's/.* \([0-9]*\) b2/\1/p')" 1 45
	vip_backend set "$family" "$protocol" 7001 b2:7000 slow-start 0
	next_flows
	between "$name maglev: a full share at the end" \
		"$(shares 7001 200 | sed -n 's/.* \([0-9]*\) b2/\1/p')" 65 135
	vip_service del "$family" "$protocol" 7001
}

test_tiers() {
	pool 'scheduler rr'
	vip_backend add "$family" "$protocol" 7001 b2:7000 tier 2
	vip_backend add "$family" "$protocol" 7001 b3:7000 tier 3
	next_flows
	is "$name tiers: the first has it all" "$(shares 7001 20)" '20 b1'
	hold_start tiers client "$protocol" "$(vip "$family")" 7001 \
		--count 5 >/dev/null
	vip_backend set "$family" "$protocol" 7001 b1:7000 weight 0
	next_flows
	is "$name tiers: without it the second" "$(shares 7001 20)" '20 b2'
	vip_backend del "$family" "$protocol" 7001 b2:7000
	next_flows
	is "$name tiers: then the third" "$(shares 7001 20)" '20 b3'
	vip_backend set "$family" "$protocol" 7001 b1:7000 weight 1
	next_flows
	is "$name tiers: the first again" "$(shares 7001 20)" '20 b1'
	is "$name tiers: its connections stayed" \
		"$(hold_stop tiers | grep -E '^(ok|moved)=' | xargs)" 'ok=5 moved=0'
	vip_service del "$family" "$protocol" 7001
}

topo_setup --backends 3
director_load
client_many
serve 7000

for family in 4 6; do
	for protocol in tcp udp; do
		name="IPv$family $protocol"
		test_wrr
		test_maglev
		test_tiers
	done
done

done_testing
