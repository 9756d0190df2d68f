#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Tracepoints tell of the life of connections, of picks and of drops, in the
# words of lbadm.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

TRACING=/sys/kernel/tracing

traced() {
	grep -F "$1" "$TRACING/trace"
}

# events NAME: of all that was traced, without the time and the task
events() {
	sed -n "s/.*: $1: //p" "$TRACING/trace"
}

# names EVENT: that its format has for numbers
names() {
	grep -o '"[a-z_-]*" }' "$TRACING/events/nflb/$1/format" | tr -d '"} '
}

# address FAMILY ADDRESS PORT: as the kernel prints it
address() {
	echo "$(bracket "$2"):$3"
}

topo_setup --backends 1
director_load
serve 7000
mountpoint -q $TRACING || mount -t tracefs nodev $TRACING
is 'all there are' "$(find $TRACING/events/nflb -mindepth 1 -type d -printf '%f\n' | sort | xargs)" \
	'nflb_conn_free nflb_conn_new nflb_conn_state nflb_drop nflb_sched_pick'
is 'a name for every reason to drop' "$(names nflb_drop | sort)" \
	"$(lbadm -j stats | jq -r '.drops | keys[]' | sort)"
echo 1 >$TRACING/events/nflb/enable

for family in 4 6; do
	vip_service add $family tcp 7000 scheduler rr
	echo >$TRACING/trace
	traffic_in client echo tcp "$(vip $family)" 7000 --bytes 1 --source-port 5000 >/dev/null || true
	ok "IPv$family: a drop" wait_until 10 traced 'reason=no_backend'

	vip_backend add $family tcp 7000 b1
	echo >$TRACING/trace
	client=CLIENT$family
	flow="client=$(address $family "${!client}" 5001) service=$(address $family "$(vip $family)" 7000)"
	flow+=" backend=$(address $family "$(backend_address $family b1)" 7000) protocol=6"
	ok "IPv$family: a flow" traffic_in client echo tcp "$(vip $family)" 7000 --bytes 1 \
		--source-port 5001
	ok "IPv$family: ends" wait_until 10 traced 'to=time-wait'
	is "IPv$family: it is picked for" "$(events nflb_sched_pick)" "$flow"
	is "IPv$family: it begins" "$(events nflb_conn_new)" "$flow state=syn-sent"
	is "IPv$family: and goes through its states" "$(events nflb_conn_state)" \
		"$flow from=syn-sent to=syn-recv
$flow from=syn-recv to=established
$flow from=established to=fin-wait
$flow from=fin-wait to=time-wait"
	is "IPv$family: it is there" "$(events nflb_conn_free)" ''
	lbadm connection del all >/dev/null
	is "IPv$family: it is deleted" "$(events nflb_conn_free)" "$flow end=deleted"
	is "IPv$family: nothing was dropped" "$(events nflb_drop)" ''
done

done_testing
