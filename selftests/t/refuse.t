#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Clients that cannot be served are told at once: by a reset over TCP, by an
# ICMP port unreachable over UDP. Every refusal is counted by its reason.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

drops() {
	lbadm -j stats | jq ".drops.$1"
}

# outcome of a report: "ok=1 failed=0" or "ok=0 failed=1 error.REASON=1"
outcome() {
	grep -E '^(ok|failed|error\..*)=' | xargs
}

# try PORT: one flow; a datagram that has to be sent again is one too many
try() {
	{
		traffic_in client echo "$protocol" "$(vip "$family")" "$1" --bytes 1 \
			--timeout 20000 --resend 20000 || true
	} | outcome
}

# refused NAME: at the first packet
refused() {
	local before

	before=$(drops no_backend)
	is "$name: $1: refused" "$(try 7000)" 'ok=0 failed=1 error.ECONNREFUSED=1'
	is "$name: $1: counted once" "$(drops no_backend)" $((before + 1))
}

test_no_backend() {
	vip_service add "$family" "$protocol" 7000
	refused 'no backend'
	vip_backend add "$family" "$protocol" 7000 b1 weight 0
	refused 'weight 0'
	vip_backend set "$family" "$protocol" 7000 b1 weight 1
	is "$name: served once there is a backend" "$(try 7000)" 'ok=1 failed=0'
}

# hold a flow that is silent until it is stopped
silent() {
	hold_start silent client "$protocol" "$(vip "$family")" 7000 --period 0 >"$WORK/silent"
}

# What a client of a backend that is gone gets
gone() {
	case $protocol in
	tcp) echo 'ok=0 failed=1 error.ECONNRESET=1' ;;
	udp) echo 'ok=0 failed=1 error.ECONNREFUSED=1' ;;
	esac
}

test_removed() {
	silent
	vip_backend del "$family" "$protocol" 7000 b1
	is "$name: the client of the last backend hears of its removal" \
		"$(hold_stop silent | outcome)" "$(gone)"
	vip_backend add "$family" "$protocol" 7000 b1
	silent
	vip_service del "$family" "$protocol" 7000
	vip_pool "$family" "$protocol" 7000 '' nat b2 | lbadm restore -
	if [[ $protocol == tcp ]]; then
		is "$name: a new service knows nothing of old connections" \
			"$(hold_stop silent | outcome)" "$(gone)"
	else
		is "$name: a new service goes on with any datagram" \
			"$(hold_stop silent | outcome)" 'ok=1 failed=0'
	fi
}

# In the middle of a TCP connection the director has never seen: the client
# opened it while b3 had the VIP and was reached directly.
test_midstream() {
	local before after vip
	local -A gateway=([4]=10.0.1.13 [6]=fd00:1::13) length=([4]=32 [6]=128)

	vip=$(vip "$family")/${length[$family]}
	ip -n b3 address add "$vip" dev back
	ip -n client "-$family" route add "$vip" via "${gateway[$family]}"
	silent
	ip -n client "-$family" route del "$vip"
	before=$(drops no_connection)
	is "$name: an unknown connection is reset" \
		"$(hold_stop silent | outcome)" "$(gone)"
	after=$(drops no_connection)
	# A client that waits too long for the answer sends again.
	between "$name: and counted" $((after - before)) 1 10
	ip -n b3 address del "$vip" dev back
}

# A backend that closed its port: what it says must reach the client.
test_backend_refuses() {
	vip_pool "$family" "$protocol" 7001 '' nat b1:7999 | lbadm restore -
	is "$name: the refusal of a backend arrives" \
		"$(try 7001)" 'ok=0 failed=1 error.ECONNREFUSED=1'
}

topo_setup --backends 3
director_load
serve 7000
backend_direct b3

for family in 4 6; do
	for protocol in tcp udp; do
		name="IPv$family $protocol, VIP of nobody"
		test_no_backend
		test_removed
		[[ $protocol == udp ]] || test_midstream
		test_backend_refuses
		vip_service del $family $protocol 7000
	done
done
vip_local
for family in 4 6; do
	for protocol in tcp udp; do
		name="IPv$family $protocol, VIP of the director's"
		test_no_backend
		[[ $protocol == udp ]] || test_midstream
	done
done

done_testing
