#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# The room in a tunnel. A client whose segments do not fit learns what does,
# from the director and from routers between director and backend; nothing has
# to be told if the backend announces what fits. What the client announces makes
# no difference: its MSS bounds what the backend sends, past the tunnel.
#
#   client -- front -- director -- back --+-- b1
#                                         +-- core -- b1, a detour
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/tunnel.sh
. "$NFLB_SELFTESTS/tunnel.sh"

BYTES=262144

configure() {
	tunnel_service tcp "$1" "$2" b1
}

# transfer TUNNEL PAIR: there and back again
transfer() {
	traffic_in client echo tcp "$(vip "${2:0:1}")" "$(tunnel_port "$1" "$2")" \
		--bytes "$BYTES" --timeout 30000
}

# mtu_of NAMESPACE ADDRESS: the path's as its kernel has learned it
mtu_of() {
	ip -n "$1" route get "$2" | sed -n 's/.* mtu \([0-9]*\).*/\1/p'
}

forget_mtus() {
	ip -n client route flush cache
	ip -n client -6 route flush cache
	ip -n director route flush cache
	ip -n director -6 route flush cache
}

too_big() {
	lbadm -j stats | jq .drops.too_big
}

core() {
	case $1 in
	4) echo 10.0.2.3 ;;
	6) echo fd00:2::3 ;;
	esac
}

core_add() {
	plan_space core
	plan_attach core back "$(core 4)" "$(core 6)"
	carry_out
	forwarding core
	ns_sysctl core net.ipv4.conf.{all,back}.send_redirects=0
}

# full_segments TUNNEL PAIR: as large as its link allows
full_segments() {
	local name

	name=$(tunnel_name "$1" "$2")
	ok "$name: full-sized segments fit at last" transfer "$1" "$2"
	is "$name: the client has learned what fits" \
		"$(mtu_of client "$(vip "${2:0:1}")")" \
		$((1500 - $(tunnel_overhead "$1" "$2")))
	forget_mtus
}

# narrow_router TUNNEL PAIR: behind the director
narrow_router() {
	local name address outer=${2:1}

	name=$(tunnel_name "$1" "$2")
	address=$(backend_address "$outer" b1)
	ip -n director route add "$address" via "$(core "$outer")"
	ip -n core route add "$address" dev back mtu lock 1400
	ok "$name: segments pass a narrow router" transfer "$1" "$2"
	is "$name: the director has learned its MTU" "$(mtu_of director "$address")" 1400
	is "$name: the client has learned what fits there" \
		"$(mtu_of client "$(vip "${2:0:1}")")" \
		$((1400 - $(tunnel_overhead "$1" "$2")))
	ip -n core route del "$address" dev back
	ip -n director route del "$address" via "$(core "$outer")"
	forget_mtus
}

# advmss ACTION FAMILY TUNNEL PAIR: what lbadm(8) tells to do at a backend
advmss() {
	local client=CLIENT$2 header=$(($2 == 4 ? 40 : 60))

	ip -n b1 "-$2" route "$1" "${!client}" dev front \
		advmss $((1500 - $(tunnel_overhead "$3" "$4") - header))
}

told_nothing() {
	local family=${2:0:1} name before

	name=$(tunnel_name "$1" "$2")
	advmss add "$family" "$1" "$2"
	before=$(too_big)
	ok "$name: a backend that announces what fits" transfer "$1" "$2"
	is "$name: is never sent too much" "$(too_big)" "$before"
	advmss del "$family" "$1" "$2"
	forget_mtus
}

# The SYN of the client with another MSS: why the director has none clamped.
client_announces_less() {
	local before after

	in_ns director nft -f - <<-EOT
		table inet clamp {
			chain early {
				type filter hook prerouting priority raw
				iifname front tcp flags syn tcp option maxseg size set 1000
			}
		}
	EOT
	before=$(too_big)
	ok 'a client that announces less' transfer ipip 44
	after=$(too_big)
	isnt 'sends no less' "$after" "$before"
	in_ns director nft delete table inet clamp
	forget_mtus
}

topo_setup --backends 1
director_load
core_add
backend_owns_vip tunnel b1
tunnel_serve
ok 'all services' lbadm restore - < <(each_tunnel configure)

each_tunnel full_segments
each_tunnel narrow_router
each_tunnel told_nothing
client_announces_less

done_testing
