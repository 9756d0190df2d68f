#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# tags: lbd
#
# What a master has on its host: addresses of both families, routes, rules and
# virtual MAC addresses, when interfaces come and go, over reloads and crashes.
# The director is alone: it becomes master within 0.4 s.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/lbd.sh
. "$(dirname "$0")/../lbd.sh"

CONF=$WORK/lbd.conf
VIP=10.0.1.100
EVIP=fd00:1::100
OWNER=lbd-vrrp

# instance NAME VRID LINES...: on front
instance() {
	cat <<-EOT
		vrrp_instance $1 {
		    interface front
		    version 3
		    virtual_router_id $2
		    priority 200
		    advert_int 0.1
		    garp_master_repeat 1
		    garp_master_delay 0
		$(printf '    %s\n' "${@:3}")
		}
	EOT
}

# plain ADDRESSES LINES: the first instance
plain() {
	instance A 51 'virtual_ipaddress {' "${1// /$'\n'}" '}' \
		"virtual_ipaddress_excluded {" "$EVIP/64" "}" "${@:2}"
}

addresses() {
	ip -n director -o address show dev "${1:-front}" scope global |
		awk '{ print $4 }' | sort | xargs
}

routes() {
	ip -n director "$1" route show table all proto 108 | sed 's/ *$//' | sort
}

rules() {
	ip -n director rule show | sed -n '/proto 108/s/.*from/from/p'
}

has() {
	has_address director "$1"
}

hasnt() {
	! has_address director "$1"
}

has_route() {
	[[ $(routes "$1") == *"$2"* ]]
}

has_rule() {
	[[ $(rules) == *"$1"* ]]
}

# mac_of ADDRESS: what the client sends to for it
mac_of() {
	ip -n client neigh show "$1" | sed -n 's/.*lladdr \([0-9a-f:]*\).*/\1/p'
}

answers() {
	in_ns client ping -c 1 -W 2 "$1"
}

role_pid() {
	pgrep -P "${lbd_pid[director]}" -x $OWNER
}

other_role() {
	local now

	now=$(role_pid) && [[ $now != "$1" ]]
}

no_link() {
	! ip -n director link show "$1"
}

times_said() {
	lbd_lines director "$1"
}

modprobe -a macvlan nf_tables
topo_setup --backends 1
director_load
serve 80 b1

ROUTES='virtual_routes {
192.0.2.0/24 via 10.0.1.2 dev front metric 7
blackhole 203.0.113.0/24
2001:db8:7::/48 via fd00:1::2 dev front
}'
RULES='virtual_rules {
from 10.0.1.100 table 7 preference 100
to 2001:db8:7::/48 table 8 preference 101
}'

# --- A master has all of it ---------------------------------------------------

{
	printf '%s\n' 'static_ipaddress {' '10.0.9.1/24 dev back' '}' \
		'static_routes {' '192.0.9.0/24 via 10.0.2.11' '}'
	plain "$VIP/24 10.0.1.101/24" "$ROUTES" "$RULES" 'track_interface {' back '}'
} >"$CONF"
lbd_run director "$CONF"
wait_until 10 has $VIP
is 'addresses' "$(addresses)" "10.0.1.1/24 10.0.1.100/24 10.0.1.101/24 fd00:1::1/64 fd00:1::100/64"
is 'routes of IPv4' "$(routes -4)" '192.0.2.0/24 via 10.0.1.2 dev front metric 7
192.0.9.0/24 via 10.0.2.11 dev back
blackhole 203.0.113.0/24'
is 'routes of IPv6' "$(routes -6)" \
	'2001:db8:7::/48 via fd00:1::2 dev front metric 1024 pref medium'
is 'rules of IPv4' "$(rules)" 'from 10.0.1.100 lookup 7 proto 108'
like 'rules of IPv6' "$(ip -n director -6 rule show)" \
	'101:.*to 2001:db8:7::/48 lookup 8 proto 108'
like 'no duplicate detection of a virtual address' \
	"$(ip -n director -6 address show to $EVIP)" 'nodad'
