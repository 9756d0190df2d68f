#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Path MTU discovery from end to end, and other ICMP errors that a program
# must learn of: each MB of TCP below passes only if the right end is told.
#
#   client -- far -- router -- front -- director -- back --+-- b1 nat, b2 dr,
#                                                          |   b3 ipip
#                                                          +-- core -- (b1, b3)
# core is a router in the same network, a detour on the way to some backends.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

MEGABYTE=1048576
declare -A backend_of=([nat]=b1 [dr]=b2 [ipip]=b3)
declare -A port_of=([nat]=7001 [dr]=7002 [ipip]=7003)

# mtu_of NAMESPACE ADDRESS: the path's as its kernel has learned it
mtu_of() {
	ip -n "$1" route get "$2" | sed -n 's/.* mtu \([0-9]*\).*/\1/p'
}

# forget_mtus FAMILY
forget_mtus() {
	local space

	for space in client director "${backends[@]}"; do
		ip -n "$space" "-$1" route flush cache
	done
}

# narrow ROUTER DEVICE ADDRESS MTU: what it sends there must fit
narrow() {
	ip -n "$1" route add "$3" dev "$2" mtu lock "$4"
}

wide() {
	ip -n "$1" route del "$3" dev "$2"
}

# megabyte FAMILY FORWARD: there and back again
megabyte() {
	traffic_in client echo tcp "$(vip "$1")" "${port_of[$2]}" \
		--bytes "$MEGABYTE" --timeout 30000
}

# By way of core, which takes no more than MTU: detour FAMILY bN MTU
detour() {
	local address

	address=$(backend_address "$1" "$2")
	ip -n director route add "$address" via "$(core "$1")"
	narrow core back "$address" "$3"
}

detour_end() {
	local address

	address=$(backend_address "$1" "$2")
	ip -n director route del "$address" via "$(core "$1")"
	wide core back "$address"
}

core() {
	case $1 in
	4) echo 10.0.2.3 ;;
	6) echo fd00:2::3 ;;
	esac
}

client_address() {
	local name=CLIENT$1

	echo "${!name}"
}

core_add() {
	plan_space core
	plan_attach core back "$(core 4)" "$(core 6)"
	plan_route core default 10.0.2.1 default fd00:2::1
	carry_out
	forwarding core
	# There is a shorter way, and this is not about it.
	ns_sysctl core net.ipv4.conf.{all,back}.send_redirects=0
}

configure() {
	local family forward protocol

	for family in 4 6; do
		for forward in nat dr ipip; do
			vip_pool $family tcp "${port_of[$forward]}" 'scheduler rr' \
				$forward "${backend_of[$forward]}:${port_of[$forward]}"
		done
		for protocol in tcp udp; do
			vip_pool $family $protocol 7009 'scheduler rr' nat b1:9
		done
	done
}

too_big() {
	lbadm -j stats | jq .drops.too_big
}

topo_setup --router --backends 3
director_load
core_add
backend_owns_vip dr b2
backend_owns_vip ipip b3
for forward in nat dr ipip; do
	serve "${port_of[$forward]}" "${backend_of[$forward]}"
done
ok 'all services' lbadm restore - < <(configure)

for family in 4 6; do
	vip=$(vip $family)
	client=$(client_address $family)
	header=$((family == 4 ? 20 : 40))

	for protocol in udp tcp; do
		like "nat, IPv$family: a client learns that the backend's $protocol port is closed" \
			"$(traffic_in client echo $protocol "$vip" 7009 --timeout 20000 || true)" \
			'error.ECONNREFUSED=1'
	done

	narrow router far "$client" 1300
	for forward in nat dr ipip; do
		ok "$forward, IPv$family: replies pass a narrow router before the client" \
			megabyte $family $forward
		is "$forward, IPv$family: the backend has learned its MTU" \
			"$(mtu_of "${backend_of[$forward]}" "$client")" 1300
	done
	wide router far "$client"
	forget_mtus $family

	detour $family b1 1300
	ok "nat, IPv$family: requests pass a narrow router behind the director" megabyte $family nat
	is "nat, IPv$family: the client has learned its MTU" "$(mtu_of client "$vip")" 1300
	detour_end $family b1
	forget_mtus $family

	before=$(too_big)
	ip -n director link set back mtu 1400
	ok "dr, IPv$family: requests pass a narrow link behind the director" megabyte $family dr
	is "dr, IPv$family: the client has learned its MTU" "$(mtu_of client "$vip")" 1400
	ip -n director link set back mtu 1500
	forget_mtus $family

	ok "ipip, IPv$family: full-sized requests fit into the tunnel at last" megabyte $family ipip
	is "ipip, IPv$family: the client has learned what fits" \
		"$(mtu_of client "$vip")" $((1500 - header))
	isnt "dr, ipip, IPv$family: packets that did not fit are counted" "$(too_big)" "$before"
	forget_mtus $family

	detour $family b3 1400
	ok "ipip, IPv$family: the tunnel passes a narrow router" megabyte $family ipip
	is "ipip, IPv$family: the director has learned its MTU" \
		"$(mtu_of director "$(backend_address $family b3)")" 1400
	is "ipip, IPv$family: the client has learned what fits" \
		"$(mtu_of client "$vip")" $((1400 - header))
	detour_end $family b3
	forget_mtus $family
done

done_testing
