#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Segments larger than the MTU, and checksums the sender leaves to its device,
# go through every tunnel whole; everything arrives, too, when the devices can
# do neither. Backends check the outer checksums.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/tunnel.sh
. "$NFLB_SELFTESTS/tunnel.sh"

MEGABYTE=1048576

configure() {
	tunnel_service tcp "$1" "$2" b1
	tunnel_service udp "$1" "$2" b1
}

# The device's own counters: "PACKETS BYTES" sent to the backends
sent() {
	ip -n director -j -s link show dev back |
		jq -r '.[].stats64.tx | "\(.packets) \(.bytes)"'
}

# move_data WHAT BYTES MIN-LENGTH MAX-LENGTH TUNNEL PAIR: there and back; MIN
# and MAX of the mean length of what the director sent
move_data() {
	local name report packets bytes packets_before bytes_before

	name="$1: $(tunnel_name "$5" "$6")"
	read -r packets_before bytes_before < <(sent)
	report=$(traffic_in client echo tcp "$(vip "${6:0:1}")" "$(tunnel_port "$5" "$6")" \
		--bytes "$2" --timeout 20000) || true
	read -r packets bytes < <(sent)
	is "$name, tcp there and back" "$(value bytes <<<"$report")" "$2"
	between "$name, packets of that size" \
		$(((bytes - bytes_before) / (packets - packets_before))) "$3" "$4"
	report=$(traffic_in client echo udp "$(vip "${6:0:1}")" "$(tunnel_port "$5" "$6")" \
		--bytes $((MEGABYTE / 16)) --size 1380 --timeout 20000) || true
	is "$name, udp there and back" "$(value bytes <<<"$report")" $((MEGABYTE / 16))
}

topo_setup --backends 1
director_load
backend_owns_vip tunnel b1
tunnel_serve
lbadm restore - < <(each_tunnel configure)
# The first packets that do not fit are not what this is about.
ip -n b1 route add $CLIENT4 dev front advmss 1340
ip -n b1 -6 route add $CLIENT6 dev front advmss 1340

each_tunnel move_data 'all can do all' $((4 * MEGABYTE)) 3000 65535
offloads off director
each_tunnel move_data 'the director segments and sums' $MEGABYTE 500 1514
offloads off client b1
each_tunnel move_data 'nobody has offloads' $((MEGABYTE / 4)) 500 1514
offloads on director
each_tunnel move_data 'the director alone has them' $MEGABYTE 500 65535

done_testing
