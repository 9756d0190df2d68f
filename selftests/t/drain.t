#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# The states of backends: draining keeps what there is and gets nothing new,
# until its deadline; down is a removal that can be undone.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

# hold NAME PROTOCOL PORT: 6 flows that are silent until they are stopped
hold() {
	hold_start "$1" client "$2" "$(vip "$family")" "$3" --count 6 --period 0 \
		--timeout 1500 >"$WORK/opened.$1"
}

opened() {
	grep '^backend\.' "$WORK/opened.$1" | xargs
}

# backend FILTER: of b1, in the service's JSON
backend() {
	vip_value "$family" "$protocol" 7000 ".backends[0] | $1"
}

has_state() {
	[[ $(backend .state) == "$1" ]]
}

no_deadline() {
	[[ $(backend .drain_timeout) == null ]]
}

# Draining with a deadline, `then` as $1; what flows of b1 come to: $2
test_drain() {
	lbadm restore - < <(vip_pool "$family" "$protocol" 7000 'scheduler rr' "$forward" "$one" "$two")
	hold early "$protocol" 7000
	is "$name: flows before" "$(opened early)" "backend.$one=3 backend.$two=3"
	vip_backend drain "$family" "$protocol" 7000 "$one" timeout 600 "then" "$1"
	is "$name: shown" "$(backend '"\(.state) \(.drain_then) \(.drain_timeout > 590)"')" \
		"draining $1 true"
	hold late "$protocol" 7000
	is "$name: nothing new while draining" "$(opened late)" "backend.$two=6"
	is "$name: what there was stays" "$(backend .connections_active)" 3
	vip_backend drain "$family" "$protocol" 7000 "$one" timeout 1 "then" "$1"
	case $1 in
	reset) ok "$name: down at the deadline" wait_until 20 has_state down ;;
	keep) ok "$name: no deadline after the deadline" wait_until 20 no_deadline ;;
	esac
	is "$name: then $1" "$(hold_stop early | flows_left)" "$2"
	is "$name: the other flows know nothing of it" "$(hold_stop late | flows_left)" \
		'ok=6 failed=0 moved=0'
}

test_up() {
	vip_backend up "$family" "$protocol" 7000 "$one"
	is "$name: up" "$(backend '"\(.state) \(.drain_timeout)"')" 'up null'
	hold again "$protocol" 7000
	is "$name: serves again" "$(opened again)" "backend.$one=3 backend.$two=3"
}

test_down() {
	before=$(backend .connections)
	vip_backend down "$family" "$protocol" 7000 "$one"
	is "$name: flows of a backend that is down" "$(hold_stop again | flows_left)" "$1"
	is "$name: its counters stay" "$(backend .connections)" "$before"
	vip_service del "$family" "$protocol" 7000
}

# Both states survive save and restore, the deadline does not; weight 0 is
# neither of them.
test_configuration() {
	local saved

	lbadm restore - < <(vip_pool "$family" tcp 7001 'scheduler rr' nat b1 b2 b3)
	vip_backend drain "$family" tcp 7001 b1 timeout 100
	vip_backend down "$family" tcp 7001 b2
	vip_backend set "$family" tcp 7001 b3 weight 0
	is "$name: states" "$(vip_value "$family" tcp 7001 '[.backends[].state] | join(" ")')" \
		'draining down up'
	like "$name: text" "$(lbadm service list)" 'state draining timeout (100|9[0-9]) then reset'
	saved=$(lbadm save)
	vip_service del "$family" tcp 7001
	lbadm restore - <<<"$saved"
	is "$name: saved, restored, saved again" "$(lbadm save)" "$saved"
	is "$name: restored" \
		"$(vip_value "$family" tcp 7001 '[.backends[] | "\(.state) \(.drain_timeout)"] | join(" ")')" \
		'draining null down null up null'
	vip_backend set "$family" tcp 7001 b1 weight 7
	is "$name: a setting leaves the state alone" \
		"$(vip_value "$family" tcp 7001 '.backends[0].state')" draining
	vip_service del "$family" tcp 7001
}

topo_setup --backends 4
director_load
backend_owns_vip dr b3 b4
serve 7000

for family in 4 6; do
	name="IPv$family" test_configuration
	protocol=tcp forward=nat one=b1 two=b2 name="IPv$family tcp nat"
	test_drain reset 'ok=3 failed=3 moved=0 error.ECONNRESET=3'
	test_up
	test_down 'ok=3 failed=3 moved=0 error.ECONNRESET=3'
	protocol=udp name="IPv$family udp nat"
	test_drain reset 'ok=6 failed=0 moved=3'
	test_up
	test_down 'ok=6 failed=0 moved=3'
	protocol=tcp forward=dr one=b3 two=b4 name="IPv$family tcp dr"
	test_drain keep 'ok=6 failed=0 moved=0'
	test_up
	test_down 'ok=3 failed=3 moved=0 error.ECONNRESET=3'
done

done_testing
