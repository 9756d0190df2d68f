#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# A thousand services with ten backends each: added, listed, replaced and
# removed, with the time and the memory each takes. The figures are of an
# emulated machine and judge nothing; that everything is there, and goes, does.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/scale.sh
. "$NFLB_SELFTESTS/scale.sh"

# pools WEIGHT: as lines for `lbadm restore -`
pools() {
	local i j key

	for ((i = 0; i < 1000; i++)); do
		key="tcp 203.0.$((i / 250)).$((i % 250 + 1)):80"
		echo "service add $key scheduler wlc"
		for ((j = 1; j <= 10; j++)); do
			echo "backend add $key 10.0.2.$j:80 forward nat weight $1"
		done
	done
}

weights() {
	lbadm -j service list | jq -c '[.[].backends[].weight] | {count: length, weight: unique}'
}

replace_all() {
	local key i

	for ((i = 0; i < 100; i++)); do
		key="tcp 203.0.$((i / 250)).$((i % 250 + 1)):80"
		# shellcheck disable=SC2086
		lbadm service replace $key backend 10.0.2.1:80 weight 3 backend 10.0.2.2:80 weight 3
	done
}

topo_setup --backends 0
director_load
pools 1 >"$WORK/pools"
pools 2 >"$WORK/heavier"

before=$(kernel_memory)
timed '1000 services with 10 backends each' lbadm restore "$WORK/pools"
note "bytes of kernel memory per backend: $((($(kernel_memory) - before) * 1024 / 10000))"
timed 'list as JSON' lbadm -j service list
is 'all are there' "$(weights)" '{"count":10000,"weight":[1]}'
timed 'list as text' lbadm service list
timed 'save' lbadm save
ok 'saved as they were' cmp "$WORK/out" "$WORK/pools"
timed 'other weights for all, by apply' lbadm apply "$WORK/heavier"
is 'all have them' "$(weights)" '{"count":10000,"weight":[2]}'
timed 'apply where nothing differs' lbadm apply "$WORK/heavier"
timed '100 pools replaced, a process each' replace_all
is 'these have two backends now' "$(weights)" '{"count":9200,"weight":[2,3]}'
timed 'all removed by apply' lbadm apply /dev/null
is 'none is left' "$(lbadm save)" ''

done_testing