ok 'a static address' has 10.0.9.1
for address in $VIP 10.0.1.101 $EVIP; do
	ok "the client reaches $address" answers "$address"
done

# --- What others remove comes back -------------------------------------------

ip -n director address del $VIP/24 dev front
ip -n director -6 address del $EVIP/64 dev front
ip -n director route del blackhole 203.0.113.0/24
ip -n director rule del preference 100
ok 'a removed address comes back' wait_until 5 has $VIP
ok 'the IPv6 one' wait_until 5 has $EVIP
ok 'a removed route comes back' wait_until 5 has_route -4 'blackhole 203.0.113.0/24'
ok 'a removed rule comes back' wait_until 5 has_rule 'from 10.0.1.100'
is 'the instance stays master' "$(times_said 'Entering BACKUP')" 1

# --- Tracked interfaces -------------------------------------------------------

ip -n director link set back down
ok 'a tracked interface down: the address goes' wait_until 5 hasnt $VIP
is 'and all the rest' "$(addresses)|$(routes -4)|$(rules)" '10.0.1.1/24 fd00:1::1/64||'
ip -n director link set back up
ok 'up: the address comes back' wait_until 5 has $VIP
ok 'and the rule' wait_until 5 has_rule 'from 10.0.1.100'
ok 'and the static route, which the kernel had dropped' \
	wait_until 5 has_route -4 '192.0.9.0/24 via 10.0.2.11'
ip -n front link set director down
ok 'its own interface without carrier: the address goes' wait_until 5 hasnt $VIP
ip -n front link set director up
ok 'with carrier: it comes back' wait_until 5 has $VIP

# --- Reload while master ------------------------------------------------------

ip -n director monitor address >"$WORK/monitor" &
monitor=$!
masters=$(times_said 'Entering MASTER')
plain "$VIP/24 10.0.1.102/24" "${ROUTES/metric 7/metric 9}" >"$CONF"
like 'reload' "$(lbd_reload director)" 'reloaded in'
ok 'a new address comes' wait_until 5 has 10.0.1.102
is 'and the other goes' "$(addresses)" \
	'10.0.1.1/24 10.0.1.100/24 10.0.1.102/24 fd00:1::1/64 fd00:1::100/64'
is 'a route changes' "$(routes -4)" '192.0.2.0/24 via 10.0.1.2 dev front metric 9
blackhole 203.0.113.0/24'
is 'the rules go' "$(rules)" ''
ok 'so does the static address' hasnt 10.0.9.1
is 'the instance stays master' "$(times_said 'Entering MASTER')" "$masters"
kill $monitor
wait $monitor || true
is 'the address that stays is not touched' "$(grep -cF "$VIP/" "$WORK/monitor" || true)" 0

# --- Crashes ------------------------------------------------------------------

before=$(role_pid)
kill -KILL "$before"
ok 'the role starts again' wait_until 10 other_role "$before"
ok 'and is master again' wait_until 10 lbd_said_more director 'Entering MASTER' "$masters"
is 'with the same addresses' "$(addresses)" \
	'10.0.1.1/24 10.0.1.100/24 10.0.1.102/24 fd00:1::1/64 fd00:1::100/64'

lbd_kill director
ok 'a killed lbd leaves its addresses' has 10.0.1.102
plain "$VIP/24" >"$CONF"
lbd_run director "$CONF"
ok 'the next one removes what it does not know' wait_until 10 hasnt 10.0.1.102
ok 'it has its own' wait_until 10 has $VIP
is 'routes that were left behind are gone' "$(routes -4)$(routes -6)" ''
lbd_stop director
is 'stopped in order, nothing is left' "$(addresses)" '10.0.1.1/24 fd00:1::1/64'

# --- A virtual MAC ------------------------------------------------------------

{
	instance A 51 'virtual_ipaddress {' $VIP '}' use_vmac
	instance B 52 'virtual_ipaddress {' fe80::100/64 "$EVIP/128" '}' use_vmac
} >"$CONF"
in_ns client tcpdump -i front -nne -l --immediate-mode ip proto 112 or ip6 proto 112 \
	>"$WORK/adverts" 2>"$WORK/adverts.err" &
