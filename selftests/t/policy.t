#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# The policies of a service: what happens when no backend is available, when
# the backend of a connection is gone, and to TCP packets of no connection.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

drops() {
	lbadm -j stats | jq ".drops.$1"
}

# try PROTOCOL PORT: one flow
try() {
	{
		traffic_in client echo "$1" "$(vip "$family")" "$2" --bytes 1 \
			--timeout 1500 --resend 20000 || true
	} | grep -E '^(ok|failed|error\..*|backend\..*)=' | xargs
}

# hold FLOWS PROTOCOL PORT [OPTION]...: that are silent until they are stopped
hold() {
	hold_start held client "$2" "$(vip "$family")" "$3" --count "$1" --period 0 \
		--timeout 1500 "${@:4}" >/dev/null
}

stopped() {
	hold_stop held | flows_left
}

# --- no-backend --------------------------------------------------------------

test_no_backend() {
	local before protocol

	for protocol in tcp udp; do
		vip_service add "$family" $protocol 7000 no-backend drop
		before=$(drops no_backend)
		is "$name $protocol no-backend drop: silence" "$(try $protocol 7000)" \
			'ok=0 failed=1 error.timeout=1'
		ok "$name $protocol no-backend drop: counted" \
			test "$(drops no_backend)" -gt "$before"
		vip_service set "$family" $protocol 7000 no-backend pass
		is "$name $protocol no-backend pass: the host serves" \
			"$(try $protocol 7000)" 'ok=1 failed=0 backend.director=1'
		vip_backend add "$family" $protocol 7000 b1
		is "$name $protocol no-backend pass: until there is a backend" \
			"$(try $protocol 7000)" 'ok=1 failed=0 backend.b1=1'
		vip_service del "$family" $protocol 7000
	done
}

# --- backend-down ------------------------------------------------------------

# Connections to its port that the backend believes in
backend_believes() {
	in_ns "$1" ss -Htn state established "sport = :7000" | wc -l
}

believes_in() {
	[[ $(backend_believes "$1") == "$2" ]]
}

# down POLICY PROTOCOL FORWARD BACKEND: 5 flows whose backend is removed
down() {
	lbadm restore - < <(vip_pool "$family" "$2" 7000 "backend-down $1" "$3" "$4")
	hold 5 "$2" 7000
	vip_backend del "$family" "$2" 7000 "$4"
	vip_backend add "$family" "$2" 7000 b3
}

