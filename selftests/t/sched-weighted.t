#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Schedulers that share by weight alone: wrr, exactly and interleaved, and
# random.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

# flows PORT CLIENT-PORT COUNT [OPTION]...: new ones, one from each of as many
# addresses; a line for each
flows() {
	traffic_in client echo "$protocol" "$(vip "$family")" "$1" --bytes 1 \
		--source "$(many "$family")" --source-count "$3" \
		--source-port "$2" --count "$3" --list "${@:4}"
}

# shares: "CONNECTIONS NAME ..." of flows on stdin
shares() {
	sed -n 's/^backend\.\(.*\)=\(.*\)/\2 \1/p' | sort -k2 | xargs
}

# order: names as they came
order() {
	sed -n 's/.*source=.*backend=\([^ ]*\).*/\1/p' | xargs
}

set_weights() {
	local n

	for n in 1 2 3; do
		vip_backend set "$family" "$protocol" 7001 "b$n:7000" weight "${!n}"
	done
}

test_wrr() {
	lbadm restore - < <(vip_pool "$family" "$protocol" 7001 'scheduler wrr' \
		nat b{1,2,3}:7000)
	set_weights 1 2 3
	is "$name wrr: exact shares, one at a time" \
		"$(flows 7001 5001 30 | shares)" '5 b1 10 b2 15 b3'
	is "$name wrr: exact shares, many at a time" \
		"$(flows 7001 5002 30 --parallel 30 | shares)" '5 b1 10 b2 15 b3'
	set_weights 100 0 300
	is "$name wrr: weight 0 gets nothing, ratios count" \
		"$(flows 7001 5003 20 | shares)" '5 b1 15 b3'
	set_weights 1 1 2
	unlike "$name wrr: turns are interleaved" \
		"$(flows 7001 5004 16 | order)" '(b3 b3 b3|b1 b1|b2 b2)'
	set_weights 1 1 1
	is "$name wrr: equal weights are round robin" \
		"$(flows 7001 5005 30 | shares)" '10 b1 10 b2 10 b3'
}

# 240 flows at 1:2:3, 5 standard deviations allowed
test_random() {
	lbadm restore - < <(vip_pool "$family" "$protocol" 7001 'scheduler random' \
		nat b{1,2,3}:7000)
	set_weights 1 2 3
	flows 7001 5006 240 --parallel 60 >"$WORK/random"
	between "$name random: b1 has a sixth" \
		"$(value backend.b1 <"$WORK/random")" 11 69
	between "$name random: b3 has half" \
		"$(value backend.b3 <"$WORK/random")" 81 159
	is "$name random: all served" "$(value ok <"$WORK/random")" 240
	set_weights 0 1 1
	is "$name random: weight 0 gets nothing" \
		"$(flows 7001 5007 60 | value backend.b1)" 0
}

topo_setup --backends 3
director_load
client_many
serve 7000

for family in 4 6; do
	for protocol in tcp udp; do
		name="IPv$family $protocol"
		test_wrr
		vip_service del "$family" "$protocol" 7001
		test_random
		vip_service del "$family" "$protocol" 7001
	done
done

done_testing
