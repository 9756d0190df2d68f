#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# A director with a stateful firewall: balanced packets never enter connection
# tracking, POSTROUTING sees them untracked and does not translate them, and
# the raw table still protects the host.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

# forward, port, backends
methods=(
	'nat  7000 b1 b2'
	'dr   7002 b3 b4'
	'ipip 7003 b3 b4'
)
protocols=(tcp udp)

configure() {
	vip_pool "$1" "$2" "$4" 'scheduler rr' "$3" "$5" "$6"
}

# Nothing but what was asked for from inside may pass; masquerading is on. No
# sets: of those the kernel's own lockdep complains.
firewall() {
	in_ns director nft -f - <<-EOT
		table inet host {
			counter tracked {}
			counter untracked {}
			counter masqueraded {}
			counter barred {}
			counter invalid {}
			chain input {
				type filter hook input priority 0; policy drop;
				ct state established,related accept
				meta l4proto icmp accept
				meta l4proto icmpv6 accept
			}
			chain forward {
				type filter hook forward priority 0; policy drop;
				ct state established,related accept
				tcp dport 7100 ct state new accept
				meta l4proto icmpv6 accept
			}
			chain output {
				type filter hook output priority 0;
				meta l4proto icmp accept
				meta l4proto icmpv6 accept
				ct state invalid counter name invalid drop
			}
			chain nat {
				type nat hook postrouting priority 100;
				oifname front tcp dport != 7100 counter name masqueraded masquerade
				oifname back tcp dport != 7100 counter name masqueraded masquerade
				udp dport 1-65535 counter name masqueraded masquerade
			}
			chain post {
				type filter hook postrouting priority 200;
				meta l4proto icmp accept
				meta l4proto icmpv6 accept
				tcp dport 7100 accept
				tcp sport 7100 accept
				ct state untracked counter name untracked accept
				counter name tracked
			}
			chain raw {
				type filter hook prerouting priority -300;
				ip saddr 10.9.0.0/16 counter name barred drop
				ip6 saddr fd00:9::/64 counter name barred drop
			}
		}
	EOT
}

packets() {
	in_ns director nft -j list counter inet host "$1" |
		jq '.nftables[].counter | select(.) | .packets'
}

# entries FAMILY: what connection tracking has, but for ICMP
entries() {
	in_ns director grep -cE "^ipv$1 .* (tcp|udp) " /proc/net/nf_conntrack || true
}

# flows FAMILY PROTOCOL PORT OPTION...: the report, whatever it says
flows() {
	traffic_in client echo "$2" "$(vip "$1")" "$3" "${@:4}" || true
}

exchange() {
	local flows=4

	is "IPv$1 $2 $3: data passes the firewall" \
		"$(flows "$1" "$2" "$4" --count "$flows" --bytes 2000 | value ok)" "$flows"
}

test_refused() {
	vip_service add "$1" "$2" 7009
	is "IPv$1 $2: refused through the firewall" \
		"$(flows "$1" "$2" 7009 --timeout 20000 | value error.ECONNREFUSED)" 1
}

# Connection tracking does work: an ordinary connection through the director.
test_control() {
	hold_start plain client tcp "$(backend_address "$1" b1)" 7100 >/dev/null
	is "IPv$1: an ordinary connection is tracked" "$(entries "$1")" 1
	is "IPv$1: and passes" "$(hold_stop plain | value ok)" 1
}

test_raw() {
	is "IPv$1: the raw table comes first" \
		"$(flows "$1" tcp 7000 --timeout 500 --source "$(many "$1")" |
			value error.timeout)" 1
}

topo_setup --backends 4
director_load
modprobe nf_conntrack
backend_owns_vip ipip b3 b4
client_many
for port in 7000 7002 7003 7100; do
	serve $port
done
each_method configure | lbadm restore -
firewall

each_method exchange
is 'no balanced packet is tracked' "$(entries 4)$(entries 6)" 00
is 'POSTROUTING sees no balanced packet tracked' "$(packets tracked)" 0
between 'it sees all of them' "$(packets untracked)" 200 10000
is 'none of them is masqueraded' "$(packets masqueraded)" 0
for family in 4 6; do
	for protocol in tcp udp; do
		test_refused $family $protocol
	done
done
is 'what nflb says itself is untracked' "$(packets invalid) $(packets tracked)" '0 0'
for family in 4 6; do
	test_raw $family
done
between 'the raw table has seen them' "$(packets barred)" 2 10
is 'what it drops is no connection' \
	"$(lbadm connection count client 10.9.0.0/16)$(lbadm connection count client fd00:9::/64)" 00
for family in 4 6; do
	test_control $family
done

done_testing
