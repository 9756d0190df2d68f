#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Packets and bytes of services and backends, for every forward, are what the
# director's firewall sees arrive. The firewall counts before nflb does, and
# both count a large segment as one packet.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

# forward, port, backends
methods=(
	'nat  7000 b1 b2'
	'dr   7002 b3 b4'
	'ipip 7003 b3 b4'
)
protocols=(tcp udp)

# Functions for each_method: FAMILY PROTOCOL FORWARD PORT bN bN
configure() {
	vip_pool "$1" "$2" "$4" 'scheduler rr' "$3" "$5" "$6"
}

counter_name() {
	echo "$2$1port$4"
}

# Only NAT sees replies; they come from the backends' own addresses.
counter_rules() {
	local counter

	counter=$(counter_name "$@")
	cat <<-EOT
		add counter inet measure ${counter}in
		add counter inet measure ${counter}out
		add rule inet measure before iifname front meta nfproto ipv$1 $2 dport $4 counter name ${counter}in
	EOT
	[[ $3 != nat ]] ||
		echo "add rule inet measure before iifname back meta nfproto ipv$1 $2 sport $4 counter name ${counter}out"
}

measure() {
	{
		echo 'add table inet measure'
		echo 'add chain inet measure before { type filter hook prerouting priority -310; }'
		each_method counter_rules
	} | in_ns director nft -f -
}

run_traffic() {
	traffic_in client echo "$2" "$(vip "$1")" "$4" --count 6 --bytes 5000 \
		--size 500 >"$WORK/report" || true
	is "IPv$1 $2 $3: flows" "$(value ok <"$WORK/report")" 6
}

COUNTERS='\(.packets_in) \(.bytes_in) \(.packets_out) \(.bytes_out)'

# PROTOCOL+FAMILY+port+PORT and its four numbers, sorted
counted() {
	lbadm -j service list | jq -r '.[] |
		(if .address | contains(":") then 6 else 4 end) as $family |
		"\(.protocol)\($family)port\(.port) '"$COUNTERS"'"' | sort
}

seen() {
	in_ns director nft -j list counters | jq -r '
		[.nftables[].counter | select(.) | { key: .name, value: "\(.packets) \(.bytes)" }] |
		from_entries as $all | $all | keys[] | select(endswith("in")) | rtrimstr("in") |
		"\(.) \($all[. + "in"]) \($all[. + "out"])"' | sort
}

# The last segments of the last connections may still be on their way.
agree() {
	counted >"$WORK/counted"
	seen >"$WORK/seen"
	cmp -s "$WORK/counted" "$WORK/seen"
}


TOTAL="\"\\(.connections) $COUNTERS\""
SUM='{ connections: map(.connections) | add, packets_in: map(.packets_in) | add,
	bytes_in: map(.bytes_in) | add, packets_out: map(.packets_out) | add,
	bytes_out: map(.bytes_out) | add }'

sums_agree() {
	is "$1: a service is the sum of its backends" \
		"$(lbadm -j service list | jq -r ".[] | .backends | $SUM | $TOTAL" | xargs)" \
		"$(lbadm -j service list | jq -r ".[] | $TOTAL" | xargs)"
	is "$1: the total is the sum of the services" \
		"$(lbadm -j stats | jq -r "$TOTAL")" \
		"$(lbadm -j service list | jq -r "$SUM | $TOTAL")"
}

connections() {
	lbadm -j service list | jq -r '.[] | .connections, .backends[].connections' |
		sort | uniq -c | xargs
}

topo_setup --backends 4
director_load
backend_owns_vip ipip b3 b4
for port in 7000 7002 7003; do
	serve $port
done
each_method configure | lbadm restore -
measure

each_method run_traffic
wait_until 20 agree || true
is 'packets and bytes are what came' "$(<"$WORK/counted")" "$(<"$WORK/seen")"
unlike 'all of them are something' "$(grep port7000 "$WORK/counted")" ' 0( |$)'
is 'connections of 12 services and their backends' "$(connections)" '24 3 12 6'
sums_agree 'all'

vip_service zero 4 tcp 7000
is 'zero: connections of one service and its backends' "$(connections)" '3 0 22 3 11 6'
run_traffic 4 tcp nat 7000
is 'zero: they count from there' "$(connections)" '24 3 12 6'
sums_agree 'after zero'

done_testing
