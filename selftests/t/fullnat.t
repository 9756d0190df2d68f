#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Full NAT: backends that have no route to the client, and take the director's
# source pool for it.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

declare -A pool=([4]=10.0.2.200/31 [6]=fd00:2::200/127)
declare -A pool_pattern=([4]='^10\.0\.2\.20[01]$' [6]='^fd00:2::20[01]$')
MEGABYTE=1048576

drops() {
	lbadm -j stats | jq ".drops.$1"
}

# An address of a pool has to be one of the director's for backends to find it.
own_pool() {
	ip -n director -batch - <<-EOT
		address add 10.0.2.200/24 dev back
		address add 10.0.2.201/24 dev back
		address add 10.0.2.202/24 dev back
		address add 10.0.2.203/24 dev back
		address add fd00:2::200/64 dev back nodad
		address add fd00:2::201/64 dev back nodad
	EOT
}

no_way_back() {
	local backend

	for backend in "${backends[@]}"; do
		ip -n "$backend" route del default
		ip -n "$backend" -6 route del default
	done
}

configure() {
	local family protocol

	for family in 4 6; do
		for protocol in tcp udp; do
			vip_pool $family $protocol 7000 \
				"scheduler rr source-pool ${pool[$family]}" fullnat b1:7000 b2:7000
		done
		vip_pool $family tcp 80 "scheduler rr source-pool ${pool[$family]}" \
			fullnat b1:8080 b2:8080
	done
}

move_data() {
	local family=$1 protocol=$2 flows=8 report

	report=$(traffic_in client echo "$protocol" "$(vip "$family")" 7000 \
		--count $flows --parallel $flows --size 1380 \
		--bytes $((MEGABYTE / flows)) --timeout 20000) || true
	is "IPv$family $protocol: 1 MB, both backends" \
		"$(data_moved <<<"$report")" \
		"backend.b1=$((flows / 2)) backend.b2=$((flows / 2)) bytes=$MEGABYTE failed=0"
}

fetch_pages() {
	local url

	url=http://$(bracket "$(vip "$1")")/
	is "IPv$1: pages" \
		"$(in_ns client curl -sS --max-time 20 -H 'Connection: close' \
			"$url" "$url" "$url" "$url" | sort | uniq -c | xargs)" \
		'2 b1 2 b2'
}

# Every connection comes from the pool, as lbadm says and as the backend sees.
look_at_source() {
	local family=$1 protocol=$2 source tcpdump filter

	in_ns b1 tcpdump -i back -tnc1 --immediate-mode "$protocol dst port 7000" \
		>"$WORK/wire" 2>"$WORK/wire.err" &
	tcpdump=$!
	wait_until 20 grep -q 'listening on' "$WORK/wire.err"
	traffic_in client echo "$protocol" "$(vip "$family")" 7000 --count 2 \
		--bytes 1 --source-port 4321 >"$WORK/echo"
	wait_until 20 test -s "$WORK/wire" || kill "$tcpdump"
	wait "$tcpdump" || true
	filter='[.[] | select(.client.port == 4321)][0].source'
	source=$(lbadm -j connection list service "$protocol" \
		"$(bracket "$(vip "$family")"):7000" | jq -r "$filter | \"\(.address).\(.port)\"")
	like "IPv$family $protocol: the source is of the pool" "${source%.*}" \
		"${pool_pattern[$family]}"
	[[ $protocol == tcp ]] ||
		like "IPv$family $protocol: the backend sees it" "$(<"$WORK/wire")" \
			"${source//./\\.} > $(backend_address "$family" b1)\\.7000: "
}

# lines FILE N: it has N or more
lines() {
	local count

	count=$(wc -l <"$1")
	((count >= $2))
}

# A port is not used again while others are left.
test_order() {
	local family=$1 report seen

	vip_service add "$family" tcp 7001 source-pool "${pool[$family]%/*}" ports 2000-2099
	vip_backend add "$family" tcp 7001 b1:7000 forward fullnat
	in_ns b1 tcpdump -i back -tnlB 8192 --immediate-mode \
		'tcp and dst port 7000 and (tcp[tcpflags] & tcp-syn != 0 or ip6[53] & 2 != 0)' \
		>"$WORK/syns" 2>"$WORK/wire.err" &
	seen=$!
	wait_until 20 grep -q 'listening on' "$WORK/wire.err"
	report=$(traffic_in client echo tcp "$(vip "$family")" 7001 --count 100 \
		--source-port 4242 --bytes 1 --close reset || true)
	is "IPv$family: a client's port again and again" \
		"$(grep -E '^(ok|failed)=' <<<"$report" | xargs)" 'ok=100 failed=0'
	wait_until 20 lines "$WORK/syns" 100 || true
	kill $seen
	wait $seen || true
	is "IPv$family: 100 connections come from all of 100 ports" \
		"$(grep -aoE '\.2[0-9]{3} > ' "$WORK/syns" | sort -u | wc -l)" 100
	vip_service del "$family" tcp 7001
}

