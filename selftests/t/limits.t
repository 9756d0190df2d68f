#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Limits of a service: each is reached exactly, what is over it is counted by
# its reason, and there is room again as soon as something ends or time passes.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

drops() {
	lbadm -j stats | jq ".drops.$1"
}

# field NAME: of the service's JSON
field() {
	vip_value "$family" "$protocol" 7000 ".$1"
}

field_is() {
	[[ $(field "$1") == "$2" ]]
}

# try: one flow
try() {
	{
		traffic_in client echo "$protocol" "$(vip "$family")" 7000 --bytes 1 \
			--timeout 900 --resend 20000 || true
	} | grep -E '^(ok|failed|error\..*|backend\..*)=' | xargs
}

served() {
	[[ $(try) == 'ok=1 '* ]]
}

explained() {
	local name=CLIENT$family

	lbadm explain "$protocol" "$(bracket "${!name}"):9" \
		"$(bracket "$(vip "$family")"):7000" | tail -1 | xargs
}

# service LIMITS...: with two backends
service() {
	lbadm restore - < <(vip_pool "$family" "$protocol" 7000 \
		"scheduler rr timeout udp 2 $*" nat b1 b2)
}

no_service() {
	vip_service del "$family" "$protocol" 7000
	wait_until 20 no_connections || diag 'connections outlive their service'
}

# --- max-connections ---------------------------------------------------------

test_max_connections() {
	local before

	service max-connections 3
	hold_start held client "$protocol" "$(vip "$family")" 7000 --count 3 >/dev/null
	is "$name max-connections: as many as it says" "$(field connections_active)" 3
	before=$(drops service_full)
	is "$name max-connections: the next is told at once" "$(try)" \
		'ok=0 failed=1 error.ECONNREFUSED=1'
	is "$name max-connections: and counted" "$(drops service_full)" $((before + 1))
	is "$name max-connections: explained" "$(explained)" 'verdict drop service_full'
	vip_service set "$family" "$protocol" 7000 no-backend drop
	is "$name max-connections: no-backend drop is silence" "$(try)" \
		'ok=0 failed=1 error.timeout=1'
	vip_service set "$family" "$protocol" 7000 no-backend pass
	is "$name max-connections: no-backend pass leaves it to the host" "$(try)" \
		'ok=1 failed=0 backend.director=1'
	vip_service set "$family" "$protocol" 7000 no-backend reject max-connections 4
	like "$name max-connections: a greater one makes room" "$(try)" 'ok=1 failed=0'
	vip_service set "$family" "$protocol" 7000 max-connections 1
	is "$name max-connections: a smaller one ends nothing" \
		"$(hold_stop held | grep -E '^(ok|moved)=' | xargs)" 'ok=3 moved=0'
	ok "$name max-connections: what ends makes room" wait_until 20 field_is connections_active 0
	like "$name max-connections: for others" "$(try)" 'ok=1 failed=0'
	no_service
}

# --- max-half-open -----------------------------------------------------------

test_half_open() {
	local before

	lbadm restore - < <(vip_pool "$family" tcp 7000 \
		'scheduler rr max-half-open 5 timeout syn 30' dr b3)
	hold_start held client tcp "$(vip "$family")" 7000 --count 7 >/dev/null
	is "$name max-half-open: established ones do not count" "$(field connections_half_open)" 0
	before=$(drops half_open)
	flood "$family" 7000 20 --source-count 20
	is "$name max-half-open: as many as it says" "$(field connections_half_open)" 5
	is "$name max-half-open: beside the established ones" "$(field connections_active)" 12
	is "$name max-half-open: the others are counted" "$(drops half_open)" $((before + 15))
	is "$name max-half-open: explained" "$(explained)" 'verdict drop half_open'
	vip_service set "$family" tcp 7000 timeout syn 1
	ok "$name max-half-open: handshakes end" wait_until 20 field_is connections_half_open 0
	like "$name max-half-open: and make room" "$(try)" 'ok=1 failed=0'
	is "$name max-half-open: who was established noticed nothing" \
		"$(hold_stop held | grep -E '^(ok|moved)=' | xargs)" 'ok=7 moved=0'
	no_service
}

# --- rate-limit --------------------------------------------------------------

source_port=5000

# burst FLOWS: as many new flows at a time, from sources of nobody's if it is TCP
burst() {
	case $protocol in
	tcp)
		source_port=$((source_port + 100))
		flood "$family" 7000 "$@" --source-port $source_port
		;;
	udp)
		traffic_in client echo udp "$(vip "$family")" 7000 --bytes 1 \
			--parallel 64 --resend 20000 --timeout 300 --count "$@" \
			>/dev/null || true
		;;
	esac
}

