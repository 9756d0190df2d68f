#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
#
# A thousand TCP connections under traffic while their service is worked on:
# nothing but the death of a backend breaks any, and that only its own.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

FLOWS=1000
PORT=7000

packets_in() {
	vip_value "$family" tcp $PORT .packets_in
}

# Every flow has sent something since $before; a ping is a packet and an ack.
all_pinged() {
	(($(packets_in) >= before + 2 * FLOWS))
}

# change NAME COMMAND...: it succeeds, and traffic goes on
change() {
	local before

	ok "$who: $1" "${@:2}"
	before=$(packets_in)
	ok "$who: traffic goes on" wait_until 120 all_pinged
}

on_backend() {
	vip_backend "$1" "$family" tcp "$PORT" "${@:2}"
}

# The same members, in another order, with other weights
replace_pool() {
	local key backend
	local -a pool=()

	for backend in b3 b1 b2; do
		pool+=(backend "$(vip_endpoint "$family" "$backend")" forward nat weight 3)
	done
	read -ra key <<<"$(vip_key "$family" tcp "$PORT")"
	lbadm service replace "${key[@]}" scheduler rr "${pool[@]}"
}

held_by() {
	vip_value "$family" tcp $PORT '.backends | sort_by(.address) | map(.connections_active) | join(" ")'
}

test_maintenance() {
	local scheduler

	change 'a backend is added' on_backend add b4 forward nat
	change 'it drains' on_backend drain b4
	change 'it is removed' on_backend del b4
	change 'one in use drains' on_backend drain b2
	change 'and is up again' on_backend up b2
	change 'weights change' on_backend set b1 weight 100
	change 'a weight becomes 0' on_backend set b1 weight 0
	change 'the pool is replaced' replace_pool
	for scheduler in wlc maglev sh rr; do
		change "the scheduler becomes $scheduler" \
			vip_service set "$family" tcp $PORT scheduler $scheduler
	done
	is "$who: every connection is where it was" "$(held_by)" "$held"
}

topo_setup --backends 4
director_load
serve $PORT

for family in 4 6; do
	who=IPv$family
	lbadm restore - < <(vip_pool $family tcp $PORT 'scheduler rr' nat b1 b2 b3)
	hold_start all client tcp "$(vip $family)" $PORT --count $FLOWS \
		--period 2000 --timeout 60000 >"$WORK/opened" || true
	is "$who: connections" "$(value ok <"$WORK/opened")" $FLOWS
	held=$(held_by)
	is "$who: shared by three backends" "$held" '334 333 333'
	test_maintenance
	change 'a backend dies' on_backend del b2
	is "$who: nothing but its connections was lost" \
		"$(hold_stop all | flows_left)" \
		'ok=667 failed=333 moved=0 error.ECONNRESET=333'
	vip_service del $family tcp $PORT
done

done_testing
