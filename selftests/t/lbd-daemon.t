#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 180
#
# What an operator does with a running lbd reaches the kernel, and metrics tell
# of both. The rest of the control socket is tested in userspace/tests/lbd.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/lbd.sh
. "$(dirname "$0")/../lbd.sh"

SOCKET=$WORK/lbd.director/lbd.sock
SERVICE="tcp $VIP4:80"
BACKEND=10.0.2.11:80

real_server() {
	cat <<-EOT
		real_server $1 80 {
			TCP_CHECK {
				connect_timeout 2
				retry 0
				delay_before_retry 0.2
				warmup 0
			}
		}
	EOT
}

cat >"$WORK/lbd.conf" <<EOT
metrics {
	listen 127.0.0.1:9400
}
virtual_server $VIP4 80 {
	delay_loop 0.5
	lb_algo rr
	lb_kind NAT
	protocol TCP
	$(real_server 10.0.2.11)
	$(real_server 10.0.2.12)
}
EOT

ask() {
	lbadm -s "$SOCKET" "$@"
}

# state bN: in the kernel
state() {
	vip_value 4 tcp 80 ".backends[] | select(.address == \"$(backend4 "$1"):80\" or .address == \"$(backend4 "$1")\") | .state"
}

has_state() {
	[[ $(state "$1") == "$2" ]]
}

page() {
	in_ns director curl -s --max-time 10 http://127.0.0.1:9400/metrics >"$WORK/page"
}

# metric REGEX: there is such a line
metric() {
	grep -qE -- "$1" "$WORK/page"
}

topo_setup --backends 2
director_load
serve 80
lbd_start director "$WORK/lbd.conf"

ok 'both are up in the kernel' wait_until 20 has_state b1 up
ok 'the other one too' wait_until 20 has_state b2 up

# shellcheck disable=SC2086
{
	ok 'a drain is asked for' ask daemon drain $SERVICE $BACKEND
	ok 'and the kernel drains' wait_until 10 has_state b1 draining
	ok 'down' ask daemon down $SERVICE $BACKEND
	ok 'is down' wait_until 10 has_state b1 down
	like 'who looks sees why' "$(ask daemon services)" '10\.0\.2\.11.*operator says down'
	ok 'a reload' ask reload
	is 'does not change that' "$(state b1)" down
	ok 'clear' ask daemon clear $SERVICE $BACKEND
	ok 'gives it back to its check' wait_until 10 has_state b1 up
}
fails 'others may not ask' setpriv --reuid 65534 --regid 65534 --clear-groups \
	nsenter --net=/run/netns/director -- "$(type -P lbadm)" -s "$SOCKET" daemon status

ok 'there is a page of metrics' page
ok 'in OpenMetrics' "$NFLB_ROOT/userspace/tests/lbd/openmetrics.py" <"$WORK/page"
ok 'with counters of the kernel' metric "^nflb_backend_connections_total\{service=\"$SERVICE\",backend=\"$BACKEND\"\} "
ok 'its states' metric "backend=\"$BACKEND\",state=\"up\"\} 1$"
ok 'what lbd thinks of it, by the same labels' metric "^lbd_backend_up\{service=\"$SERVICE\",backend=\"$BACKEND\"\} 1$"
ok 'reasons of drops' metric '^nflb_dropped_packets_total\{reason='
ok 'tables' metric '^nflb_connections_limit [1-9]'
ok 'operations on the kernel' metric '^lbd_kernel_operations_total [1-9]'
ok 'and nothing is missing' metric '^lbd_complete 1$'

is 'metrics run without privileges' "$(awk '/^CapPrm/ { print $2 }' \
	"/proc/$(ask -j daemon status | jq '.roles["lbd-metrics"].pid')/status")" 0000000000000000

pkill -KILL -f 'traffic serve b2 80'
ok 'a check fails' wait_until 20 has_state b2 down
page
ok 'and metrics say so' metric '^lbd_backend_up\{.*backend="10.0.2.12:80"\} 0$'
lbd_stop director
[[ $tap_failed == 0 ]] || diag "$(tail -n 40 "$WORK/lbd.director.log")"
done_testing
