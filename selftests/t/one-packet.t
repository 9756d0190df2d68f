#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# One-packet services: every datagram is scheduled on its own, nothing is
# remembered, and answers find their way all the same.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

result() {
	grep -E '^(ok|failed|moved|error\..*)=' | sort | xargs
}

# ask PORT: one flow of four datagrams, each answered before the next
ask() {
	traffic_in client echo udp "$(vip "$family")" "$1" --bytes 4000 --size 1000 \
		--timeout 20000 --resend 20000 --source-port $(($1 - 2000)) || true
}

# how, forward, port of the service, backends
methods=(
	'nat                 nat  7000 b1:7000 b2:7000'
	'nat-to-another-port nat  7001 b1:7002 b2:7002'
	'dr                  dr   7003 b3 b4'
	'ipip                ipip 7004 b3 b4'
)

packets() {
	vip_value "$family" udp "$1" '"\(.packets_in) \(.packets_out) \(.connections)"'
}

test_forward() {
	local how=$1 forward=$2 port=$3 out=0

	[[ $forward != nat ]] || out=4
	vip_pool "$family" udp "$port" 'scheduler rr one-packet on' "$forward" "$4" "$5" |
		lbadm restore -
	is "IPv$family $how: each datagram to the next backend" \
		"$(ask "$port" | result)" 'failed=0 moved=3 ok=1'
	is "IPv$family $how: counted" "$(packets "$port")" "4 $out 0"
	is "IPv$family $how: no connection" "$(lbadm connection count)" 0
}

test_forwards() {
	local method
	local -a fields

	for method in "${methods[@]}"; do
		read -ra fields <<<"$method"
		test_forward "${fields[@]}"
	done
}

# Answers keep the port that the client chose.
test_range() {
	vip_service del "$family" udp 7000
	vip_service del "$family" udp 7001
	vip_pool "$family" udp 7000-7001 'scheduler rr one-packet on' nat b1 b2 | lbadm restore -
	is "IPv$family: a range" "$(ask 7000 | result)" 'failed=0 moved=3 ok=1'
	is "IPv$family: its second port" "$(ask 7001 | result)" 'failed=0 moved=3 ok=1'
	in_ns b1 "$NFLB_BUILD/tools/traffic/traffic" echo udp "$(address client)" 7990 \
		--bytes 1 --timeout 1 --source-port 7005 >"$WORK/other" || true
	is "IPv$family: another port of a backend is not the service's" \
		"$(vip_value "$family" udp 7000-7001 .packets_out)" 8
	vip_service del "$family" udp 7000-7001
}

address() {
	local name=${1^^}$family

	echo "${!name}"
}

test_switch() {
	vip_pool "$family" udp 7000 'scheduler rr' nat b1 b2 | lbadm restore -
	is "IPv$family: off, a flow stays" "$(ask 7000 | result)" 'failed=0 moved=0 ok=1'
	vip_service set "$family" udp 7000 one-packet on
	is "IPv$family: a connection that is there goes on" \
		"$(ask 7000 | result)" 'failed=0 moved=0 ok=1'
	vip_service del "$family" udp 7000
	vip_pool "$family" udp 7000 'scheduler rr one-packet on' nat b1 b2 | lbadm restore -
	vip_backend del "$family" udp 7000 b2
	is "IPv$family: one backend left" "$(ask 7000 | result)" 'failed=0 moved=0 ok=1'
	vip_backend del "$family" udp 7000 b1
	is "IPv$family: none left" "$(ask 7000 | result)" \
		'error.ECONNREFUSED=1 failed=1 moved=0 ok=0'
	vip_pool "$family" udp 7009 'one-packet on' nat b1 | lbadm restore -
	is "IPv$family: a backend's port unreachable reaches the client" \
		"$(ask 7009 | result)" 'error.ECONNREFUSED=1 failed=1 moved=0 ok=0'
	vip_service del "$family" udp 7009
}

