#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# rr, wlc and sh share connections as promised, for both families and
# protocols. See maglev.t for the fourth.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

# shares FAMILY PROTOCOL PORT CLIENT-PORT OPTION...: "CONNECTIONS NAME ..." of
# flows that are new: at most one from each of 60 addresses, from a port of
# which the test makes no other use, as UDP connections outlive their sockets
shares() {
	traffic_in client echo "$2" "$(vip "$1")" "$3" --bytes 1 \
		--source "$(many "$1")" --source-count 60 --source-port "$4" "${@:5}" |
		sed -n 's/^backend\.\(.*\)=\(.*\)/\2 \1/p' | sort -k2 | xargs
}

active() {
	vip_value "$1" "$2" "$3" '[.backends[].connections_active] | join(" ")'
}

test_rr() {
	lbadm restore - < <(vip_pool "$1" "$2" 7000 'scheduler rr' nat b1 b2 b3)
	is "$3 rr: exact shares, one at a time" \
		"$(shares "$1" "$2" 7000 5101 --count 30)" '10 b1 10 b2 10 b3'
	is "$3 rr: exact shares, many at a time" \
		"$(shares "$1" "$2" 7000 5102 --count 30 --parallel 30)" \
		'10 b1 10 b2 10 b3'
	vip_backend set "$1" "$2" 7000 b1 weight 5
	is "$3 rr: whatever the weights" \
		"$(shares "$1" "$2" 7000 5103 --count 30)" '10 b1 10 b2 10 b3'
	vip_backend set "$1" "$2" 7000 b2 weight 0
	is "$3 rr: weight 0 gets nothing" \
		"$(shares "$1" "$2" 7000 5104 --count 30)" '15 b1 15 b3'
	vip_backend set "$1" "$2" 7000 b2 weight 1
	is "$3 rr: until the weight is set again" \
		"$(shares "$1" "$2" 7000 5105 --count 30)" '10 b1 10 b2 10 b3'
}

# Held connections follow the weights 1, 2, 3 and none, to within a connection
# that two processors opened at the same moment.
test_wlc() {
	local weight
	local -a held

	lbadm restore - < <(vip_pool "$1" "$2" 7001 'scheduler wlc' nat b1 b2 b3 b4)
	for weight in 1 2 3; do
		vip_backend set "$1" "$2" 7001 "b$weight" weight $weight
	done
	vip_backend set "$1" "$2" 7001 b4 weight 0
	hold_start wlc client "$2" "$(vip "$1")" 7001 --count 60 >"$WORK/wlc" || true
	read -ra held <<<"$(active "$1" "$2" 7001)"
	for weight in 1 2 3; do
		between "$3 wlc: held connections follow weight $weight" \
			"${held[weight - 1]}" $((weight * 10 - 1)) $((weight * 10 + 1))
	done
	is "$3 wlc: weight 0 gets nothing" "${held[3]}" 0
	vip_backend set "$1" "$2" 7001 b4 weight 3
	is "$3 wlc: whoever comes late catches up first" \
		"$(shares "$1" "$2" 7001 5106 --count 20 --parallel 20)" '20 b4'
	is "$3 wlc: no connection was moved or lost" \
		"$(hold_stop wlc | grep -E '^(ok|moved)=' | xargs)" 'ok=60 moved=0'
	[[ $2 == udp ]] || test_wlc_released "$@"
}

test_wlc_released() {
	wait_until 20 active_none "$1" "$2" 7001 || true
	is "$3 wlc: closed connections are no load" \
		"$(active "$1" "$2" 7001)" '0 0 0 0'
	is "$3 wlc: but are not forgotten at once" \
		"$(vip_value "$1" "$2" 7001 '[.backends[].connections_inactive] | add')" 80
}

active_none() {
	[[ $(active "$@") == '0 0 0 0' ]]
}

# sh_map FAMILY PROTOCOL CLIENT-PORT...: "ADDRESS BACKEND" of flows from 60
# addresses and these ports, each line once
sh_map() {
	local port

	for port in "${@:3}"; do
		traffic_in client echo "$2" "$(vip "$1")" 7002 --bytes 1 \
			--count 60 --parallel 60 --source "$(many "$1")" \
			--source-count 60 --source-port "$port" --list || true
	done | sed -n 's/.*source=\([^ ]*\) .*backend=\([^ ]*\).*/\1 \2/p' | sort -u
}

test_sh() {
	local backend map=$WORK/sh.$1.$2

	lbadm restore - < <(vip_pool "$1" "$2" 7002 'scheduler sh' nat b1 b2 b3)
	sh_map "$1" "$2" 5001 5002 5003 >"$map"
	is "$3 sh: an address always meets the same backend" \
		"$(wc -l <"$map") $(cut -d' ' -f1 "$map" | sort -u | wc -l)" '60 60'
	for backend in b1 b2 b3; do
		between "$3 sh: $backend has its share of 60 addresses" \
			"$(grep -c " $backend\$" "$map")" 10 30
	done
	vip_backend set "$1" "$2" 7002 b1 weight 0
	sh_map "$1" "$2" 5004 >"$map.now"
	is "$3 sh: weight 0 gets nothing" \
		"$(cut -d' ' -f2 "$map.now" | sort -u | xargs)" 'b2 b3'
	is "$3 sh: the other addresses stay where they were" \
		"$(grep -v ' b1$' "$map" | comm -23 - "$map.now")" ''
}

topo_setup --backends 4
director_load
client_many
for port in 7000 7001 7002; do
	serve $port
done

for family in 4 6; do
	for protocol in tcp udp; do
		name="IPv$family $protocol"
		test_rr $family $protocol "$name"
		test_wlc $family $protocol "$name"
		test_sh $family $protocol "$name"
	done
	is "IPv$family sh: tcp and udp meet the same backend" \
		"$(<"$WORK/sh.$family.tcp")" "$(<"$WORK/sh.$family.udp")"
done

done_testing
