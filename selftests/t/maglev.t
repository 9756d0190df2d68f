#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Maglev: even shares, few flows that move when the pool changes, and a mapping
# that depends on nothing but the configuration.
#
# A map is a file of lines "CLIENT-ADDRESS BACKEND" of the first N addresses,
# always from the same port. Connections live for a second, so that a later map
# is the scheduler's word and not theirs.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

FLOWS=2000
FEW=200
ALL=(b1 b2 b3 b4 b5 b6 b7 b8 b9 b10)
REVERSED=(b10 b9 b8 b7 b6 b5 b4 b3 b2 b1)

# map FAMILY PROTOCOL PORT COUNT
map() {
	wait_until 60 no_connections || diag 'old connections stay'
	traffic_in client echo "$2" "$(vip "$1")" "$3" --bytes 1 --count "$4" \
		--parallel 250 --source "$(many "$1")" --source-count "$4" \
		--source-port 5000 --close reset --list |
		sed -n 's/.*source=\([^ ]*\) .*backend=\([^ ]*\).*/\1 \2/p' | sort
}

# moved MAP MAP: lines "ADDRESS BEFORE AFTER" of the addresses in both
moved() {
	join "$1" "$2" | awk '$2 != $3'
}

share() {
	grep -c " $2\$" "$1" || true
}

# same NAME MAP COUNT: as in the first map, none lost
same() {
	is "$1" "$(wc -l <"$2"), $(moved "$first" "$2" | wc -l) moved" "$3, 0 moved"
}

test_balance() {
	local backend

	is "$name: every flow is served" "$(wc -l <"$first")" $FLOWS
	for backend in "${ALL[@]}"; do
		between "$name: $backend has a tenth of $FLOWS flows" \
			"$(share "$first" "$backend")" 140 260
	done
}

test_disruption() {
	local backend

	vip_backend del "$family" udp 7000 b4
	map "$family" udp 7000 $FLOWS >"$WORK/without"
	is "$name: without b4 every flow is served" "$(wc -l <"$WORK/without")" $FLOWS
	is "$name: none by b4" "$(share "$WORK/without" b4)" 0
	between "$name: under 1 % of the other flows move" \
		"$(moved "$first" "$WORK/without" | grep -vc ' b4 ')" 0 $((FLOWS * 9 / 1000 - 1))
	moved "$first" "$WORK/without" | grep ' b4 ' >"$WORK/orphans"
	is "$name: all survivors share those of b4" \
		"$(cut -d' ' -f3 "$WORK/orphans" | sort -u | wc -l)" 9
	vip_backend add "$family" udp 7000 b4
	map "$family" udp 7000 $FEW >"$WORK/again"
	same "$name: with b4 again, all flows are where they were" "$WORK/again" $FEW
}

test_weights() {
	vip_backend set "$family" udp 7000 b1 weight 0
	vip_backend set "$family" udp 7000 b2 weight 4
	map "$family" udp 7000 $FEW >"$WORK/weights"
	is "$name: weight 0 gets nothing" "$(share "$WORK/weights" b1)" 0
	# 67 of 200, give or take 4 standard deviations
	between "$name: weight 4 of 12 gets a third" "$(share "$WORK/weights" b2)" 40 94
	vip_backend set "$family" udp 7000 b1 weight 1
	vip_backend set "$family" udp 7000 b2 weight 1
	map "$family" udp 7000 $FEW >"$WORK/weights"
	same "$name: equal weights again" "$WORK/weights" $FEW
}

# set_options WORD...: of the scheduler; those not given have their defaults
set_options() {
	vip_service set "$family" udp 7000 scheduler maglev "$@"
}

test_options() {
	set_options seed 7
	map "$family" udp 7000 $FEW >"$WORK/options"
	between "$name: another seed moves most flows" \
		"$(moved "$first" "$WORK/options" | wc -l)" $((FEW * 8 / 10)) $FEW
	set_options table-size 1021
	map "$family" udp 7000 $FEW >"$WORK/options"
	between "$name: another table size moves flows" \
		"$(moved "$first" "$WORK/options" | wc -l)" 1 $FEW
	set_options table-size 65537 seed 0
	map "$family" udp 7000 $FEW >"$WORK/options"
	same "$name: with seed and size as before all flows are back" "$WORK/options" $FEW
}

test_order() {
	vip_service del "$family" udp 7000
	lbadm restore - < <(vip_pool "$family" udp 7000 "$options" nat "${REVERSED[@]}")
	map "$family" udp 7000 $FEW >"$WORK/order"
	same "$name: the order of adding backends does not matter" "$WORK/order" $FEW
}

test_tcp() {
	lbadm restore - < <(vip_pool "$family" tcp 7000 'scheduler maglev' nat "${ALL[@]}")
	map "$family" tcp 7000 $FEW >"$WORK/tcp"
	is "$name: every TCP flow is served" "$(wc -l <"$WORK/tcp")" $FEW
	is "$name: by all backends" "$(cut -d' ' -f2 "$WORK/tcp" | sort -u | wc -l)" 10
	vip_service del "$family" tcp 7000
}

second_pools() {
	local family

	for family in 4 6; do
		vip_pool $family udp 7000 "$options" nat "${REVERSED[@]}"
		vip_pool $family udp 7001 "$sh_options" nat "${REVERSED[@]/%/:7000}"
	done
}

# A second director beside the first, with the pools built the other way round.
director2_add() {
	plan_space director2
	plan_attach director2 front 10.0.1.5 fd00:1::5
	plan_attach director2 back 10.0.2.5 fd00:2::5
	carry_out
	forwarding director2
	route_many director2 $CLIENT4 $CLIENT6
	LBADM_NS=director2 lbadm restore - < <(second_pools)
}

# Clients and backends use the second one.
director2_use() {
	local backend

	ip -n client route add $VIP4 via 10.0.1.5
	ip -n client -6 route add $VIP6 via fd00:1::5
	for backend in "${ALL[@]}"; do
		ip -n "$backend" route replace default via 10.0.2.5
		ip -n "$backend" -6 route replace default via fd00:2::5
	done
}

test_second_director() {
	first=$WORK/first.$family
	map "$family" udp 7000 $FEW >"$WORK/second"
	same "$name: two directors agree on flows" "$WORK/second" $FEW
	first=$WORK/sh.$family
	map "$family" udp 7001 $FEW >"$WORK/second"
	same "$name: and with sh" "$WORK/second" $FEW
	isnt "$name: the second one did it" "$(LBADM_NS=director2 \
		vip_value "$family" udp 7001 .connections)" 0
}

topo_setup --backends 10
director_load
client_many
serve 7000
options='scheduler maglev timeout udp 1'
sh_options='scheduler sh timeout udp 1'

for family in 4 6; do
	name="IPv$family"
	first=$WORK/first.$family
	lbadm restore - < <(vip_pool $family udp 7000 "$options" nat "${ALL[@]}"
		vip_pool $family udp 7001 "$sh_options" nat "${ALL[@]/%/:7000}")
	map $family udp 7000 $FLOWS >"$first"
	map $family udp 7001 $FEW >"$WORK/sh.$family"
	test_balance
	test_disruption
	test_weights
	test_options
	test_order
	test_tcp
done

director2_add
director2_use
for family in 4 6; do
	name="IPv$family"
	test_second_director
done

done_testing