test_save() {
	vip_backend add "$family" udp 7000 b1
	lbadm save >"$WORK/saved"
	like "IPv$family: saved" "$(grep service "$WORK/saved")" 'one-packet on'
	is "IPv$family: in JSON" "$(vip_value "$family" udp 7000 .one_packet)" true
	vip_service set "$family" udp 7000 one-packet off
	unlike "IPv$family: off is the default" "$(lbadm save | grep ":7000 ")" one-packet
	vip_service set "$family" udp 7000 one-packet on
	is "IPv$family: saved again" "$(lbadm save)" "$(<"$WORK/saved")"
	vip_service del "$family" udp 7000
	lbadm restore "$WORK/saved"
	is "IPv$family: restored" "$(ask 7000 | result)" 'failed=0 moved=0 ok=1'
}

# refused TEXT WORD...
refused() {
	local output

	output=$(lbadm "${@:2}" 2>&1) && output="accepted: ${*:2}"
	like "IPv$family: refused: $1" "$output" "^lbadm: .*: $1\$"
}

test_refusals() {
	local vip backend prefix

	vip=$(bracket "$(vip "$family")") backend=$(vip_endpoint "$family" b1)
	prefix=198.51.100.0/24
	[[ $family == 4 ]] || prefix='[2001:db8:100::]/64'
	refused 'one-packet needs a UDP service' service add tcp "$vip:7000" one-packet on
	refused 'one-packet needs a UDP service' service add mark 3 one-packet on
	lbadm restore - <<-EOT
		service add udp $vip:7500 one-packet on
		service add udp $vip:7600-7610 one-packet on
		service add udp $prefix:7500 one-packet on
		backend add udp $prefix:7500 $backend forward dr
	EOT
	refused 'another one-packet service has this backend by nat: their answers are alike' \
		backend add udp "$vip:7500" "$backend:7000"
	refused 'another one-packet service has this backend by nat: their answers are alike' \
		backend add udp "$vip:7600-7610" "$backend"
	refused 'one-packet by nat cannot change the ports of a service that has many' \
		backend add udp "$vip:7600-7610" "$(vip_endpoint "$family" b2):7100"
	refused 'one-packet by nat needs a service of one address' \
		backend set udp "$prefix:7500" "$backend" forward nat
	refused 'another one-packet service has this backend by nat: their answers are alike' \
		service replace udp "$vip:7500" one-packet on backend "$(vip_endpoint "$family" b2)" \
		backend "$backend:7000" forward nat
	refused 'one-packet cannot forward by fullnat, which needs connections' \
		backend add udp "$vip:7500" "$(vip_endpoint "$family" b2):7100" \
		forward fullnat source-pool "$(backend_address "$family" b4)"
	ok "IPv$family: a pool of others replaces it" \
		lbadm service replace udp "$vip:7500" one-packet on backend "$(vip_endpoint "$family" b2):7100"
	ok "IPv$family: and another one that" \
		lbadm service replace udp "$vip:7500" one-packet on
	is "IPv$family: nothing changed" \
		"$(lbadm -j service list | jq -r '.[] | select(.port >= 7500).backends[].forward' | xargs)" dr
	ok "IPv$family: once it is off, any backend will do" lbadm restore - <<-EOT
		service add udp $vip:7501
		backend add udp $vip:7501 $backend:7000
	EOT
	refused 'another one-packet service has this backend by nat: their answers are alike' \
		service set udp "$vip:7501" one-packet on
	is "IPv$family: and it stays off" "$(vip_value "$family" udp 7501 .one_packet)" false
}

clear_services() {
	local protocol key

	while read -r _ _ protocol key _; do
		lbadm service del "$protocol" "$key"
	done < <(lbadm save | grep '^service')
}

topo_setup --backends 4
director_load
backend_owns_vip ipip b3 b4
serve 7000 b1 b2
serve 7001 b1 b2
serve 7002 b1 b2
serve 7003 b3 b4
serve 7004 b3 b4

for family in 4 6; do
	test_forwards
	test_range
	clear_services
	test_switch
	test_save
	test_refusals
	clear_services
done

done_testing
