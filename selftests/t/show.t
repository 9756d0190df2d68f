#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Connections and counters as lbadm shows them, beside what was really sent.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

topo_setup --backends 2
director_load
serve 7000

for family in 4 6; do
	for protocol in tcp udp; do
		vip_pool $family $protocol 7000 'scheduler rr' nat b1 b2
	done
done | lbadm restore -

# --- Connections -------------------------------------------------------------

for family in 4 6; do
	hold_start tcp$family client tcp "$(vip $family)" 7000 --count 6 >/dev/null
	hold_start udp$family client udp "$(vip $family)" 7000 --count 4 >/dev/null
done

lbadm -j connection list >"$WORK/all"
ok 'the list is JSON' jq -e . "$WORK/all"
is 'all are listed' "$(jq length "$WORK/all")" 20
is 'and in the text' "$(lbadm connection list | wc -l)" 20
is 'and counted' "$(lbadm connection count)" 20
is 'also as JSON' "$(lbadm -j connection count)" '{"count":20}'
is 'none is listed twice' "$(jq -c '.[] | [.protocol, .client]' "$WORK/all" | sort -u | wc -l)" 20
is 'a connection says what it is' \
	"$(jq -c '.[] | select(.protocol == "tcp" and .service.address == "'$VIP4'") |
		[.client.address, .service.port, .backend.port, .forward, .state]' \
		"$WORK/all" | sort -u)" \
	"[\"$CLIENT4\",7000,7000,\"nat\",\"established\"]"
is 'UDP has a state of its own' \
	"$(jq -r '.[] | select(.protocol == "udp") | .state' "$WORK/all" | sort -u)" udp
ok 'established connections expire in their timeout' jq -e \
	'[.[] | select(.state == "established") | .expires] | max <= 900 and min > 600' "$WORK/all"

# filtered COUNT FILTER...: by list and by count
filtered() {
	local count=$1
	shift

	is "list $*" "$(lbadm -j connection list "$@" | jq length)" "$count"
	is "count $*" "$(lbadm connection count "$@")" "$count"
}

filtered 6 service tcp "$VIP4:7000"
filtered 4 service udp "[$VIP6]:7000"
filtered 0 service tcp "$VIP4:7001"
filtered 5 backend "$(backend4 b1)"
filtered 5 backend "[$(backend6 b2)]:7000"
filtered 0 backend "$(backend4 b1):7001"
filtered 10 client "$CLIENT4"
filtered 10 client 10.0.0.0/8
filtered 10 client fd00::/16
filtered 10 client 0.0.0.0/0
filtered 0 client 10.0.1.3
filtered 12 state established
filtered 8 state udp
filtered 0 state time-wait
filtered 3 service tcp "$VIP4:7000" backend "$(backend4 b1)" client 10.0.1.0/24 state established

is 'backends know their active connections' \
	"$(vip_value 4 tcp 7000 '[.backends[].connections_active] | @csv')" 3,3
is 'the table knows all' "$(lbadm -j stats | jq .connections_current)" 20

# --- Counters ----------------------------------------------------------------

for family in 4 6; do
	for protocol in tcp udp; do
		hold_stop $protocol$family >/dev/null
	done
done
is 'connections are counted once' "$(vip_value 4 udp 7000 .connections)" 4
is 'the sum of services' "$(lbadm -j stats | jq .connections)" 20
ok 'zero' vip_service zero 4 udp 7000
is 'sets the counters of the service to 0' \
	"$(vip_value 4 udp 7000 '[.connections, .packets_in, .bytes_in, .packets_out, .bytes_out] | @csv')" \
	0,0,0,0,0
is 'and those of its backends' \
	"$(vip_value 4 udp 7000 '[.backends[] | .connections, .packets_in, .bytes_out] | @csv')" \
	0,0,0,0,0,0
is 'and no others' "$(vip_value 6 udp 7000 .connections)" 4

# What the client's own stack counts, with IP headers, is the measure.
in_ns client nft -f - <<EOT
table inet measure {
	counter sent4 {}
	counter sent6 {}
	counter got4 {}
	counter got6 {}
	chain out {
		type filter hook output priority 0
		udp dport 7001 meta nfproto ipv4 counter name sent4
		udp dport 7001 meta nfproto ipv6 counter name sent6
	}
	chain in {
		type filter hook input priority 0
		udp sport 7001 meta nfproto ipv4 counter name got4
		udp sport 7001 meta nfproto ipv6 counter name got6
	}
}
EOT

measured() {
	in_ns client nft -j list counters |
		jq -r '[.nftables[].counter | select(.name == "'"$1"'") | .packets, .bytes] | @csv'
}

serve 7001
for family in 4 6; do
	vip_pool $family udp 7001 'scheduler rr' nat b1 b2 | lbadm restore -
	ok "IPv$family: datagrams there and back" traffic_in client echo udp \
		"$(vip $family)" 7001 --count 3 --bytes 3000 --size 700
	is "IPv$family: packets and bytes in are what the client sent" \
		"$(vip_value $family udp 7001 '[.packets_in, .bytes_in] | @csv')" \
		"$(measured sent$family)"
	is "IPv$family: packets and bytes out are what the client got" \
		"$(vip_value $family udp 7001 '[.packets_out, .bytes_out] | @csv')" \
		"$(measured got$family)"
	isnt "IPv$family: which is something" "$(measured got$family)" 0,0
done
is 'the service is the sum of its backends' \
	"$(vip_value 4 udp 7001 '[.backends[].bytes_in] | add')" \
	"$(vip_value 4 udp 7001 .bytes_in)"

# --- Reasons of drops --------------------------------------------------------

drops() {
	lbadm -j stats | jq ".drops.$1"
}

is 'nothing was dropped for want of a backend' "$(drops no_backend)" 0
for backend in b1 b2; do
	vip_backend set 4 tcp 7000 $backend weight 0
done
fails 'without a backend a client is refused' \
	traffic_in client echo tcp "$VIP4" 7000 --timeout 3000
between 'and the drop has its reason' "$(drops no_backend)" 1 10

# The text has the same names and numbers.
lbadm stats >"$WORK/text"
lbadm -j stats | jq -r '(. + .drops) | del(.drops) | to_entries[] | "\(.key) \(.value)"' |
	sort >"$WORK/names"
ok 'stats as text says the same' cmp "$WORK/names" \
	<(awk 'NF == 2 { print $1, $2 }' "$WORK/text" | sort)
is 'a table per service has all its backends' \
	"$(lbadm stats service tcp "$VIP4:7000" | wc -l)" 4

done_testing
