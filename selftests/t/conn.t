#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# cpus: 2
#
# Connections outlive whatever happens to the rest of their service; those of a
# backend that is removed end, or go on elsewhere, at their next packet.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

FLOWS=15

# How a hold ended: "ok=15 failed=0 moved=0" and the like
packets_in() {
	vip_value "$1" "$2" "$3" .packets_in
}

# pinged FAMILY PROTOCOL PORT: all flows, since $before
pinged() {
	(($(packets_in "$1" "$2" "$3") >= before + 4 * FLOWS))
}

# Every held flow was heard of since the last change.
let_them_ping() {
	local before

	before=$(packets_in "$@")
	wait_until 60 pinged "$@" || diag 'held flows are silent'
}

# What can happen to a service but for the removal of the backends in use.
change_everything() {
	local family=$1 protocol=$2 port=$3 scheduler

	vip_backend add "$family" "$protocol" "$port" "$other" forward "$forward"
	let_them_ping "$@"
	vip_backend set "$family" "$protocol" "$port" "$one" weight 7
	vip_backend set "$family" "$protocol" "$port" "$two" weight 0
	let_them_ping "$@"
	for scheduler in wlc sh maglev rr; do
		vip_service set "$family" "$protocol" "$port" scheduler $scheduler
	done
	vip_service set "$family" "$protocol" "$port" timeout established 60 udp 60
	let_them_ping "$@"
	vip_backend set "$family" "$protocol" "$port" "$two" weight 1
	vip_service zero "$family" "$protocol" "$port"
}

test_survival() {
	local family=$1 protocol=$2 port=$3 name="IPv$1 $2 $forward"

	lbadm restore - < <(vip_pool "$family" "$protocol" "$port" 'scheduler rr' \
		"$forward" "$one" "$two")
	hold_start early client "$protocol" "$(vip "$family")" "$port" --count $FLOWS --period 300 >"$WORK/early" || true
	is "$name: flows before any change" "$(value ok <"$WORK/early")" $FLOWS
	change_everything "$@"
	hold_start late client "$protocol" "$(vip "$family")" "$port" --count $FLOWS --period 300 >"$WORK/late" || true
	is "$name: new flows use the new backend too" \
		"$(value "backend.$other" <"$WORK/late")" $((FLOWS / 3))
	vip_backend del "$family" "$protocol" "$port" "$other"
	let_them_ping "$@"
	is "$name: the first flows survived it all" \
		"$(hold_stop early | flows_left)" "ok=$FLOWS failed=0 moved=0"
	test_removed "$@"
	vip_service del "$family" "$protocol" "$port"
}

test_removed() {
	case $2 in
	tcp)
		is "$name: those of the removed backend were reset" \
			"$(hold_stop late | flows_left)" 'ok=10 failed=5 moved=0 error.ECONNRESET=5'
		;;
	udp)
		is "$name: those of the removed backend went on with another" \
			"$(hold_stop late | flows_left)" 'ok=15 failed=0 moved=5'
		;;
	esac
	is "$name: none of its connections is listed" \
		"$(lbadm connection count backend "$(vip_endpoint "$family" "$other")")" 0
}

topo_setup --backends 6
director_load
backend_owns_vip ipip b4 b5 b6
for port in 7000 7002 7003; do
	serve $port
done

forward=nat one=b1 two=b2 other=b3
for family in 4 6; do
	for protocol in tcp udp; do
		test_survival $family $protocol 7000
	done
done
one=b4 two=b5 other=b6
forward=dr
test_survival 4 tcp 7002
test_survival 6 udp 7002
forward=ipip
test_survival 6 tcp 7003
test_survival 4 udp 7003

done_testing
