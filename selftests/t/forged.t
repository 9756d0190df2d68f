#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# RST and FIN that somebody else sends with the addresses and ports of a live
# connection, but without its sequence numbers, change nothing. See forged.py.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/crafted.sh
. "$(dirname "$0")/../crafted.sh"

state() {
	lbadm -j connection list | jq -r '[.[] | .state] | join(" ")'
}

# opened FORWARD BACKEND: one held flow, whose numbers forged.py has seen
opened() {
	lbadm restore - < <(vip_pool "$family" tcp 7000 '' "$1" "$2")
	case_run watch
	hold_start held client tcp "$(vip "$family")" 7000 --source-port 4000 \
		--period 0 >/dev/null
	wait_until 20 is_established || diag 'the connection is not established'
}

is_established() {
	[[ $(state) == established ]]
}

# forged FLAG WHOM: and the state of the connection afterwards
forged() {
	crafted "$name: a forged $1 of the $2 goes on to whom it may concern" \
		forge "$1" "$2" "$(vip "$family")" "$client" "$backend"
	is "$name: the connection is established all the same" "$(state)" established
}

test_forged() {
	local flag whom name="IPv$family $1"

	client=CLIENT$family client=${!client} backend=$(backend_address "$family" "$2")
	opened "$1" "$2"
	for flag in RST FIN RST+ACK FIN+ACK; do
		for whom in "${@:3}"; do
			forged $flag "$whom"
		done
	done
	is "$name: and goes on" "$(hold_stop held | grep -E '^(ok|failed|moved)=' | xargs)" \
		'ok=1 failed=0 moved=0'
	vip_service del "$family" tcp 7000
}

topo_setup --backends 2
director_load
backend_owns_vip dr b2
serve 7000
cases_start

for family in 4 6; do
	test_forged nat b1 client backend
	test_forged dr b2 client
done

done_testing
