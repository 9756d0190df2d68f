#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# lbadm set, lbadm show settings: limits of a namespace, which hold at once.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

setting() {
	lbadm -j show settings | jq -r ".$1"
}

as_nobody() {
	in_ns director setpriv --reuid 65534 --regid 65534 --clear-groups \
		--bounding-set -all "$(type -P lbadm)" "$@"
}

# Root of a namespace of their own, and of no other
as_own_root() {
	setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Urn bash -c "$1"
}

topo_setup --backends 1
director_load
serve 7000
client_many

is 'nothing is set' "$(lbadm show settings)" \
	$'max-connections  1048576  (default 1048576)\nmax-affinity     1048576  (default 1048576)'
is 'nor saved' "$(lbadm save)" ''

# --- Limits ------------------------------------------------------------------

lbadm restore - < <(vip_pool 4 udp 7000 'timeout udp 600' nat b1)
ok 'fewer connections' lbadm set max-connections 100
is 'stats know' "$(lbadm -j stats | jq .connections_limit)" 100
traffic_in client echo udp $VIP4 7000 --count 300 --parallel 300 --bytes 1 --source 10.9.0.1 \
	--source-count 300 --timeout 1500 --resend 20000 >"$WORK/report" || true
# The count is kept per processor and is exact to some 32 for each.
between 'no more than those are opened' "$(lbadm connection count)" 100 $((100 + 40 * $(nproc)))
is 'what did not fit is counted' \
	"$(lbadm -j stats | jq .drops.table_full)" $((300 - $(lbadm connection count)))
ok 'the default again' lbadm set max-connections default
is 'new ones are opened' \
	"$(traffic_in client echo udp $VIP4 7000 --bytes 1 | value ok)" 1
vip_service del 4 udp 7000

is 'the default can be changed' \
	"$(echo 5000 >/sys/module/nflb/parameters/max_connections; setting max_connections)" 5000
echo 1048576 >/sys/module/nflb/parameters/max_connections

# --- Save, restore, apply ----------------------------------------------------

ok 'both at once' lbadm set max-affinity 4294967295 max-connections 7
is 'they are shown' "$(setting '| "\(.max_connections) \(.max_affinity) \(.defaults.max_connections)"')" \
	'7 4294967295 1048576'
is 'another namespace has its own' "$(LBADM_NS=client setting max_connections)" 1048576
vip_service add 4 tcp 80
lbadm save >"$WORK/saved"
is 'saved' "$(<"$WORK/saved")" \
	$'set max-connections 7 max-affinity 4294967295\nservice add tcp 198.51.100.1:80 scheduler wlc'
is 'apply of what is there changes nothing' "$(lbadm diff "$WORK/saved")" ''
is 'diff with a file without settings' "$(lbadm diff - <<<'service add tcp 198.51.100.1:80' || true)" \
	'set max-connections default max-affinity default'
ok 'which is applied' lbadm apply - <<<'service add tcp 198.51.100.1:80'
is 'leaves the defaults' "$(setting '| "\(.max_connections) \(.max_affinity)"')" '1048576 1048576'
vip_service del 4 tcp 80
ok 'restored' lbadm restore "$WORK/saved"
ok 'saved again, the same bytes' cmp "$WORK/saved" <(lbadm save)

# --- Who may -----------------------------------------------------------------

ok 'reading needs no privilege' as_nobody show settings
is 'setting does' "$(as_nobody set max-affinity 5 2>&1 || true)" \
	'lbadm: set: Operation not permitted'
ok 'and changed nothing' cmp "$WORK/saved" <(lbadm save)
ok 'whoever has a namespace may set limits' as_own_root 'lbadm set max-connections 1048576 max-affinity 5'
is 'but no higher than the default' \
	"$(as_own_root 'lbadm set max-affinity 5 max-connections 1048577 2>&1; lbadm save')" \
	'lbadm: set: a limit above the default needs CAP_NET_ADMIN in the initial user namespace'
is 'a file that does is not restored, and none of it stays' \
	"$(as_own_root "cd /; lbadm restore - 2>&1 <<<'set max-affinity 1048577
service add tcp 198.51.100.1:80'; lbadm save")" \
	'lbadm: stdin:1: set: a limit above the default needs CAP_NET_ADMIN in the initial user namespace'

done_testing
