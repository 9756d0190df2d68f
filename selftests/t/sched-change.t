#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 400
#
# Changing the scheduler under open connections breaks and moves none of them,
# and new ones go by the new scheduler at once.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

SCHEDULERS=(rr wrr lc wlc sed nq fo random p2c sh dh lblc lblcr lrt
	'maglev max-load 125' 'maglev seed 5' 'sh hash address-port' ovf)

set_scheduler() {
	local words

	read -ra words <<<"$1"
	vip_service set "$family" tcp 7000 scheduler "${words[@]}"
}

one() {
	traffic_in client echo tcp "$(vip "$family")" 7000 --bytes 1 --close reset
}

topo_setup --backends 3
director_load
serve 7000

for family in 4 6; do
	lbadm restore - < <(vip_pool $family tcp 7000 'scheduler wlc' nat b1 b2 b3)
	for backend in b1 b2 b3; do
		vip_backend set $family tcp 7000 $backend weight 1000
	done
	hold_start "$family" client tcp "$(vip $family)" 7000 --count 100 >/dev/null
done
for scheduler in "${SCHEDULERS[@]}"; do
	for family in 4 6; do
		set_scheduler "$scheduler"
		like "IPv$family: new connections by $scheduler" "$(one || true)" 'ok=1'
		is "IPv$family: which is what it says now" \
			"$(vip_value $family tcp 7000 .scheduler)" "${scheduler%% *}"
	done
done
for family in 4 6; do
	is "IPv$family: the old ones never noticed" \
		"$(hold_stop $family | grep -E '^(ok|moved)=' | xargs)" 'ok=100 moved=0'
done

done_testing
