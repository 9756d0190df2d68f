#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Clients do not notice that lbd is stopped, killed and started again: the
# kernel goes on with what it has, and lbd takes that over.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/lbd.sh
. "$(dirname "$0")/../lbd.sh"

CONF=$WORK/director.conf

REQUESTS=1000

config() {
	local backend

	cat <<-EOT
		virtual_server $VIP4 80 {
			lb_algo rr
			lb_kind NAT
			protocol TCP
			$(for backend in b1 b2 b3; do
				echo "real_server $(backend4 "$backend") 80 {"
				echo 'TCP_CHECK {'
				echo 'connect_timeout 2'
				echo 'retry 0'
				echo 'delay_loop 0.5'
				echo 'warmup 0'
				printf '}\n}\n'
			done)
		}
	EOT
}

states() {
	vip_value 4 tcp 80 '[.backends[].state] | join(" ")'
}

has_states() {
	[[ $(states) == "$1" ]]
}

# One connection for each, one after another.
requests_start() {
	in_ns client curl -sS --fail-early --max-time 10 -H 'Connection: close' \
		"http://$VIP4/?[1-$REQUESTS]" >"$WORK/answers" 2>"$WORK/errors" &
	requests=$!
}

answered() {
	(($(wc -l <"$WORK/answers") >= $1))
}

topo_setup --backends 3
director_load
nginx_start
config >"$CONF"
lbd_run director "$CONF"
ok 'backends are up' wait_until 20 has_states 'up up up'
in_ns b3 nginx -s stop -c "$WORK/nginx.b3/conf" -e "$WORK/nginx.b3/error.log"
ok 'one is down' wait_until 20 has_states 'up up down'

requests_start
ok 'requests are answered' wait_until 20 answered 50
lbd_signal KILL director
ok 'lbd is killed: its other processes end' wait_until 10 lbd_gone director
is 'the kernel keeps what it has' "$(states)" 'up up down'
lbd_run director "$CONF"
like 'lbd finds the kernel as it wants it' "$(lbd_last director "$LBD_RUNS")" 'after 0 kernel operations'
is 'and what was down is down' "$(states)" 'up up down'
pkill -KILL -f 'lbd --role lbd-checkers'
ok 'checkers that die are started again' wait_until 20 pgrep -f 'lbd --role lbd-checkers'
ok 'lbd is stopped in order' lbd_stop director
lbd_run director "$CONF"
ok 'requests go on meanwhile' wait_until 60 answered $REQUESTS
wait "$requests" && code=0 || code=$?
is 'all are answered' "$code $(wc -l <"$WORK/answers") $(sort -u "$WORK/answers" | xargs)" \
	"0 $REQUESTS b1 b2"
in_ns b3 nginx -c "$WORK/nginx.b3/conf" -e "$WORK/nginx.b3/error.log"
ok 'the backend comes back' wait_until 20 has_states 'up up up'

# What was made before is known to be lbd's, whatever happened in between.
lbd_signal KILL director
config | sed "s/$VIP4 80/$VIP4 8080/" >"$CONF"
lbd_run director "$CONF"
is 'a service that left the configuration meanwhile is removed' \
	"$(lbadm -j service list | jq -c '[.[].port]')" '[8080]'
ok 'lbd stops' lbd_stop director

ports() {
	lbadm -j service list | jq -c '[.[].port] | sort'
}

lbadm service add tcp "$VIP4:9090"
lbd_run director "$CONF"
is 'what somebody else made is left alone' "$(ports)" '[8080,9090]'
ok 'lbd stops again' lbd_stop director
printf 'global_defs {\nlvs_flush\n}\n' >>"$CONF"
lbd_run director "$CONF"
is 'but not with lvs_flush' "$(ports)" '[8080]'
ok 'and stops' lbd_stop director

done_testing
