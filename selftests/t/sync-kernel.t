#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Connections go from one director's table into another's, by netlink: each
# method, family and protocol, and what is told twice, late or wrong.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

declare -A port=([nat]=7000 [fullnat]=7001 [dr]=7002 [ipip]=7003)
declare -A servers=([nat]='b1 b2' [fullnat]='b1 b2' [dr]='b3 b4' [ipip]='b3 b4')
declare -A pool=([4]=10.0.2.200 [6]=fd00:2::200)
FLOWS=3

peer() {
	LBADM_NS=peer lbadm "$@"
}

# The addresses that clients and backends send to, and those of the pool.
gateway() {
	ip -n "$1" -batch - <<-EOT
		address add 10.0.1.1/24 dev front
		address add fd00:1::1/64 dev front nodad
		address add 10.0.2.1/24 dev back
		address add fd00:2::1/64 dev back nodad
		address add 10.0.2.200/24 dev back
		address add fd00:2::200/64 dev back nodad
	EOT
}

disconnect() {
	ip -n "$1" -batch - <<-EOT
		link set front down
		link set back down
	EOT
	for space in client "${backends[@]}"; do
		ip -n "$space" neigh flush all
		ip -n "$space" -6 neigh flush all
	done
}

services() {
	local family method protocol
	local -a pair

	for family in 4 6; do
		for method in nat fullnat dr ipip; do
			read -ra pair <<<"${servers[$method]}"
			for protocol in tcp udp; do
				vip_pool $family $protocol "${port[$method]}" \
					"scheduler rr source-pool ${pool[$family]}" \
					$method "${pair[@]/%/:${port[$method]}}"
			done
		done
	done
	vip_pool 4 sctp 7010 '' nat b1:7010
	vip_pool 4 tcp 7020 'affinity 300 mask 24' nat b1:7000 b2:7000
}

each_flow() {
	local family method protocol

	for family in 4 6; do
		for method in nat fullnat dr ipip; do
			for protocol in tcp udp; do
				"$@" $family $protocol $method
			done
		done
	done
}

hold_one() {
	hold_start "$1.$2.$3" client "$2" "$(vip "$1")" "${port[$3]}" --count "$FLOWS" \
		--period 200 --timeout 8000 >"$WORK/held" || diag "$(cat "$WORK/held")"
}

went_on() {
	is "IPv$1 $2 $3: all flows go on with their backends" \
		"$(hold_stop "$1.$2.$3" | flows_left)" "ok=$FLOWS failed=0 moved=0"
}

# imported JSON: as "new 1 updated 0 ..."
imported() {
	jq -r 'to_entries | map("\(.key) \(.value)") | join(" ")'
}

loads() {
	lbadm -j service list | jq -S '[.. | objects | select(has("connections_active")) |
		[.address, .port, .connections_active, .connections_inactive]]'
}

table() {
	lbadm connection save | sed 's/ expires [0-9]*//' | sort
}

# read_changes ARG...: what the queue has, which is tested over there
read_changes() {
	TAP_COUNT=$tap_count in_ns director python3 "$NFLB_SELFTESTS/t/sync-kernel.py" "$@"
	tap_count=$((tap_count + $(cat /run/sync-kernel.count)))
}

topo_setup --pair --backends 4
director_load
gateway director
backend_owns_vip ipip b3 b4
modprobe -a sctp
for p in "${port[@]}"; do
	serve "$p"
done
traffic_in b1 serve b1 7010 --daemon --sctp "$(backend4 b1)"
services >"$WORK/services"
lbadm restore "$WORK/services"
peer restore "$WORK/services"

# --- Changes are queued for whoever reads them -------------------------------
read_changes first

each_flow hold_one
hold_start sctp client sctp $VIP4 7010 --period 200 >/dev/null
hold_start affinity client tcp $VIP4 7020 --count 1 --period 0 >/dev/null
count=$(lbadm connection save | grep -c ^connection)
is 'all flows have a connection' "$count" $((16 * FLOWS + 2))

read_changes all "$count"

# --- Import ------------------------------------------------------------------
lbadm connection save >"$WORK/table"
is 'the other director takes all of them' \
	"$(peer -j connection restore "$WORK/table" | imported)" \
	"new $((count + 1)) updated 0 same 0 removed 0 unknown 0 refused 0"
is 'they look the same there' "$(LBADM_NS=peer table)" "$(table)"
is 'and count for the same backends' "$(LBADM_NS=peer loads)" "$(loads)"
is 'the same again changes nothing' \
	"$(peer -j connection restore "$WORK/table" | imported)" \
	"new 0 updated 0 same $((count + 1)) removed 0 unknown 0 refused 0"
