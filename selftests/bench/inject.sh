# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# Streams of packets for `measure`: what they look like, where they enter and
# how they must come out.

# shellcheck source=selftests/bench/systems.sh
. "$(dirname "${BASH_SOURCE[0]}")/systems.sh"

inject=/sys/kernel/debug/nflb-inject
# inject.c says so.
batch=50
segment=26
owner=stack

declare -A clients=([4]=10.1.0.0 [6]=fd00:8::)
declare -A header=([4]=20 [6]=40)

# stream FAMILY PROTOCOL SERVER: requests to port 80 of SERVER.
stream() {
	stream_family=$1
	stream_protocol=$2
	stream_server=$3
	# Bytes that are put on top of each request; or none come out.
	stream_added=0
	# Where replies come from, if they pass here.
	reply_from=
}

# Past every balancer.
plain() {
	stream "$1" "$2" "${real[$1]}"
	reply_from=${real[$1]}
}

dropped() {
	plain "$1" "$2"
	stream_added=none
}

balanced() {
	stream "$1" "$2" "${vip[$1]}"
	case $3 in
	nat) reply_from=${real[$1]} ;;
	ipip) stream_added=${header[$1]} ;;
	esac
}

# send KIND DIRECTION SERVER PORT FLOWS PACKETS ADDED: one pass of the
# injector; sets mean and median, in instructions per packet.
send() {
	local kind=$1 direction=$2 server=$3 port=$4 flows=$5 packets=$6 added=$7
	local in=in0 out=out0 sent bytes total middle expected=$packets length
	local what="IPv$stream_family $kind $direction packets of $flows flows, port $port of $server"

	[[ $direction == request ]] || in=out0 out=in0
	echo "$in $out $kind $direction $owner ${clients[$stream_family]} $server $port $flows $packets" >$inject ||
		fail "cannot inject $what"
	read -r sent bytes total middle <$inject
	[[ $added != none ]] || expected=0 added=0
	((sent == expected)) ||
		fail "of $packets $what, $sent left by $out, not $expected"
	length=$((14 + header[$stream_family] + segment + added))
	((bytes == sent * length)) ||
		fail "$sent $what left with $bytes bytes in all, not $length each"
	# The caller's.
	# shellcheck disable=SC2034
	mean=$((total / packets))
	# shellcheck disable=SC2034
	median=$((middle / batch))
}

request() {
	send "$1" request "$stream_server" 80 "$2" "$3" "$stream_added"
}

reply() {
	send "$1" reply "$reply_from" 8080 "$2" "$3" 0
}

# pass PART FLOWS PACKETS: first packets of flows, the rest of their handshake,
# both (open), what follows, or the replies to that.
pass() {
	local part=$1
	shift

	case $part-$stream_protocol in
	open-*)
		pass first "$@"
		pass rest "$@"
		;;
	first-udp | data-udp) request udp "$@" ;;
	first-tcp) request syn "$@" ;;
	data-tcp) request ack "$@" ;;
	rest-udp) ;;
	rest-tcp)
		[[ -z $reply_from ]] || reply synack "$@"
		request ack "$@"
		;;
	reply-udp) reply udp "$@" ;;
	reply-tcp) reply ack "$@" ;;
	*) fail "there is no part $part of $stream_protocol" ;;
	esac
}