# Something only happens to listeners that are there already.
listening() {
	vip_backend set "$1" "$2" 7001 b1:7000 weight 1
	told 'backend set'
}

told() {
	grep -qF "$1" "$WORK/events"
}

# The last port of a pool is given out, and then nobody gets the place of
# another.
test_exhaustion() {
	local family=$1 protocol=$2 before monitor

	vip_service add "$family" "$protocol" 7001 source-pool "${pool[$family]}" ports 3000-3003
	vip_backend add "$family" "$protocol" 7001 b1:7000 forward fullnat
	nsenter --net=/run/netns/director -- lbadm monitor backend >"$WORK/events" &
	monitor=$!
	wait_until 20 listening "$family" "$protocol" || true
	before=$(drops ports_exhausted)
	is "IPv$family $protocol: 2 addresses with 4 ports are 8 flows" \
		"$(hold_start full client "$protocol" "$(vip "$family")" 7001 --count 8 --period 0 |
			grep -E '^(ok|failed)=' | xargs)" 'ok=8 failed=0'
	is "IPv$family $protocol: nothing was refused" "$(drops ports_exhausted)" "$before"
	like "IPv$family $protocol: the ninth gets no answer" \
		"$(traffic_in client echo "$protocol" "$(vip "$family")" 7001 --timeout 700 || true)" \
		'failed=1'
	between "IPv$family $protocol: which is counted" \
		$(($(drops ports_exhausted) - before)) 1 10
	ok "IPv$family $protocol: and told" wait_until 20 told 'backend exhausted'
	kill $monitor
	wait $monitor || true
	is "IPv$family $protocol: once a second at most" \
		"$(($(grep -c exhausted "$WORK/events") <= 3))" 1
	is "IPv$family $protocol: the eight live" \
		"$(hold_stop full | grep -E '^(ok|failed)=' | xargs)" 'ok=8 failed=0'
	vip_service del "$family" "$protocol" 7001
}

# Two services of one server share its ports.
test_shared() {
	local family=$1 port

	for port in 7001 7002; do
		vip_service add "$family" udp $port source-pool "${pool[$family]%/*}" ports 3000-3099
		vip_backend add "$family" udp $port b1:7000 forward fullnat
		is "IPv$family: 50 of 100 ports for the service at $port" \
			"$(traffic_in client echo udp "$(vip "$family")" $port --count 50 --parallel 50 |
				grep -E '^(ok|failed)=' | xargs)" 'ok=50 failed=0'
	done
	like "IPv$family: together they have all" \
		"$(traffic_in client echo udp "$(vip "$family")" 7001 --timeout 700 || true)" 'failed=1'
	vip_service del "$family" udp 7001
	vip_service del "$family" udp 7002
	wait_until 20 traffic_in client echo udp "$(vip "$family")" 7000
}

# All of 50000 ports, every one found at once.
test_many() {
	local report collisions

	collisions=$(drops collision)
	vip_service add 4 udp 7001 source-pool 10.0.2.202/31 ports 10000-34999 \
		timeout udp 3600
	vip_backend add 4 udp 7001 b1:7000 forward fullnat
	client_many
	report=$(traffic_in client echo udp "$(vip 4)" 7001 --count 50000 --parallel 256 \
		--bytes 1 --source "$(many 4)" --source-count 50000 --timeout 20000 --resend 5000) || true
	is 'many: 50000 flows' "$(grep -E '^(ok|failed)=' <<<"$report" | xargs)" \
		'ok=50000 failed=0'
	is 'many: a connection each' \
		"$(lbadm connection count service udp "$(vip 4):7001")" 50000
	is 'many: no port was tried in vain' "$(drops collision)" "$collisions"
	like 'many: one more gets no answer' \
		"$(traffic_in client echo udp "$(vip 4)" 7001 --timeout 700 || true)" 'failed=1'
	vip_service del 4 udp 7001
}

topo_setup --backends 2
director_load
own_pool
no_way_back
serve 7000
NGINX_PORTS=8080 nginx_start

ok 'all services' lbadm restore - < <(configure)
for family in 4 6; do
	for protocol in tcp udp; do
		look_at_source $family $protocol
		move_data $family $protocol
		test_exhaustion $family $protocol
	done
	fetch_pages $family
	test_order $family
	test_shared $family
done
test_many

done_testing
