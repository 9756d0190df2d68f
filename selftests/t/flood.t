#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A flood of SYNs from sources that never answer, beside real connections: these
# all survive, the table grows by no more than max-half-open, and with a
# scheduler that hashes and direct routing new clients are served all the same.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

TABLE=/sys/module/nflb/parameters/max_connections
HALF_OPEN=20
HELD=30
NEW=25

drops() {
	lbadm -j stats | jq ".drops.$1"
}

field() {
	vip_value "$family" tcp 7000 ".$1"
}

field_is() {
	[[ $(field "$1") == "$2" ]]
}

established() {
	local key

	read -ra key <<<"$(vip_key "$family" tcp 7000)"
	lbadm connection count service "${key[@]}" state established
}

# SERVICE-OPTIONS FORWARD BACKEND...
service() {
	lbadm restore - < <(vip_pool "$family" tcp 7000 "$1 timeout syn 5" "${@:2}")
}

# hold NAME COUNT: connections that are silent until they are stopped
hold() {
	hold_start "$1" client tcp "$(vip "$family")" 7000 --count "$2" --period 0 \
		--timeout 20000 | grep -E '^(ok|failed)=' | xargs
}

stopped() {
	hold_stop "$1" | grep -E '^(ok|failed|moved)=' | xargs
}

no_service() {
	vip_service del "$family" tcp 7000
	wait_until 20 no_connections || diag 'connections outlive their service'
}

flood_begin() {
	flood_start "$family" 7000 200
	ok "$name: the flood fills what handshakes may have" \
		wait_until 20 field_is connections_half_open $HALF_OPEN
}

# The most that the table may have: COUNT established, and handshakes
flat() {
	between "$name: the table does not grow" \
		"$(lbadm -j stats | jq .connections_current)" "$1" $(($1 + HALF_OPEN))
}

# test_stateless SCHEDULER FORWARD
test_stateless() {
	name="IPv$family $1 $2"
	service "scheduler $1 max-half-open $HALF_OPEN" "$2" b1 b2
	hold held $HELD >/dev/null
	flood_begin
	is "$name: new clients are served" "$(hold new $NEW || true)" "ok=$NEW failed=0"
	is "$name: and have their connections" "$(established)" $((HELD + NEW))
	flat $((HELD + NEW))
	ok "$name: what went without one is counted" test "$(field stateless)" -gt $NEW
	flood_stop
	is "$name: established connections survive" "$(stopped held)" \
		"ok=$HELD failed=0 moved=0"
	is "$name: new ones too" "$(stopped new)" "ok=$NEW failed=0 moved=0"
	ok "$name: handshakes end with the flood" \
		wait_until 30 field_is connections_half_open 0
	no_service
}

# Translation needs the connection, and so does a scheduler that does not hash.
# test_bounded SCHEDULER FORWARD BACKEND...
test_bounded() {
	local before

	name="IPv$family $1 $2"
	service "scheduler $1 max-half-open $HALF_OPEN" "${@:2}"
	hold held $HELD >/dev/null
	before=$(drops half_open)
	flood_begin
	wait_until 20 half_open_dropped "$before" || true
	ok "$name: what is over it is counted" half_open_dropped "$before"
	flat $HELD
	is "$name: nothing goes without a connection" "$(field stateless)" 0
	flood_stop
	is "$name: established connections survive" "$(stopped held)" \
		"ok=$HELD failed=0 moved=0"
	ok "$name: handshakes end with the flood" \
		wait_until 60 field_is connections_half_open 0
	is "$name: then clients are served" "$(hold new $NEW || true)" "ok=$NEW failed=0"
	stopped new >/dev/null
	no_service
}

half_open_dropped() {
	(($(drops half_open) > $1))
}

# Handshakes of all services may have half of the table.
test_share() {
	name="IPv$family table"
	service 'scheduler maglev max-half-open 0' dr b1 b2
	vip_service set "$family" tcp 7000 timeout syn 60
	hold held $HELD >/dev/null
	echo 100 >$TABLE
	flood "$family" 7000 300 --source-count 300
	is "$name: handshakes have half of it" "$(field connections_half_open)" 50
	is "$name: beside what is established" "$(field connections_active)" $((HELD + 50))
	vip_service set "$family" tcp 7000 timeout syn 1
	ok "$name: they end" wait_until 20 field_is connections_half_open 0
	vip_service set "$family" tcp 7000 timeout syn 60
}

# It has more than it may from the moment that it may have less.
test_table() {
	local before

	hold more $((3 * HELD)) >/dev/null
	echo $HELD >$TABLE
	is "$name: flows that find it full are served" "$(hold new $NEW || true)" \
		"ok=$NEW failed=0"
	is "$name: without a connection" "$(lbadm -j stats | jq .connections_current)" \
		$((4 * HELD))
	lbadm restore - < <(vip_pool "$family" tcp 7001 'scheduler maglev' nat b3:7000)
	before=$(drops table_full)
	like "$name: those that need one are refused" \
		"$(traffic_in client echo tcp "$(vip "$family")" 7001 --timeout 900 \
			--bytes 1 || true)" 'ok=0'
	ok "$name: and counted" test "$(drops table_full)" -gt "$before"
	is "$name: who has no connection is served to the end" "$(stopped new)" \
		"ok=$NEW failed=0 moved=0"
	is "$name: nobody was evicted" "$(stopped held)" "ok=$HELD failed=0 moved=0"
	is "$name: at all" "$(stopped more)" "ok=$((3 * HELD)) failed=0 moved=0"
	vip_service del "$family" tcp 7001
	no_service
}

topo_setup --backends 3
director_load
backend_owns_vip ipip b1 b2
flood_setup
serve 7000

for family in 4 6; do
	test_stateless maglev dr
	test_bounded maglev nat b3
	case $family in
	4) test_bounded wlc dr b1 b2 ;;
	6) test_stateless sh ipip ;;
	esac
	most=$(<$TABLE)
	test_share
	echo "$most" >$TABLE
	test_table
	echo "$most" >$TABLE
done

done_testing
