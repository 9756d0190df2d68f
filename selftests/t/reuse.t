#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# A client that uses one port again and again: every SYN that meets a finished
# connection opens a new one, at once.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

CONNECTS=100
LIMIT_US=100000
PORT=4242
# forward, port, backends
methods=(
	'nat  7000 b1 b2'
	'dr   7002 b3 b4'
	'ipip 7003 b3 b4'
)

configure() {
	local method family
	local -a fields

	for method in "${methods[@]}"; do
		read -ra fields <<<"$method"
		for family in 4 6; do
			vip_pool $family tcp "${fields[1]}" 'scheduler rr' \
				"${fields[0]}" "${fields[2]}:${fields[1]}" "${fields[3]}:${fields[1]}"
		done
	done
}

# count_syns NAMESPACE in|out
count_syns() {
	in_ns "$1" nft -f - <<-EOT
		table inet syns {
			counter syns { }
			chain count {
				type filter hook ${2}put priority 0;
				tcp flags & (syn | ack) == syn counter name syns
			}
		}
	EOT
}

# syns NAMESPACE...: counted there since the start
syns() {
	local space

	for space in "$@"; do
		in_ns "$space" nft -j list counter inet syns syns
	done | jq -s 'map(.nftables[].counter.packets // empty) | add'
}

# connects FAMILY PORT CLOSER: the report of a series
connects() {
	traffic_in client echo tcp "$(vip "$1")" "$2" --count $CONNECTS \
		--source-port $PORT --bytes 1 --close "$3" || true
}

# SYNs the client had to send twice, in all
syns_again() {
	in_ns client nstat -asz TcpExtTCPSynRetrans | awk '/SynRetrans/ { print $2 }'
}

# A machine that is taken away for a moment looks like a slow connection: one
# of three series has to be fast; nothing else may ever go wrong. A backend
# whose server holds the socket of the last connection while the next SYN comes
# lets that go unanswered; a slow kernel does so now and then in every series.
# Then what counts is that the director lost none.
test_reuse() {
	local family=$1 closer=$2 name="IPv$1 $3, $2 closes first" i report slowest again

	for ((i = 0; i < 3; i++)); do
		again=$(syns_again)
		report=$(connects "$family" "$4" "$closer")
		slowest=$(value connect_max_us <<<"$report")
		is "$name: $CONNECTS connects, half at each backend" \
			"$(grep -E '^(ok|backend.*|error.*)=' <<<"$report" | sort | xargs)" \
			"backend.$5=$((CONNECTS / 2)) backend.$6=$((CONNECTS / 2)) ok=$CONNECTS"
		((slowest >= LIMIT_US)) || break
	done
	if (($(syns_again) == again)); then
		between "$name: none slower than 100 ms" "$slowest" 1 $LIMIT_US
	fi
	is "$name: every SYN reached a backend" \
		"$(syns b1 b2 b3 b4)" "$(syns client)"
}

topo_setup --backends 4
director_load
backend_owns_vip ipip b3 b4
for port in 7000 7002 7003; do
	serve $port
done
lbadm restore - < <(configure)
count_syns client out
for backend in b1 b2 b3 b4; do
	count_syns $backend in
done

for method in "${methods[@]}"; do
	read -ra fields <<<"$method"
	for family in 4 6; do
		for closer in server reset; do
			test_reuse $family $closer "${fields[@]}"
		done
		read -ra key <<<"$(vip_key $family tcp "${fields[1]}")"
		is "IPv$family ${fields[0]}: one connection is left" \
			"$(lbadm connection count service "${key[@]}")" 1
	done
done

done_testing
