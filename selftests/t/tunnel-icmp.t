#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# tags: debug
# timeout: 600
#
# What tunnels send, packet by packet, and ICMP errors about it: the client
# learns what concerns it, in its own family.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/crafted.sh
. "$NFLB_SELFTESTS/crafted.sh"
# shellcheck source=selftests/tunnel.sh
. "$NFLB_SELFTESTS/tunnel.sh"

# phantom_tunnel TUNNEL PAIR [PORT OPTION...]: a service, all of whose requests
# go into the tunnel
phantom_tunnel() {
	local port=${3:-$(tunnel_port "$1" "$2")} key phantom=PHANTOM_BACKEND${2:1}

	key=$(vip_key "${2:0:1}" "${protocol:-udp}" "$port")
	echo "service add $key"
	echo "backend add $key $(bracket "${!phantom}"):$port forward ${tunnel_options[$1]} ${*:4}"
}

configure() {
	each_tunnel phantom_tunnel
	protocol=tcp each_tunnel phantom_tunnel
	phantom_tunnel ipip 44 7944 source 10.9.0.0/16
	phantom_tunnel ipip 66 7966 source fd00:9::/64
	phantom_tunnel gre 46 7946 source fd00:9::/120
	phantom_tunnel gue 64 7964 source 10.9.1.7
}

topo_setup --backends 1
director_load
phantoms_setup
# What a device leaves to others to sum cannot be checked.
in_ns director ethtool -K back tx off >/dev/null
ok 'all services' lbadm restore - < <(configure)
# Larger than devices make them by themselves.
ip -n client link set front gso_max_size 100000
ip -n front link set director gso_max_size 100000
cases_start

for tunnel in "${TUNNELS[@]}"; do
	for pair in "${TUNNEL_PAIRS[@]}"; do
		name=$(tunnel_name "$tunnel" "$pair")
		port=$(tunnel_port "$tunnel" "$pair")
		overhead=$(tunnel_overhead "$tunnel" "$pair")
		crafted "$name: what is inside is whole" encapsulated "$tunnel" "$pair" "$port" "$overhead"
		crafted "$name: flows can be told apart" entropy "$tunnel" "$pair" "$port"
		for error in host-unreachable port-unreachable time-exceeded; do
			crafted "$name: $error reaches the client" \
				error "$pair" "$port" $error
		done
		if ((${pair:1} == 4)); then
			crafted "$name: protocol-unreachable, too" error "$pair" "$port" protocol-unreachable
		else
			crafted "$name: unknown-header, too" error "$pair" "$port" unknown-header
		fi
		crafted "$name: parameter-problem does not concern it" \
			not_told "$pair" "$port" parameter-problem all
		crafted "$name: an error that quotes too little cannot reach it" \
			not_told "$pair" "$port" host-unreachable least
		crafted "$name: nor one with a bad checksum" bad_checksum "$pair" "$port"
		crafted "$name: nor one about another host's tunnel" foreign "$pair" "$port"
		crafted "$name: hostile quotations do no harm" hostile "$pair" "$port"
	done
	# Hostile quotations are not all wrong: they have taught the path an MTU.
	ip -n director route flush cache
	ip -n director -6 route flush cache
	for pair in 64 66; do
		name=$(tunnel_name "$tunnel" "$pair")
		port=$(tunnel_port "$tunnel" "$pair")
		crafted "$name: a segment larger than an outer header can say" oversized "$pair" "$port"
		is "$name: which came in one piece" "$(vip_value 6 tcp "$port" .packets_in)" 2
	done
	for pair in "${TUNNEL_PAIRS[@]}"; do
		name=$(tunnel_name "$tunnel" "$pair")
		port=$(tunnel_port "$tunnel" "$pair")
		overhead=$(tunnel_overhead "$tunnel" "$pair")
		crafted "$name: the client is told at once what fits" too_big "$pair" "$port" "$overhead" all
		ip -n director "-${pair:1}" route flush cache
		crafted "$name: or with its next packet" too_big "$pair" "$port" "$overhead" least
		ip -n director "-${pair:1}" route flush cache
	done
done

crafted 'sources of a prefix, IPv4' sources 44 7944 10.9.0.0/16
crafted 'sources of a prefix, IPv6' sources 66 7966 fd00:9::/64
crafted 'sources of a long prefix' sources 46 7946 fd00:9::/120
crafted 'one source' sources 64 7964 10.9.1.7/32
crafted 'an error to a source that is not local is left alone' foreign_source 44 7944
ip -n director route add local 10.9.0.0/16 dev lo
ip -n director -6 route add local fd00:9::/64 dev lo
crafted 'one to a source that is reaches the client, IPv4' error 44 7944 host-unreachable
crafted 'one to a source that is reaches the client, IPv6' error 66 7966 host-unreachable

done_testing
