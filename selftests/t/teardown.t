#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# cpus: 2
#
# Directors come and go while packets flow: namespaces are deleted, services
# added and deleted, and nothing is left behind.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

PORT=7000

services() {
	local family protocol backend forward

	for family in 4 6; do
		for protocol in tcp udp; do
			echo "service add $(vip_key $family $protocol $PORT) scheduler rr"
			for backend in nat:b1 dr:b2 ipip:b3; do
				forward=${backend%:*}
				backend=$(vip_endpoint $family "${backend#*:}:$PORT")
				echo "backend add $(vip_key $family $protocol $PORT) $backend forward $forward"
			done
		done
	done
}

churn() {
	local family protocol

	for family in 4 6; do
		for protocol in tcp udp; do
			churn_start client $protocol "$(vip $family)" $PORT
		done
	done
}

# A director called d0, d1, ... in place of the one before: its neighbours know
# all of them by the same addresses.
director_anew() {
	LBADM_NS=d$1
	plan_space "$LBADM_NS"
	plan_attach "$LBADM_NS" front $DIRECTOR4 $DIRECTOR6
	plan_attach "$LBADM_NS" back 10.0.2.1 fd00:2::1
	inside "$LBADM_NS" 'link set front address 02:00:00:00:01:01' \
		'link set back address 02:00:00:00:02:01'
	carry_out && forwarding "$LBADM_NS" && lbadm restore "$WORK/services"
}

deleted_in_traffic() {
	local i

	for ((i = 1; i <= 20; i++)); do
		wait_until 60 populated 50 || {
			echo "no traffic in round $i"
			return 1
		}
		# It lives on for a while, but without a name.
		ip netns del "$LBADM_NS" && director_anew $i || return
	done
}

services_in_traffic() {
	local i protocol endpoint

	for ((i = 0; i < 5; i++)); do
		while read -r _ _ protocol endpoint _; do
			lbadm service del "$protocol" "$endpoint" || return
			grep -F "$protocol $endpoint" "$WORK/services" |
				lbadm restore - || return
		done < <(grep '^service' "$WORK/services")
	done
	wait_until 60 populated 50
}

clean_flows() {
	local family protocol

	for family in 4 6; do
		for protocol in tcp udp; do
			traffic_in client echo "$protocol" "$(vip "$family")" "$PORT" \
				--count 30 --parallel 10 --timeout 20000 || return
		done
	done
}

flush() {
	local protocol endpoint

	while read -r _ _ protocol endpoint _; do
		lbadm service del "$protocol" "$endpoint"
	done < <(grep '^service' "$WORK/services")
}

# Freed objects count as long as they lie in a processor's hands.
slab_is_empty() {
	echo 1 >"/sys/kernel/slab/$1/shrink"
	awk -v cache="$1" '$1 == cache { exit $3 }' /proc/slabinfo
}

nothing_left() {
	local cache

	for cache in nflb_conn4 nflb_conn6; do
		if [[ -L /sys/kernel/slab/$cache || ! -d /sys/kernel/slab/$cache ]]; then
			skip "$cache shares its slab with other objects"
			continue
		fi
		ok "$1: no connection is left in $cache" wait_until 60 slab_is_empty $cache
	done
}

topo_setup --backends 3
director_load
backend_owns_vip dr b2
backend_owns_vip ipip b3
serve $PORT
services >"$WORK/services"
ip netns del director
director_anew 0

churn
result=0
deleted_in_traffic || result=1
verdict "the director's namespace is deleted in traffic, 20 times" $result
ok 'services are deleted and added again in traffic, 20 times' services_in_traffic
churn_stop
ok 'the last director works' clean_flows

ok 'connections of deleted services go' flush
nothing_left 'services deleted'
ok 'the director works again' lbadm restore "$WORK/services"
ok 'for every family and protocol' clean_flows
ip netns del "$LBADM_NS"
nothing_left 'namespace deleted'

done_testing