sniffer=$!
wait_until 10 grep -q listening "$WORK/adverts.err"
lbd_run director "$CONF"
ok 'the address is on the virtual MAC' wait_until 10 has $VIP
ok 'so is that of IPv6' wait_until 10 has $EVIP
is 'addresses of vrrp.51' "$(addresses vrrp.51)" "$VIP/32"
like 'it is a private macvlan with the MAC of RFC 9568' \
	"$(ip -n director -d link show vrrp.51)" '00:00:5e:00:01:33.*macvlan *mode private'
like 'that of IPv6 too' "$(ip -n director -d link show vrrp6.52)" '00:00:5e:00:02:34'
ok 'the client reaches it' answers $VIP
is 'by the virtual MAC' "$(mac_of $VIP)" 00:00:5e:00:01:33
ok 'and by IPv6' answers $EVIP
is 'by its virtual MAC' "$(mac_of $EVIP)" 00:00:5e:00:02:34
ok 'the address of the base keeps its own' answers 10.0.1.1
isnt 'which is another' "$(mac_of 10.0.1.1)" 00:00:5e:00:01:33
wait_until 5 grep -q '00:00:5e:00:01:33 > 01:00:5e:00:00:12' "$WORK/adverts"
ok 'advertisements of IPv6 have the virtual MAC as source' \
	wait_until 5 grep -q '00:00:5e:00:02:34 > 33:33:00:00:00:12' "$WORK/adverts"
is 'none of IPv4 comes from another MAC' \
	"$(grep -F '> 224.0.0.18' "$WORK/adverts" | grep -cvF '00:00:5e:00:01:33 >' || true)" 0
kill $sniffer
index=$(ip -n director -o link show vrrp.51 | cut -d: -f1)
lbd_reload director >"$WORK/reloaded"
is 'a reload keeps the interface' "$(ip -n director -o link show vrrp.51 | cut -d: -f1)" "$index"
lbd_kill director
instance B 52 'virtual_ipaddress {' fe80::100/64 "$EVIP/128" '}' use_vmac >"$CONF"
lbd_run director "$CONF"
ok 'what a killed lbd left is removed' wait_until 10 no_link vrrp.51
ok 'what is wanted stays' ip -n director link show vrrp6.52
lbd_stop director
fails 'stopped in order, none is left' ip -n director link show vrrp6.52

# --- no_accept ----------------------------------------------------------------

SERVICE="virtual_server $VIP 80 {
lb_algo rr
lb_kind NAT
real_server 10.0.2.11 80 {
}
}"
{
	plain $VIP/24 no_accept
	printf '%s\n' "$SERVICE"
} >"$CONF"
lbd_run director "$CONF"
wait_until 10 has $VIP
fails 'no_accept: the host does not answer at its virtual address' answers $VIP
fails 'nor by IPv6' answers $EVIP
ok 'but at its own' answers 10.0.1.1
ok 'services at the address are balanced' \
	traffic_in client echo tcp $VIP 80 --count 3 --bytes 100
{
	plain $VIP/24
	printf '%s\n' "$SERVICE"
} >"$CONF"
lbd_reload director >"$WORK/reloaded"
ok 'without no_accept it answers' wait_until 5 answers $VIP
is 'and the table is gone' "$(in_ns director nft list tables)" ''

# --- A thousand addresses -----------------------------------------------------

all_there() {
	(($(ip -n director -o address show dev front to 10.50.0.0/16 | wc -l) == $1))
}

{
	instance A 51 'virtual_ipaddress {' $VIP/24 '}' 'virtual_ipaddress_excluded {' \
		"$(for i in {1..4}; do printf "10.50.$i.%s/32\n" {1..250}; done)" '}'
} >"$CONF"
lbd_reload director >"$WORK/reloaded"
ok 'a thousand addresses come' wait_until 20 all_there 1000
is 'and the instance stays master' \
	"$(lbd_last director 'Entering' | grep -o 'MASTER STATE')" 'MASTER STATE'
lbd_stop director
ok 'and they go' all_there 0

done_testing
