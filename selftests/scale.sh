# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What much of something costs: a test sources this after lib.sh.

# timed NAME COMMAND...: note how long it took; what it says goes to $WORK/out
timed() {
	local name=$1 start=$EPOCHREALTIME
	shift

	"$@" >"$WORK/out"
	note "$name: $(awk "BEGIN { print $EPOCHREALTIME - $start }") s"
}

# Kilobytes
kernel_memory() {
	awk '/^(Slab|VmallocUsed|Percpu):/ { sum += $2 } END { print sum }' /proc/meminfo
}