# A token may come while the flows begin.
test_rate() {
	local before opened

	service rate-limit 1/s burst 5
	before=$(drops rate_limit)
	burst 30
	opened=$(field connections)
	between "$name rate-limit: the burst begins" "$opened" 5 6
	is "$name rate-limit: all others are counted" \
		"$(drops rate_limit)" $((before + 30 - opened))
	like "$name rate-limit: explained" "$(explained)" 'verdict (drop rate_limit|forward)'
	ok "$name rate-limit: there is room again" wait_until 10 served
	vip_service set "$family" "$protocol" 7000 rate-limit 1000/s
	opened=$(field connections)
	burst 30
	is "$name rate-limit: a new rate begins with a full bucket" \
		"$(($(field connections) - opened))" 30
	vip_service set "$family" "$protocol" 7000 rate-limit 0
	is "$name rate-limit: none" "$(field rate_limit)" null
	no_service
}

# 8 sources of a prefix, and 8 of another
test_client_rate() {
	local before opened second
	local -A prefix=([4]=24 [6]=120) second=([4]=10.77.1.1 [6]=fd00:77::101)

	protocol=tcp
	service client-rate-limit 1/s burst 3 prefix "${prefix[$family]}"
	before=$(drops client_rate_limit)
	flood "$family" 7000 8 --source-count 8
	opened=$(field connections)
	between "$name client-rate-limit: the burst of a prefix begins" "$opened" 3 4
	flood "$family" 7000 8 --source-count 8 --source "${second[$family]}"
	between "$name client-rate-limit: that of another too" \
		$(($(field connections) - opened)) 3 4
	opened=$(field connections)
	is "$name client-rate-limit: all others are counted" \
		"$(drops client_rate_limit)" $((before + 16 - opened))
	like "$name client-rate-limit: a third client is served" "$(try)" 'ok=1 failed=0'
	no_service

	service client-rate-limit 1/s burst 2
	flood "$family" 7000 12 --source-count 4
	case $family in
	4) between "$name client-rate-limit: for every address" "$(field connections)" 8 12 ;;
	6) between "$name client-rate-limit: for every /64" "$(field connections)" 2 3 ;;
	esac
	no_service
}

# --- configuration -----------------------------------------------------------

test_configuration() {
	local saved

	protocol=tcp
	service max-connections 9 max-half-open 8 rate-limit 100/s burst 7 \
		client-rate-limit 6 prefix 20
	vip_service add "$family" udp 7000
	saved=$(lbadm save)
	like "$name: limits are saved" "$saved" \
		'max-connections 9 max-half-open 8 rate-limit 100/s burst 7 client-rate-limit 6/s prefix 20'
	is "$name: json" "$(vip_value "$family" tcp 7000 \
		'[.max_connections, .max_half_open, .rate_limit, .client_rate_limit] | tojson')" \
		'[9,8,{"per_second":100,"burst":7},{"per_second":6,"burst":6,"prefix":20}]'
	is "$name: defaults" "$(vip_value "$family" udp 7000 \
		'[.max_connections, .max_half_open, .rate_limit, .client_rate_limit] | tojson')" \
		'[0,null,null,null]'
	vip_service set "$family" tcp 7000 rate-limit 50
	is "$name: a new rate returns to the default burst" \
		"$(vip_value "$family" tcp 7000 '[.rate_limit, .max_connections] | tojson')" \
		'[{"per_second":50,"burst":50},9]'
	lbadm save >"$WORK/now"
	lbadm apply - <<<"$saved"
	is "$name: applied" "$(lbadm save)" "$saved"
	like "$name: diff" "$(lbadm diff "$WORK/now" || true)" 'rate-limit 50/s client'
	no_service
	vip_service del "$family" udp 7000
	lbadm restore - <<<"$saved"
	is "$name: saved, restored, saved again" "$(lbadm save)" "$saved"
	no_service
	vip_service del "$family" udp 7000
}

topo_setup --backends 3
director_load
backend_owns_vip dr b3
flood_setup
serve 7000
vip_local
traffic_in director serve director 7000 --daemon

for family in 4 6; do
	name="IPv$family"
	test_configuration
	for protocol in tcp udp; do
		name="IPv$family $protocol"
		test_max_connections
		test_rate
	done
	protocol=tcp name="IPv$family"
	test_half_open
	test_client_rate
done

done_testing
