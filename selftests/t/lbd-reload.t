#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# A reload of 2277 services with 37205 backends of which one has changed is
# one change in the kernel.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/lbd.sh
. "$(dirname "$0")/../lbd.sh"

CONF=$WORK/director.conf
SERVICES=2277
BACKENDS=37205

# config WEIGHT: that of one backend; all others have 1
config() {
	awk -v services=$SERVICES -v backends=$BACKENDS -v changed="$1" '
	BEGIN {
		for (i = 0; i < backends; i++) {
			service = int(i * services / backends)
			if (i == 0 || service != last) {
				if (i)
					print "}"
				printf "virtual_server 198.18.%d.%d 80 {\n", service / 250, service % 250 + 1
				print "lb_algo rr\nlb_kind NAT\nprotocol TCP"
			}
			last = service
			printf "real_server 10.%d.%d.%d 80 {\nweight %d\n}\n", i / 62500 + 1,
				int(i / 250) % 250, i % 250 + 1, i == 20000 ? changed : 1
		}
		print "}"
	}'
}

topo_setup --backends 0
director_load
config 1 >"$CONF"
lbd_start director "$CONF"
ok 'lbd makes all services' wait_until 240 lbd_said director 'runs, after 2277 kernel operations'
like 'the same again: nothing is sent' "$(lbd_reload director)" 'with 0 kernel operations'
config 7 >"$CONF"
like 'one weight changes: one change' "$(lbd_reload director)" 'with 1 kernel operations'
note "$(lbd_last director "$LBD_RELOADED")"
# One listing says it all; it takes its time.
is 'all services are there, and their backends, one of them changed' \
	"$(lbadm -j service list |
		jq -r '"\(length) \([.[].backends[]] | length) \([.[].backends[] | select(.weight == 7)] | length)"')" \
	"$SERVICES $BACKENDS 1"
sed '1,/^virtual_server/{/^virtual_server/s/198.18.0.1 80/198.18.0.1 81/}' "$CONF" >"$CONF.new"
mv "$CONF.new" "$CONF"
like 'a service goes and one comes: two changes' "$(lbd_reload director)" \
	'with 2 kernel operations'
fails 'the one that goes' lbadm service show tcp 198.18.0.1:80
ok 'the one that comes' lbadm service show tcp 198.18.0.1:81
ok 'lbd stops' lbd_stop director

done_testing
