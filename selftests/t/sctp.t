#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# SCTP by every forward that IPv4 and IPv6 have: data comes through unchanged,
# with checksums made by the hosts and left to devices; states; refusals.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

# what, forward, port of service and servers, backends
methods=(
	'nat                 nat  7000 7000 b1 b2'
	'nat-to-another-port nat  7001 7000 b1 b2'
	'dr                  dr   7002 7002 b3 b4'
	'ipip                ipip 7003 7003 b3 b4'
	'gre                 gre  7004 7004 b3 b4'
	'gue                 gue  7005 7005 b3 b4'
)

configure() {
	vip_pool "$1" sctp "$4" 'scheduler rr' "$3" "$6:$5" "$7:$5"
}

result() {
	grep -E '^(bytes|ok|failed|backend\..*|error\..*)=' | sort | xargs
}

# echo_sctp FAMILY PORT OPTION...
echo_sctp() {
	traffic_in client echo sctp "$(vip "$1")" "$2" --timeout 8000 "${@:3}" || true
}

# One address each, for who has more tells its peer of them, past any director.
sctp_servers() {
	local backend

	for backend in b1 b2; do
		traffic_in $backend serve $backend 7000 --daemon \
			--sctp "$(backend4 $backend)" --sctp "$(backend6 $backend)"
	done
	for backend in b3 b4; do
		for port in 7002 7003 7004 7005; do
			traffic_in $backend serve $backend $port --daemon \
				--sctp $VIP4 --sctp $VIP6
		done
	done
}

move_data() {
	is "IPv$1 $2, $8: both backends return what they get" \
		"$(echo_sctp "$1" "$4" --bytes 200000 --count 2 --parallel 2 | result)" \
		"backend.$6=1 backend.$7=1 bytes=400000 failed=0 ok=2"
}

states() {
	lbadm -j connection list service sctp "$(bracket "$(vip "$family")"):$1" |
		jq -r '.[].state' | sort | uniq | xargs
}

in_state() {
	[[ $(states "$1") == "$2" ]]
}

# The client closes, resets, and stays; with dr, its half is all that is seen.
test_states() {
	local port

	for port in 7000 7002; do
		vip_service del "$family" sctp $port
	done
	vip_pool "$family" sctp 7000 '' nat b1 | lbadm restore -
	vip_pool "$family" sctp 7002 '' dr b3 | lbadm restore -
	for port in 7000 7002; do
		hold_start held client sctp "$(vip "$family")" $port --period 0 >"$WORK/held"
		is "IPv$family, port $port: open" "$(states $port)" established
		hold_stop held >"$WORK/held"
		ok "IPv$family, port $port: closed" wait_until 20 \
			in_state $port time-wait
		echo_sctp "$family" $port --close reset --source-port 4444 >"$WORK/reset"
		ok "IPv$family, port $port: reset" wait_until 20 \
			in_state $port 'close time-wait'
		is "IPv$family, port $port: a new association from the port that was reset" \
			"$(echo_sctp "$family" $port --source-port 4444 | result)" \
			"backend.$([[ $port == 7000 ]] && echo b1 || echo b3)=1 bytes=1024 failed=0 ok=1"
	done
}

drops() {
	lbadm -j stats | jq ".drops.$1"
}

test_refusals() {
	local before

	before=$(drops no_backend)
	vip_service add "$family" sctp 7010
	is "IPv$family: no backend, the client is told" \
		"$(echo_sctp "$family" 7010 | result)" 'bytes=0 error.ECONNREFUSED=1 failed=1 ok=0'
	is "IPv$family: and counted" "$(drops no_backend)" $((before + 1))

	hold_start held client sctp "$(vip "$family")" 7000 --period 0 >"$WORK/held"
	vip_service del "$family" sctp 7000
	vip_service add "$family" sctp 7000
	is "IPv$family: an unknown association is aborted" \
		"$(hold_stop held | grep -E '^(ok|error\..*)=' | xargs)" 'ok=0 error.ECONNRESET=1'

	vip_pool "$family" sctp 7011 '' nat b1:7999 | lbadm restore -
	is "IPv$family: the refusal of a backend arrives" \
		"$(echo_sctp "$family" 7011 | result)" 'bytes=0 error.ECONNREFUSED=1 failed=1 ok=0'
}

# Sums are made by the hosts, as those of other machines would be.
hosts_sum() {
	in_ns client ethtool -K front tx-checksum-sctp off >"$WORK/ethtool"
	for backend in b1 b2; do
		in_ns $backend ethtool -K back tx-checksum-sctp off >"$WORK/ethtool"
	done
	for backend in b3 b4; do
		in_ns $backend ethtool -K front tx-checksum-sctp off >"$WORK/ethtool"
	done
	in_ns director ethtool -K back tx-checksum-sctp off >"$WORK/ethtool"
	in_ns director ethtool -K front tx-checksum-sctp off >"$WORK/ethtool"
}

modprobe sctp
topo_setup --backends 4
director_load
backend_owns_vip tunnel b3 b4
sctp_servers
ok 'all services' lbadm restore - < <(each_method configure)

each_method move_data 'sums left to devices'
hosts_sum
each_method move_data 'sums of the hosts'
vip_local
each_method move_data "VIP of the director's"
ip -n director address flush dev lo scope global

for family in 4 6; do
	test_states
	test_refusals
done

done_testing
