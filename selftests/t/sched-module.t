#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 400
#
# A scheduler in a module of its own, built outside the tree: loaded when a
# service asks for it, used, and held as long as it is.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

RELEASE=$(uname -r)
MODULE=$WORK/module/nflb-sched-last.ko

build() {
	local kdir
	kdir=$(echo "${NFLB_CACHE:-/var/cache/nflb}"/*/lib/modules/"$RELEASE"/build)

	[[ -e $kdir/Makefile ]] || skip_all "no headers of $RELEASE"
	cp -r "$NFLB_SELFTESTS/sched-module" "$WORK/module"
	ok 'it builds outside the tree' make -C "$kdir" M="$WORK/module" NFLB="$NFLB_ROOT" \
		KBUILD_EXTRA_SYMBOLS="$NFLB_BUILD/$RELEASE/src/Module.symvers" modules
}

# What modules_install and depmod would do, but for the minute that takes here.
install_module() {
	mkdir -p /etc/modprobe.d
	echo "install nflb-sched-last insmod $MODULE" >/etc/modprobe.d/nflb-test.conf
}

loaded() {
	[[ -e /sys/module/nflb_sched_last ]]
}

one() {
	traffic_in client echo tcp "$(vip "$1")" 7000 --bytes 1 --close reset
}

test_use() {
	local family

	for family in 4 6; do
		lbadm restore - < <(vip_pool $family tcp 7000 'scheduler last' \
			nat b1 b2 b3)
		like "IPv$family: it picks" "$(one $family)" 'backend.b3=1'
		vip_backend set $family tcp 7000 b3 weight 0
		like "IPv$family: from the pool as it is" "$(one $family)" 'backend.b2=1'
		is "IPv$family: and is shown" \
			"$(vip_value $family tcp 7000 .scheduler)" last
	done
	like 'an option it does not have is refused' \
		"$(vip_service set 4 tcp 7000 scheduler last seed 1 2>&1 || true)" \
		'this scheduler has no option seed'
}

test_hold() {
	hold_start in client tcp "$(vip 4)" 7000 --count 5 >/dev/null
	like 'in use it does not unload' "$(rmmod nflb_sched_last 2>&1 || true)" 'in use'
	like 'nor does nflb' "$(rmmod nflb 2>&1 || true)" 'in use'
	vip_service set 4 tcp 7000 scheduler rr
	like 'nor while another service has it' \
		"$(rmmod nflb_sched_last 2>&1 || true)" 'in use'
	vip_service set 6 tcp 7000 scheduler rr
	ok 'it unloads when no service has it' rmmod nflb_sched_last
	is 'connections do not notice' \
		"$(hold_stop in | grep -E '^(ok|moved)=' | xargs)" 'ok=5 moved=0'
	ok 'the service goes on' one 4
}

test_again() {
	ok 'it is loaded again when needed' vip_service set 4 tcp 7000 scheduler last
	ok 'and is there' loaded
	vip_service del 4 tcp 7000
	vip_service del 6 tcp 7000
	ok 'a service that goes lets go of it' wait_until 20 rmmod nflb_sched_last
}

build
install_module
topo_setup --backends 3
director_load
serve 7000
fails 'it is not there yet' loaded
test_use
test_hold
test_again

done_testing
