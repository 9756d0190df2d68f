#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Every tunnel with its options, every pair of families, both protocols: data
# reaches the tunnels of a stock kernel and its answers the client. Then one
# look at the wire: outer headers are what they should be.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/tunnel.sh
. "$NFLB_SELFTESTS/tunnel.sh"

BYTES=262144

configure() {
	tunnel_service tcp "$1" "$2" b1 b2
	tunnel_service udp "$1" "$2" b1 b2
}

# Datagrams fit into every tunnel.
move_data() {
	local report protocol

	for protocol in tcp udp; do
		report=$(traffic_in client echo "$protocol" "$(vip "${2:0:1}")" \
			"$(tunnel_port "$1" "$2")" --count 4 --parallel 4 --size 1380 \
			--bytes $((BYTES / 4)) --timeout 20000) || true
		is "$(tunnel_name "$1" "$2"): $protocol, both backends" \
			"$(data_moved <<<"$report")" \
			"backend.b1=2 backend.b2=2 bytes=$BYTES failed=0"
	done
}

# capture FILTER COMMAND...: the first packet in front of b1 into $WORK/wire
capture() {
	local filter=$1 tcpdump
	shift

	in_ns b1 tcpdump -i back -tnnvvc1 --immediate-mode "$filter" \
		>"$WORK/wire" 2>"$WORK/wire.err" &
	tcpdump=$!
	wait_until 20 grep -q 'listening on' "$WORK/wire.err"
	"$@" >"$WORK/echo"
	wait_until 20 test -s "$WORK/wire" || kill "$tcpdump"
	wait "$tcpdump" || true
}

# datagrams PAIR PORT OPTION...: enough for either backend
datagrams() {
	traffic_in client echo udp "$(vip "${1:0:1}")" "$2" --bytes 1 --count 2 "${@:3}"
}

# tcpdump's words for the outer headers, without what is inside
outer_pattern() {
	local -A director=([4]=10.0.2.1 [6]=fd00:2::1)
	local -A names=([4]='IPIP \(4\)' [6]='IPv6 \(41\)')
	local outer=${2:1} inner=${2:0:1} from to protocol shim port ports=''

	from=${director[$outer]} to=$(backend_address "$outer" b1)
	protocol=${names[$inner]} shim=''
	case $1 in
	gre | gre-all)
		protocol='GRE \(47\)'
		shim='GREv0, Flags \[none\], '
		[[ $1 == gre ]] ||
			shim='GREv0, Flags \[checksum present, key present\], (sum|[^\n]*)[^\n]*key=0x7, '
		;;
	gue | gue-all)
		protocol='UDP \(17\)'
		port=6080
		[[ $1 == gue ]] || port=6081
		ports=1
		shim='\[udp sum ok\] '
		# tcpdump knows the absence of a checksum of IPv4 only.
		[[ $1 == gue ]] || shim='\[(no cksum|bad udp cksum 0x0000[^]]*|udp sum ok)\] '
		;;
	esac
	[[ -z $ports ]] || from+='\.(49[1-9][0-9]{2}|5[0-9]{4}|6[0-5][0-9]{3})'
	[[ -z $ports ]] || to+=\\.$port
	if ((outer == 4)); then
		echo "^IP \\(tos 0x0, ttl 63, [^)]*flags \\[DF\\], proto $protocol, length [0-9]+\\)[[:space:]]+$from > $to: $shim"
	else
		echo "^IP6 \\((flowlabel 0x[0-9a-f]+, )?hlim 63, next-header $protocol payload length: [0-9]+\\) $from > $to: $shim"
	fi
}

look_at_wire() {
	local outer=${2:1}
	local -A filters=(
		[ipip]="ip proto 4 or ip proto 41 or ip6 proto 4 or ip6 proto 41"
		[gre]="proto 47" [gre-all]="proto 47"
		[gue]="udp port 6080" [gue-all]="udp port 6081"
	)

	[[ $outer != 6 ]] || filters[gre]='ip6 proto 47' filters[gre-all]='ip6 proto 47'
	capture "${filters[$1]}" datagrams "$2" "$(tunnel_port "$1" "$2")" --dont-fragment
	like "$(tunnel_name "$1" "$2"): on the wire" "$(<"$WORK/wire")" \
		"$(outer_pattern "$1" "$2")"
}

topo_setup --backends 2
director_load
backend_owns_vip tunnel b1 b2
tunnel_serve
ok 'all services' lbadm restore - < <(each_tunnel configure)
is 'are saved as they were' "$(lbadm save | sed 's/ weight 1$//')" "$(each_tunnel configure)"

each_tunnel move_data
# What devices leave to others to sum cannot be looked at.
for space in client director; do
	for device in front back; do
		[[ $space$device == clientback ]] ||
			in_ns $space ethtool -K $device tx off >/dev/null
	done
done
each_tunnel look_at_wire
is 'every connection was balanced' \
	"$(lbadm -j service list | jq -r '.[] | "\(.protocol) \(.connections)"' | sort | uniq -c | xargs)" \
	'20 tcp 4 20 udp 6'
is 'nothing but what was too big was dropped' \
	"$(lbadm -j stats | jq '[.drops | del(.too_big) | .[]] | add')" 0

done_testing
