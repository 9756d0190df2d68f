#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# lbadm monitor tells what happens, and connection del forgets those it is
# asked to, which is one of the things that happen.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

K='tcp 198.51.100.1:80'
B=10.0.2.11:80

# events FILTER: of all that was heard, as jq has it
events() {
	tr -d '\0' <"$WORK/events" | jq -r "$1"
}

# heard COUNT FILTER
heard() {
	(($(events "select($2) | 1" | wc -l) >= $1))
}

# Something only happens to listeners that are there already.
listening() {
	lbadm service add udp 203.0.113.1:9
	lbadm service del udp 203.0.113.1:9
	[[ -s $WORK/events && -s $WORK/text ]]
}

topo_setup --backends 2
director_load
serve 7000

in_ns director "$(type -P lbadm)" -j monitor >"$WORK/events" &
monitors=($!)
in_ns director "$(type -P lbadm)" monitor >"$WORK/text" &
monitors+=($!)
in_ns director "$(type -P lbadm)" monitor backend >"$WORK/backends" &
monitors+=($!)
ok 'there are events' wait_until 20 listening
: >"$WORK/events"
: >"$WORK/text"

# --- Services and backends ---------------------------------------------------

# shellcheck disable=SC2086
{
	lbadm service add $K scheduler rr
	lbadm backend add $K 10.0.2.11
	lbadm service set $K timeout fin 5
	lbadm backend set $K 10.0.2.11 weight 3
	lbadm service replace $K scheduler sh backend 10.0.2.11 backend 10.0.2.12
	lbadm service replace $K backend 10.0.2.12
	lbadm backend del $K 10.0.2.12
	lbadm service del $K
}
wait_until 10 heard 1 '.event == "service del"' || true
# Appending to what was emptied leaves a hole of NULs.
tr -d '\0' <"$WORK/text" >"$WORK/said"
is 'what is configured is told, with what it is now' "$(<"$WORK/said")" \
	"service new $K scheduler rr
backend new $K $B forward nat weight 1
service set $K scheduler rr timeout fin 5
backend set $K $B forward nat weight 3
service set $K scheduler sh
backend set $K $B forward nat weight 1
backend new $K 10.0.2.12:80 forward nat weight 1
service set $K scheduler wlc
backend set $K 10.0.2.12:80 forward nat weight 1
backend del $K $B forward nat weight 1
backend del $K 10.0.2.12:80 forward nat weight 1
service del $K scheduler wlc"
is 'who listens to one group hears that' \
	"$(grep -v udp "$WORK/backends")" "$(grep ^backend "$WORK/said")"
tr -d '\0' <"$WORK/events" >"$WORK/lines"
is 'as JSON, too, a line each' \
	"$(jq -r .event "$WORK/lines")" "$(cut -d' ' -f1,2 "$WORK/said")"
is 'with all members' \
	"$(jq -c 'select(.event == "backend set") | [.service.port, .backend.address, .backend.weight]' "$WORK/lines" | head -1)" \
	'[80,"10.0.2.11",3]'

# --- Connections -------------------------------------------------------------

# conn_events: of connections: "EVENT REASON" with counts, over both directions
conn_events() {
	tr -d '\0' <"$WORK/events" |
		jq -r 'select(.connection) | "\(.event) \(.reason // "-") \(.connection.state)"' |
		sort | uniq -c | awk '{ $1 = $1; print }'
}

# told COUNT EVENT
told() {
	local n

	n=$(tr -d '\0' <"$WORK/events" |
		jq -r "select(.event == \"connection $2\") | 1" | wc -l)
	((n >= $1))
}

test_connections() {
	local family=$1 key

	: >"$WORK/events"
	read -ra key <<<"$(vip_key "$family" tcp 7000)"
	vip_pool "$family" tcp 7000 'scheduler rr timeout established 30 fin 1' nat b1 b2 | lbadm restore -
	vip_pool "$family" udp 7000 'scheduler rr' nat b1 | lbadm restore -
	hold_start tcp client tcp "$(vip "$family")" 7000 --count 6 --period 0 >"$WORK/out" || true
	hold_start udp client udp "$(vip "$family")" 7000 --count 4 --period 0 >"$WORK/out" || true
	wait_until 10 told 6 established || true
	is "IPv$family: new and established connections are told" "$(conn_events)" \
		"6 connection established - established
6 connection new - syn-sent
4 connection new - udp"

	is "IPv$family: del counts what it forgets" \
		"$(lbadm connection del service "${key[@]}" backend "$(vip_endpoint "$family" b1)")" 3
	is "IPv$family: the others stay" "$(lbadm connection count)" 7
	is "IPv$family: by state" "$(lbadm -j connection del state udp)" '{"count":4}'
	wait_until 10 told 7 closed || true
	is "IPv$family: that they were deleted is told" \
		"$(conn_events | grep closed)" \
		"3 connection closed deleted established
4 connection closed deleted udp"
	is "IPv$family: a flow that was forgotten is refused or begins anew" \
		"$(hold_stop tcp | grep -E '^(ok|failed)=' | xargs) $(hold_stop udp | grep -E '^(ok|failed)=' | xargs)" \
		'ok=3 failed=3 ok=4 failed=0'
	wait_until 30 told 10 closed || true
	like "IPv$family: as is that connections expire" "$(conn_events)" \
		'3 connection closed expired (time-wait|fin-wait|close)'
	is "IPv$family: nobody is left of another client" \
		"$(lbadm connection del client "$([[ $family == 4 ]] && echo 192.0.2.0/24 || echo 2001:db8:77::/48)")" 0
	vip_backend del "$family" udp 7000 b1
	wait_until 10 told 11 closed || true
	like "IPv$family: and that their backend went" "$(conn_events)" \
		'4 connection closed backend-gone udp'
	vip_service del "$family" tcp 7000
	vip_service del "$family" udp 7000
}

for family in 4 6; do
	test_connections $family
done

# --- Deleting needs a filter -------------------------------------------------

vip_pool 4 tcp 7000 '' nat b1 | lbadm restore -
traffic_in client echo tcp $VIP4 7000 --count 5 >/dev/null
is 'without filter nothing is deleted' \
	"$(lbadm connection del 2>&1 || true) $(lbadm connection count)" \
	"lbadm: which connections? 'all' or a filter is missing 5"
is 'all is' "$(lbadm connection del all) $(lbadm connection count)" '5 0'

kill "${monitors[@]}"
wait "${monitors[@]}" || true
done_testing