test_backend_down_reset() {
	local forward backend before

	for forward in nat:b1 dr:b2; do
		backend=${forward#*:} forward=${forward%:*}
		before=$(backend_believes "$backend")
		down reset tcp "$forward" "$backend"
		is "$name $forward backend-down reset: flows were there" \
			"$(backend_believes "$backend")" $((before + 5))
		is "$name $forward backend-down reset: the client hears of it" \
			"$(stopped)" 'ok=0 failed=5 moved=0 error.ECONNRESET=5'
		ok "$name $forward backend-down reset: so does the backend" \
			wait_until 10 believes_in "$backend" "$before"
		is "$name $forward backend-down reset: what is over is not listed" \
			"$(lbadm connection count backend "$(vip_endpoint "$family" "$backend")")" 0
		vip_service del "$family" tcp 7000
	done
	down reset udp nat b1
	is "$name udp backend-down reset: the same as reschedule" \
		"$(stopped)" 'ok=5 failed=0 moved=5'
	vip_service del "$family" udp 7000
}

# The backend talks first: it is told, and its client too.
test_backend_talks() {
	lbadm restore - < <(vip_pool "$family" tcp 7005 '' nat b1)
	in_ns b1 python3 "${0%.t}.py" serve 7005 "$WORK/go.$family" >"$WORK/server.$family" &
	wait_until 20 in_ns b1 sh -c 'ss -Htln sport = :7005 | grep -q .' || true
	in_ns client python3 "${0%.t}.py" connect "$(vip "$family")" 7005 \
		>"$WORK/client.$family" &
	wait_until 20 populated 1 || diag 'no connection'
	wait_until 20 grep -q connected "$WORK/server.$family" || diag 'not accepted'
	vip_backend del "$family" tcp 7005 b1
	: >"$WORK/go.$family"
	ok "$name backend-down reset: a backend that talks is reset" \
		wait_until 20 grep -q ECONNRESET "$WORK/server.$family"
	ok "$name backend-down reset: and its client at once" \
		wait_until 20 grep -q ECONNRESET "$WORK/client.$family"
	wait
	vip_service del "$family" tcp 7005
}

test_backend_down_others() {
	local before

	down drop tcp nat b1
	before=$(drops backend_gone)
	is "$name backend-down drop: silence" \
		"$(stopped)" 'ok=0 failed=5 moved=0 error.timeout=5'
	ok "$name backend-down drop: counted" test "$(drops backend_gone)" -gt "$before"
	vip_service del "$family" tcp 7000

	for forward in nat:b1 dr:b2; do
		down keep tcp "${forward%:*}" "${forward#*:}"
		is "$name ${forward%:*} backend-down keep: flows go on" \
			"$(stopped)" 'ok=5 failed=0 moved=0'
		vip_service del "$family" tcp 7000
	done

	down keep udp nat b1
	is "$name udp backend-down keep: flows go on" \
		"$(stopped)" 'ok=5 failed=0 moved=0'
	vip_service del "$family" udp 7000

	down reschedule udp nat b1
	is "$name udp backend-down reschedule: flows go on elsewhere" \
		"$(stopped)" 'ok=5 failed=0 moved=5'
	vip_service del "$family" udp 7000

	down reschedule tcp nat b1
	before=$(drops no_connection)
	is "$name backend-down reschedule: TCP meets mid-stream" \
		"$(stopped)" 'ok=0 failed=5 moved=0 error.ECONNRESET=5'
	between "$name backend-down reschedule: as is counted" \
		$(($(drops no_connection) - before)) 5 50
	vip_service del "$family" tcp 7000
}

# --- mid-stream --------------------------------------------------------------

# lost FORWARD POLICY BACKEND...: 10 flows of which the director then knows
# nothing, as if another one had opened them
lost() {
	local pool

	pool=$(vip_pool "$family" tcp 7000 "scheduler maglev mid-stream $2" "$1" "${@:3}")
	lbadm restore - <<<"$pool"
	hold 10 tcp 7000
	vip_service del "$family" tcp 7000
	wait_until 20 no_connections || diag 'connections outlive their service'
	lbadm restore - <<<"$pool"
}

established() {
	local key

	read -ra key <<<"$(vip_key "$family" tcp 7000)"
	lbadm connection count service "${key[@]}" state established
}

test_mid_stream() {
	local before

	lost nat drop b1 b3
	before=$(drops no_connection)
	is "$name mid-stream drop: silence" \
		"$(stopped)" 'ok=0 failed=10 moved=0 error.timeout=10'
	ok "$name mid-stream drop: counted" test "$(drops no_connection)" -ge $((before + 10))
	vip_service del "$family" tcp 7000

	lost nat adopt b1 b3
	is "$name nat mid-stream adopt: flows go on" "$(stopped)" 'ok=10 failed=0 moved=0'
	vip_service del "$family" tcp 7000
	lost dr adopt b2 b4
	is "$name dr mid-stream adopt: flows go on" "$(stopped)" 'ok=10 failed=0 moved=0'
	vip_service del "$family" tcp 7000
}

# --- timeouts ----------------------------------------------------------------

test_timeout() {
	lbadm restore - < <(vip_pool "$family" tcp 7000 'timeout established 300' nat b1)
	hold 3 tcp 7000
	is "$name timeout: flows are established" "$(established)" 3
	vip_service set "$family" tcp 7000 timeout established 200
	wait_until 10 expires_within 190 200 || true
	ok "$name timeout: one that is changed counts from the last packet" \
		expires_within 190 200
	vip_service set "$family" tcp 7000 timeout established 1
	ok "$name timeout: connections that were opened before end with it" \
		wait_until 20 no_connections
	stopped >/dev/null
	vip_service del "$family" tcp 7000
}

expires_within() {
	lbadm -j connection list state established |
		jq -e "length == 3 and all(.[]; .expires >= $1 and .expires <= $2)"
}

# --- configuration -----------------------------------------------------------

test_configuration() {
	local text saved

	vip_service add "$family" tcp 7000 no-backend pass backend-down keep mid-stream adopt
	vip_service add "$family" udp 7000 backend-down reschedule no-backend drop
	vip_service add "$family" udp 7001
	saved=$(lbadm save)
	like "$name: policies are saved" "$saved" \
		'tcp .* scheduler wlc no-backend pass backend-down keep mid-stream adopt'
	like "$name: of udp too" "$saved" \
		'udp .* scheduler wlc no-backend drop backend-down reschedule'
	is "$name: json" "$(vip_value "$family" udp 7001 \
		'[.no_backend, .backend_down, .mid_stream] | map(tostring) | join(" ")')" \
		'reject reset null'
	vip_service set "$family" tcp 7000 mid-stream drop
	is "$name: set changes what is given" "$(vip_value "$family" tcp 7000 \
		'[.no_backend, .backend_down, .mid_stream] | join(" ")')" 'pass keep drop'
	vip_service set "$family" tcp 7000 mid-stream adopt
	text=$(vip_service add "$family" udp 7002 mid-stream drop 2>&1) || true
	like "$name: udp has no mid-stream" "$text" \
		'only TCP services have a mid-stream policy'
	for port in 'tcp 7000' 'udp 7000' 'udp 7001'; do
		# shellcheck disable=SC2086
		vip_service del "$family" $port
	done
	lbadm restore - <<<"$saved"
	is "$name: saved, restored, saved again" "$(lbadm save)" "$saved"
	for port in 'tcp 7000' 'udp 7000' 'udp 7001'; do
		# shellcheck disable=SC2086
		vip_service del "$family" $port
	done
}

topo_setup --backends 4
director_load
backend_owns_vip dr b2 b4
serve 7000
vip_local
traffic_in director serve director 7000 --daemon

for family in 4 6; do
	name="IPv$family"
	test_configuration
	test_no_backend
	test_backend_down_reset
	test_backend_talks
	test_backend_down_others
	test_mid_stream
	test_timeout
done

done_testing
