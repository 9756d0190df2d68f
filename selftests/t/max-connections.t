#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# A backend with max-connections gets no more than so many at a time, whatever
# the scheduler, and gets new ones as soon as there is room.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

PORT=7001

active() {
	vip_value "$family" "$protocol" $PORT \
		'[.backends[].connections_active] | join(" ")'
}

active_is() {
	[[ $(active) == "$1" ]]
}

limit() {
	vip_backend set "$family" "$protocol" $PORT "$1:7000" max-connections "$2"
}

one() {
	traffic_in client echo "$protocol" "$(vip "$family")" $PORT --bytes 1 \
		--close reset --timeout 700
}

# Room for 2 and 3; ovf has weights besides, and random and p2c draw.
test_limit() {
	lbadm restore - < <(vip_pool "$family" "$protocol" $PORT \
		"scheduler $1 timeout udp 2" nat b{1,2}:7000)
	vip_backend set "$family" "$protocol" $PORT b1:7000 weight 9
	vip_backend set "$family" "$protocol" $PORT b2:7000 weight 9
	limit b1 2
	limit b2 3
	hold_start $PORT client "$protocol" "$(vip "$family")" $PORT \
		--count 5 >/dev/null || true
	is "$name $1: as many as the limits allow" "$(active)" '2 3'
	fails "$name $1: and no more" one
	limit b1 3
	like "$name $1: until there is room" "$(one || true)" 'backend.b1=1'
	is "$name $1: the others never noticed" \
		"$(hold_stop $PORT | grep -E '^(ok|moved)=' | xargs)" 'ok=5 moved=0'
	wait_until 20 active_is '0 0' || true
	like "$name $1: closed connections make room" "$(one || true)" 'ok=1'
	vip_service del "$family" "$protocol" $PORT
}

topo_setup --backends 2
director_load
serve 7000

for scheduler in rr wrr lc wlc sed nq fo ovf random p2c sh dh maglev; do
	family=4 protocol=tcp name='IPv4 tcp'
	test_limit $scheduler
	family=6 protocol=udp name='IPv6 udp'
	test_limit $scheduler
done

done_testing
