#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# lbd keeps pools: a backend goes when its check fails and comes back, a sorry
# server takes the place of a pool without quorum, and nobody notices.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/lbd.sh
. "$(dirname "$0")/../lbd.sh"

CONF=$WORK/director.conf

HEALTH=81

# Who answers a check can be killed while nginx goes on.
health_start() {
	local backend

	for backend in "$@"; do
		traffic_in "$backend" serve "$backend" $HEALTH --daemon
	done
}

health_stop() {
	local backend

	for backend in "$@"; do
		pkill -KILL -f "traffic serve $backend $HEALTH "
	done
}

real_server() {
	cat <<-EOT
		real_server $(backend4 "$1") $2 {
			TCP_CHECK {
				connect_port $HEALTH
				connect_timeout 2
				retry 0
				delay_loop 0.2
				delay_before_retry 0.2
				warmup 0
			}
		}
	EOT
}

config() {
	cat <<-EOT
		virtual_server $VIP4 80 {
			lb_algo rr
			lb_kind NAT
			protocol TCP
			quorum 2
			sorry_server $(backend4 b4) 80
			$(for backend in b1 b2 b3; do real_server $backend 80; done)
		}
		virtual_server $VIP4 7000 {
			lb_algo rr
			lb_kind NAT
			protocol TCP
			drain_timeout 60
			timeout fin 1
			$(for backend in "$@"; do real_server "$backend" 7000; done)
		}
	EOT
}

# states PORT: of its backends, in order
states() {
	vip_value 4 tcp "$1" '[.backends[].state] | join(" ")'
}

has_states() {
	[[ $(states "$1") == "$2" ]]
}

# Who answers four requests.
answers() {
	local i

	for ((i = 0; i < 4; i++)); do
		in_ns client curl -sS --max-time 5 "http://$VIP4/"
	done | sort -u | xargs
}

# Requests one after another in the background; each fails or says who answers.
requests_start() {
	: >"$WORK/answers"
	while :; do
		in_ns client curl -sS --max-time 5 "http://$VIP4/" || echo failed
	done >"$WORK/answers" 2>&1 &
	requests=$!
}

requests_stop() {
	kill "$requests"
	wait "$requests" || true
}

answered_by() {
	tail -n 3 "$WORK/answers" | grep -qE "$1"
}

test_sorry_server() {
	requests_start
	ok 'requests are answered' wait_until 10 answered_by 'b[123]'
	health_stop b1 b2
	ok 'quorum is lost: the sorry server serves' wait_until 20 answered_by b4
	ok 'the backend that works drains' wait_until 10 has_states 80 'down down draining up'
	health_start b1
	ok 'quorum is back' wait_until 20 answered_by 'b[13]'
	ok 'the sorry server drains' wait_until 10 has_states 80 'up down up draining'
	requests_stop
	is 'no request failed meanwhile' "$(grep -vxE 'b[1-4]' "$WORK/answers" || true)" ''
	like 'lbd says why' "$(<"$WORK/lbd.director.log")" 'tcp:80 has no quorum'
}

test_backend() {
	health_start b2
	ok 'all backends are up' wait_until 20 has_states 80 'up up up draining'
	in_ns b2 nginx -s stop -c "$WORK/nginx.b2/conf" -e "$WORK/nginx.b2/error.log"
	health_stop b2
	ok 'a backend that died is down' wait_until 20 has_states 80 'up down up draining'
	is 'the others serve' "$(answers)" 'b1 b3'
}

# Flows of a backend that leaves the configuration stay until they end.
test_drain() {
	health_start b2
	ok 'both backends are up' wait_until 20 has_states 7000 'up up'
	hold_start leaving client tcp "$VIP4" 7000 --count 6 --period 0 --timeout 1500 \
		>"$WORK/opened"
	config b1 >"$CONF"
	like 'a backend leaves the configuration' "$(lbd_reload director)" 'with 1 kernel operations'
	is 'it drains' "$(states 7000)" 'up draining'
	is 'with a deadline' "$(vip_value 4 tcp 7000 '.backends[1].drain_timeout > 50')" true
	is 'its flows go on' "$(hold_stop leaving | flows_left)" 'ok=6 failed=0 moved=0'
	ok 'then it is removed' wait_until 20 has_states 7000 up
}

test_drift() {
	vip_service set 4 tcp 80 scheduler lc
	vip_backend del 4 tcp 7000 b1:7000
	ok 'lbd sees changes of others' wait_until 20 lbd_said director 'was changed by somebody else'
	ok 'and repairs them' wait_until 20 has_states 7000 up
	is 'all of them' "$(vip_value 4 tcp 80 .scheduler)" rr
	lbadm service add tcp "$VIP4:9999"
	like 'the same configuration again' "$(lbd_reload director)" 'with 0 kernel operations'
	ok 'a service of others is left alone' lbadm service show tcp "$VIP4:9999"
}

test_refusal() {
	local before

	before=$(lbadm save)
	{
		config b1
		echo 'virtual_server nonsense {'
	} >"$CONF"
	like 'an invalid file is refused' "$(lbd_reload director)" 'the configuration stays as it was'
	like 'with file and line' "$(<"$WORK/lbd.director.log")" 'director.conf:[0-9]+: '
	is 'and nothing changes' "$(lbadm save)" "$before"
}

# What is left in the kernel after lbd has stopped.
test_stop() {
	local before

	before=$(lbadm save)
	ok 'lbd stops' lbd_stop director
	is 'services stay' "$(lbadm save)" "$before"
	{
		echo 'global_defs { lvs_flush_on_stop }'
		config b1
	} | sed 's/global_defs { /global_defs {\n/; s/stop }/stop\n}/' >"$CONF"
	lbd_run director "$CONF"
	like 'started again: nothing to do' "$(lbd_last director "$LBD_RUNS")" 'after 0 kernel operations'
	ok 'stopped with lvs_flush_on_stop' lbd_stop director
	is 'only what is not its own is left' "$(lbadm -j service list | jq -c '[.[].port]')" '[9999]'
}

topo_setup --backends 4
director_load
nginx_start
health_start b1 b2 b3
serve 7000 b1 b2 b3
config b1 b2 >"$CONF"
lbd_run director "$CONF"
ok 'all backends are up' wait_until 20 has_states 80 'up up up down'
is 'they serve' "$(answers)" 'b1 b2 b3'
test_sorry_server
test_backend
test_drain
test_drift
test_refusal
test_stop

done_testing