is 'nobody else has connections of theirs' "$(peer connection count)" "$count"

# what LINE SUBSTITUTION: what becomes of a connection that differs by this
what() {
	grep "$1" "$WORK/table" | head -n1 | sed -E "$2" >"$WORK/line"
	peer -j connection restore "$WORK/line" 2>&1 | imported || true
}

is 'an older state changes nothing' \
	"$(what 'tcp .*forward nat' 's/established/syn-recv/')" \
	'new 0 updated 0 same 1 removed 0 unknown 0 refused 0'
is 'a source that is taken is refused' \
	"$(what 'tcp .*forward fullnat' 's/client ([^ ]*):[0-9]+ /client \1:1 /')" \
	'new 0 updated 0 same 0 removed 0 unknown 0 refused 1'
is 'a backend that is not there is unknown' \
	"$(what 'tcp .*forward nat' 's/backend [^ ]+/backend 10.0.2.99:7000/')" \
	'new 0 updated 0 same 0 removed 0 unknown 1 refused 0'
is 'a service that is not there is unknown' \
	"$(what 'tcp .*forward dr' 's/:7002/:7999/g')" \
	'new 0 updated 0 same 0 removed 0 unknown 1 refused 0'
is 'another method than the backend has is refused' \
	"$(what 'tcp .*forward dr' 's/forward dr/forward gre/; s/client ([^ ]*):[0-9]+ /client \1:1 /')" \
	'new 0 updated 0 same 0 removed 0 unknown 0 refused 1'
is 'one more is taken' \
	"$(what 'tcp .*forward nat' 's/client ([^ ]*):[0-9]+ /client \1:1 /')" \
	'new 1 updated 0 same 0 removed 0 unknown 0 refused 0'
is 'that it closes is taken, too' \
	"$(what 'tcp .*forward nat' 's/client ([^ ]*):[0-9]+ /client \1:1 /; s/established/time-wait/; s/$/ flags 3/')" \
	'new 0 updated 1 same 0 removed 0 unknown 0 refused 0'
is 'and that another begins in its place' \
	"$(what 'tcp .*forward nat' 's/client ([^ ]*):[0-9]+ /client \1:1 /')" \
	'new 1 updated 0 same 0 removed 0 unknown 0 refused 0'
is 'it is forgotten' "$(peer connection del client 10.0.1.2 state time-wait)" 0
before=$(LBADM_NS=peer table)
{
	grep 'tcp .*forward nat' "$WORK/table" | head -n1 |
		sed -E 's/client ([^ ]*):[0-9]+ /client \1:2 /'
	grep 'tcp .*forward nat' "$WORK/table" | head -n1 |
		sed -E 's/destination ([^ ]*):[0-9]+ /destination \1:7999 /'
} >"$WORK/bad"
like 'a batch with a connection of another service is refused' \
	"$(peer connection restore "$WORK/bad" 2>&1 || true)" \
	'connection is not one of the service'
is 'as a whole' "$(LBADM_NS=peer table)" "$before"
like 'it takes CAP_NET_ADMIN' \
	"$(in_ns peer setpriv --reuid 65534 --clear-groups -- \
		"$NFLB_BUILD/userspace/lbadm/lbadm" connection restore - <"$WORK/table" 2>&1 || true)" \
	'[Nn]ot permitted'

# --- Takeover ----------------------------------------------------------------
disconnect director
gateway peer
each_flow went_on
is 'SCTP: the association goes on' "$(hold_stop sctp | flows_left)" 'ok=1 failed=0 moved=0'
is 'the client goes back to its backend' \
	"$(peer -j affinity list | jq -r '.[0].backend.address')" \
	"$(sed -n 's/^affinity .*backend \([^ :]*\):.*/\1/p' "$WORK/table")"
closed() {
	[[ $(peer connection count state established) == "$1" ]]
}
# What stays: affinity's flow, and the one that was made up.
ok 'that they close is seen' wait_until 10 closed 2

# --- A table that goes and comes back ----------------------------------------
hold_start upgrade client tcp $VIP4 7000 --count "$FLOWS" --period 0 >/dev/null
peer connection save service tcp $VIP4:7000 >"$WORK/table"
peer connection del service tcp $VIP4:7000 >/dev/null
is 'what was saved is restored' \
	"$(peer -j connection restore "$WORK/table" | imported |
		sed -E 's/new [1-9][0-9]*/new N/')" \
	'new N updated 0 same 0 removed 0 unknown 0 refused 0'
is 'and its flows go on' "$(hold_stop upgrade | flows_left)" "ok=$FLOWS failed=0 moved=0"

done_testing
