#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Two directors, one of which dies: its connections go on over the other, whose
# lbd has been told of them. What is forged, truncated or replayed on the way is
# refused. Figures of an emulated machine are told, and judge little.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/lbd.sh
. "$(dirname "$0")/../lbd.sh"

# More than that a busy emulated machine does not open between two adverts.
FLOWS=600
NEW=600

# configure PRIORITY NUMBER PEER
configure() {
	local backend

	pair_vrrp "$1"
	pair_sync "$2" "$3" | sed 's/instance back4/&\n    min_age 0\n    udp on/'
	for protocol in TCP UDP; do
		echo "virtual_server $VIP4 7000 {
			lb_algo rr
			lb_kind NAT
			protocol $protocol"
		for backend in b1 b2; do
			echo "real_server $(backend4 "$backend") 7000 {
				weight 1
			}"
		done
		echo '}'
	done
}

# sync NAMESPACE FILTER: what jq finds in what its sync role tells
sync_of() {
	LBADM_NS=$1 lbadm -j -s "$WORK/lbd.$1/lbd.sock" sync show | jq -r "$2"
}

sync_is() {
	[[ $(sync_of "$1" "$2") == "$3" ]]
}

count_of() {
	LBADM_NS=$1 lbadm -j connection count "${@:2}" | jq .count
}

# has NAMESPACE COUNT FILTER...
has() {
	(($(count_of "$1" "${@:3}") >= $2))
}

# privileges ROLE: capabilities, scheduling policy and user of its process
privileges() {
	local pid

	pid=$(lbadm -j -s "$WORK/lbd.director/lbd.sock" daemon status |
		jq ".roles[\"lbd-$1\"].pid")
	echo "$(awk '/^CapPrm/ { print $2 }' "/proc/$pid/status")" \
		"$(chrt -p "$pid" | sed -n 's/.*policy: //p')" \
		"$(stat -c %U "/proc/$pid")"
}

now_ms() {
	echo $((${EPOCHREALTIME/./} / 1000))
}

# refused HOW COUNTER: COUNT recorded datagrams come again like this
refused() {
	local before

	before=$(sync_of peer ".peers[0].$2")
	in_ns b1 python3 "$NFLB_SELFTESTS/t/lbd-sync.py" send 10.0.2.5 10.0.2.6 "$1" <"$WORK/recorded"
	ok "what is $1 is refused, and counted" \
		wait_until 10 sync_is peer ".peers[0].$2 >= $before + 3" true
}

topo_setup --pair --backends 2
director_load
ulimit -n 65536
serve 7000
ADVERT_INT=0.3
configure 150 5 6 >"$WORK/director.conf"
configure 100 6 5 >"$WORK/peer.conf"
lbd_run director "$WORK/director.conf"
lbd_run peer "$WORK/peer.conf"
ok 'the first director is master' wait_until 20 is_master director
ok 'and active' wait_until 10 sync_is director .role active
ok 'the other is passive' wait_until 10 sync_is peer .role passive
ok 'they have found each other' wait_until 20 sync_is director '.peers[0].up' true

# --- What each process may do ------------------------------------------------
is 'vrrp: CAP_NET_ADMIN, CAP_NET_RAW and real-time priority' "$(privileges vrrp)" \
	'0000000000003000 SCHED_RR|SCHED_RESET_ON_FORK nobody'
is 'sync: CAP_NET_ADMIN' "$(privileges sync)" '0000000000001000 SCHED_OTHER nobody'
is 'checkers: nothing' "$(privileges checkers)" '0000000000000000 SCHED_OTHER nobody'

# --- What is open when the peer is there, and what is when it comes ----------
half=$((FLOWS / 2))
start=$(now_ms)
hold_start first client tcp $VIP4 7000 --count $half --period 20000 --timeout 15000 >"$WORK/held" ||
	diag "$(cat "$WORK/held")"
note "$half connections were opened in $(($(now_ms) - start)) ms"
ok 'those that open are told' wait_until 30 has peer "$half" state established
note "all of them were there $(($(now_ms) - start)) ms after the first"
lbd_kill peer
LBADM_NS=peer lbadm connection del all >/dev/null
hold_start second client tcp $VIP4 7000 --count $((FLOWS - half)) --period 20000 --timeout 15000 >"$WORK/held" ||
	diag "$(cat "$WORK/held")"
hold_start udp client udp $VIP4 7000 --count 5 --period 1000 >/dev/null
start=$(now_ms)
lbd_run peer "$WORK/peer.conf"
ok 'a peer that comes later is told all' wait_until 60 has peer "$FLOWS" state established
note "$FLOWS connections were there $(($(now_ms) - start)) ms after its start"
ok 'UDP as well' wait_until 10 has peer 5 state udp

# --- What others send ----------------------------------------------------------
in_ns peer python3 "$NFLB_SELFTESTS/t/lbd-sync.py" record back 10.0.2.6 3 >"$WORK/recorded"
refused replayed refused_replayed
refused forged refused_forged
refused truncated refused_malformed
is 'none of it did any harm' "$(count_of peer state established)" "$FLOWS"

# --- New ones, as fast as they can be opened ------------------------------------
start=$(now_ms)
traffic_in client echo tcp $VIP4 7000 --count $NEW --parallel 20 --bytes 16 \
	--close client --timeout 15000 >"$WORK/new" &
traffic_pid=$!
lag=0
while kill -0 $traffic_pid 2>/dev/null; do
	now=$(sync_of director '.peers[0].lag_ms')
	((now <= lag)) || lag=$now
done
wait $traffic_pid || diag "$(cat "$WORK/new")"
note "$NEW connections came and went in $(($(now_ms) - start)) ms; the greatest lag was $lag ms"
note "director: $(sync_of director '.peers[0] | tostring')"
# One processor runs clients and servers as well.
between 'the sync keeps up' "$lag" 0 2000

# --- The master dies ---------------------------------------------------------------
lbd_kill director
ip -n director link set front down
ip -n director link set back down
start=$(now_ms)
ok 'the other takes over' wait_until 20 is_master peer
note "it did so after $(($(now_ms) - start)) ms, of an emulated machine"
is 'all TCP connections go on: those before' "$(hold_stop first | flows_left)" \
	"ok=$half failed=0 moved=0"
is 'and those behind' "$(hold_stop second | flows_left)" \
	"ok=$((FLOWS - half)) failed=0 moved=0"
is 'UDP flows go on with their backends' "$(hold_stop udp | flows_left)" 'ok=5 failed=0 moved=0'
is 'the other is active now' "$(sync_of peer .role)" active
lbd_stop peer

[[ $tap_failed == 0 ]] || diag "$(tail -n 20 "$WORK/lbd.director.log" "$WORK/lbd.peer.log")"
done_testing
