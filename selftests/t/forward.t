#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# tags: smoke
# timeout: 600
#
# Every way to a backend, both families, both protocols: data and web pages
# come through unchanged, whether the VIP is an address of the director or not,
# and whatever the director itself does with its own packets. Then one look at
# the wire: the packets are what they should be.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

MEGABYTE=1048576
# what, forward, data port of service and servers, web port of both, backends
methods=(
	'nat                  nat  7000 7000 80   80 b1 b2'
	'nat-to-another-port  nat  7001 7000 8080 80 b1 b2'
	'dr                   dr   7002 7002 82   82 b3 b4'
	'ipip                 ipip 7003 7003 83   83 b3 b4'
)

# Functions for each_method: FAMILY and the fields, then arguments of their own
configure() {
	local family=$1 forward=$3

	vip_pool "$family" tcp "$4" 'scheduler rr' "$forward" "$8:$5" "$9:$5"
	vip_pool "$family" udp "$4" 'scheduler rr' "$forward" "$8:$5" "$9:$5"
	vip_pool "$family" tcp "$6" 'scheduler rr' "$forward" "$8:$7" "$9:$7"
}

# Several flows at a time use the machine better; datagrams fit into a tunnel.
move_data() {
	local family=$1 flows report protocol
	local -A parallel=([tcp]=2 [udp]=8)

	for protocol in tcp udp; do
		flows=${parallel[$protocol]}
		report=$(traffic_in client echo "$protocol" "$(vip "$family")" "$4" \
			--count "$flows" --parallel "$flows" --size 1380 \
			--bytes $((MEGABYTE / flows)) --timeout 20000) || true
		is "IPv$family $2, ${10}: 1 MB over $protocol, both backends" \
			"$(data_moved <<<"$report")" \
			"backend.$8=$((flows / 2)) backend.$9=$((flows / 2)) bytes=$MEGABYTE failed=0"
	done
}

fetch_pages() {
	local url

	url=http://$(bracket "$(vip "$1")"):$6/
	is "IPv$1 $2, ${10}: pages" \
		"$(in_ns client curl -sS --max-time 20 -H 'Connection: close' \
			"$url" "$url" "$url" "$url" | sort | uniq -c | xargs)" \
		"2 $8 2 $9"
}

exercise() {
	each_method fetch_pages "$1"
	each_method move_data "$1"
}

# tcpdump's words for a packet as it is on the wire. The director is one hop;
# an outer header starts with the hops the inner one has left.
packet_pattern() {
	local family=$1 src=$2 dst=$3 protocol=$4

	src=${src//./\\.}
	dst=${dst//./\\.}
	if ((family == 4)); then
		echo "IP \\(tos 0x0, ttl 63, .*proto $protocol, length [0-9]+\\)[[:space:]]+$src > $dst: "
	else
		echo "IP6 \\(.*hlim 63, next-header $protocol payload length: [0-9]+\\) $src > $dst: "
	fi
}

wire_pattern() {
	local family=$1 forward=$3 backend client=CLIENT$1 to
	local -A director=([4]=10.0.2.1 [6]=fd00:2::1)
	local -A tunnel=([4]='IPIP \(4\)' [6]='IPv6 \(41\)')

	backend=$(backend_address "$family" "$8")
	to=$(vip "$family")
	[[ $forward != nat ]] || to=$backend
	[[ $forward != ipip ]] || packet_pattern "$family" \
		"${director[$family]}" "$backend" "${tunnel[$family]}"
	packet_pattern "$family" "${!client}.4$4" "$to.$5" 'UDP \(17\)'
}

# The first packet of a flow, where it reaches the backend whose turn it is.
look_at_wire() {
	local tcpdump

	in_ns "$8" tcpdump -i back -tnnvc1 --immediate-mode \
		"udp port $5 or ip proto 4 or ip6 proto 41" \
		>"$WORK/wire" 2>"$WORK/wire.err" &
	tcpdump=$!
	wait_until 20 grep -q 'listening on' "$WORK/wire.err"
	traffic_in client echo udp "$(vip "$1")" "$4" --bytes 1 \
		--source-port "4$4" >"$WORK/echo"
	wait_until 20 test -s "$WORK/wire" || kill "$tcpdump"
	wait "$tcpdump" || true
	like "IPv$1 $2 on the wire" "$(<"$WORK/wire")" \
		"^$(wire_pattern "$@" | tr -d '\n')"
}

# Servers on the director's own sockets, and a firewall that lets nobody in.
director_in_the_way() {
	vip_local
	nginx_start director
	traffic_in director serve director 7000 --daemon
	in_ns director nft -f - <<-EOT
		table inet host {
			chain input {
				type filter hook input priority 0; policy drop;
				ip protocol icmp accept
				ip6 nexthdr icmpv6 accept
			}
		}
	EOT
}

topo_setup --backends 4
director_load
backend_owns_vip ipip b3 b4
for port in 7000 7002 7003; do
	serve $port
done
NGINX_PORTS='80 82 83' nginx_start

ok 'all services' lbadm restore - < <(each_method configure)

each_method look_at_wire
exercise 'VIP of nobody'
director_in_the_way
exercise "VIP of the director's"
is 'every connection was balanced' \
	"$(lbadm -j service list | jq -r '.[] | "\(.protocol) \(.connections)"' | sort | uniq -c | xargs)" \
	'8 tcp 4 8 tcp 8 8 udp 17'

done_testing
