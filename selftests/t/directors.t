#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Two directors in namespaces of one kernel, each with clients, services and
# backends of the same addresses: neither knows of the other.
#
#   client  -- front  -- director  -- back  -- b1
#   client2 -- front2 -- director2 -- back2 -- twin
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

PORT=7000

second_world() {
	plan_net front2
	plan_net back2
	plan_space director2
	plan_attach director2 front2 $DIRECTOR4 $DIRECTOR6
	plan_attach director2 back2 10.0.2.1 fd00:2::1
	plan_space client2
	plan_attach client2 front2 $CLIENT4 $CLIENT6
	plan_route client2 default $DIRECTOR4 default $DIRECTOR6
	plan_space twin
	plan_attach twin back2 "$(backend4 b1)" "$(backend6 b1)"
	plan_route twin default 10.0.2.1 default fd00:2::1
	carry_out
	forwarding director2
}

services() {
	local family protocol

	for family in 4 6; do
		for protocol in tcp udp; do
			vip_pool $family $protocol $PORT 'scheduler rr' nat b1
		done
	done
}

# hold_all CLIENT: a flow of each kind, from the same port at either client
hold_all() {
	local family protocol

	for family in 4 6; do
		for protocol in tcp udp; do
			hold_start "$1.$family.$protocol" "$1" $protocol "$(vip $family)" \
				$PORT --source-port 400$family >/dev/null
		done
	done
}

# hold_survived CLIENT BACKEND WHAT
hold_survived() {
	local hold

	for hold in $1.{4,6}.{tcp,udp}; do
		is "$3: flow $hold goes on with its backend" \
			"$(hold_stop "$hold" | grep -E '^(ok|failed|moved|backend\..*)=' | xargs)" \
			"ok=1 failed=0 moved=0 backend.$2=1"
	done
}

# counts DIRECTOR: connections of each service
counts() {
	LBADM_NS=$1 lbadm -j service list | jq -c '[.[].connections]'
}

topo_setup --backends 1
director_load
second_world
serve $PORT b1 twin
ok 'services of one director' lbadm restore - < <(services)
is 'the other has none' "$(LBADM_NS=director2 lbadm save)" ''
LBADM_NS=director2 ok 'it can have the same' lbadm restore - < <(services)

hold_all client
is 'connections of the one' "$(counts director)" '[1,1,1,1]'
is 'are none of the other' "$(counts director2)" '[0,0,0,0]'
hold_all client2
hold_survived client b1 'two directors'
is "the second director's connections" "$(counts director2)" '[1,1,1,1]'

hold_all client
vip_service del 4 tcp $PORT
vip_service del 6 udp $PORT
vip_backend del 4 udp $PORT b1
vip_backend del 6 tcp $PORT b1
hold_survived client2 twin "the other's services and backends deleted"

hold_all client2
ip netns del director
hold_survived client2 twin "the other's namespace deleted"

hold_all client2
hold_survived client2 twin 'anew'

done_testing
