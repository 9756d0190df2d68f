#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
# cpus: 2
#
# The module can be removed at any time: services and packets do not hold it,
# and an answer that somebody still reads holds it only so long.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/crafted.sh
. "$NFLB_SELFTESTS/crafted.sh"

# The kernel patches branches of ip_rcv() when hooks come and go. In QEMU another
# processor meets the breakpoint after it is gone: nft alone brings 6.12 down.
[[ $(uname -r) != 6.12.*-amd64 ]] || skip_all 'QEMU cannot patch this kernel under traffic'

PORT=7000

services() {
	local family protocol

	for family in 4 6; do
		for protocol in tcp udp; do
			vip_pool $family $protocol $PORT 'scheduler wlc' nat b1 b2
		done
	done
}

each_flow() {
	local family protocol

	for family in 4 6; do
		for protocol in tcp udp; do
			"$1" client $protocol "$(vip $family)" $PORT "${@:2}"
		done
	done
}

references() {
	cat /sys/module/nflb/refcnt
}

unreferenced() {
	(($(references) == 0))
}

removed_in_traffic() {
	local i

	for ((i = 0; i < 20; i++)); do
		wait_until 60 populated 50 || {
			echo "no traffic in round $i"
			return 1
		}
		rmmod nflb || return
		[[ ! -e /sys/module/nflb ]] || return
		insmod "$NFLB_BUILD/$(uname -r)/src/kmod/nflb.ko" || return
		lbadm restore "$WORK/services" || return
	done
}

echo_once() {
	traffic_in "$1" echo "${@:2}" --count 20 --parallel 10 --timeout 20000
}

topo_setup --backends 2
director_load
serve $PORT
services >"$WORK/services"
lbadm restore "$WORK/services"

each_flow churn_start
wait_until 60 populated 500
ok 'services and connections do not hold the module' unreferenced
ok 'the module is removed in traffic and loaded again, 20 times' removed_in_traffic
wait_until 60 populated 500
cases_start
crafted 'somebody begins to read the connections' dump_begin
fails 'and the module stays' rmmod nflb
is 'with one reference' "$(references)" 1
crafted 'until the reader is gone' dump_end
ok 'then nothing holds the module' wait_until 20 unreferenced
churn_stop

ok 'the module is removed with services' rmmod nflb
ok 'and loaded' director_load
ok 'and configured' lbadm restore "$WORK/services"
ok 'and works' each_flow echo_once

done_testing
