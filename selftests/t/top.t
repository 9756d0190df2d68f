#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# lbadm top counts what happens in a second, for a terminal and for a script.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

# rates FILTER: of the first line
rates() {
	head -n 1 "$WORK/json" | jq "$1"
}

topo_setup --backends 2
director_load
serve 7000
vip_pool 4 tcp 7000 'scheduler rr' nat b1 b2 | lbadm restore -
vip_pool 6 udp 7000 'scheduler rr' nat b1 | lbadm restore -

is 'rounds without traffic are zeros, and as many as asked for' \
	"$(lbadm -j top count 2 | jq -c '[.[] | .packets_in, .backends[].bytes_out] | add')" \
	$'0\n0'
lbadm top count 1 >"$WORK/text"
is 'a line for each service and backend' "$(awk 'NR > 1 { print $1 " " $2 }' "$WORK/text" |
	grep -c '^tcp \|^udp \|^10\|^\[')" 5
unlike 'a file is no terminal' "$(cat -v "$WORK/text")" '\^\['

hold_start flows client tcp $VIP4 7000 --count 10 --period 100 >/dev/null || true
lbadm -j top count 1 interval 3 >"$WORK/json"
is 'no new connections' "$(rates '.[0].connections')" 0
# Ten flows with ten pings a second, some packets each; the machine may be slow.
between 'packets of flows under way' "$(rates '.[0].packets_in')" 20 1000
is 'backends together have what the service has, but for rounding' \
	"$(rates '(.[0].packets_in - ([.[0].backends[].packets_in] | add)) | fabs <= 2')" true
is 'the other service has nothing' "$(rates '.[1].packets_in')" 0
hold_stop flows >/dev/null

done_testing
