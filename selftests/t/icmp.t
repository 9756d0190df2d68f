#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# tags: smoke debug
#
# ICMP errors about balanced packets, and those which the director itself
# makes, packet by packet.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/crafted.sh
. "$NFLB_SELFTESTS/crafted.sh"

topo_setup --backends 2
director_load
phantoms_setup
cases_start

for name in port-unreachable host-unreachable too-big time-exceeded parameter-problem; do
	for protocol in udp tcp; do
		for family in v4 v6; do
			crafted "nat, $family $protocol: $name of a router behind the director reaches the client" \
				about_request $family $protocol $name
			crafted "fullnat, $family $protocol: $name of a router behind the director reaches the client" \
				about_request $family $protocol $name all fullnat
			crafted "fullnat, $family $protocol: $name of a router before the director reaches the backend" \
				about_reply $family $protocol $name all fullnat
			crafted "nat, $family $protocol: $name of a router before the director reaches the backend" \
				about_reply $family $protocol $name
		done
	done
done

for family in v4 v6; do
	for protocol in udp tcp; do
		crafted "nat, $family $protocol: an error that quotes no more than the ports reaches the client" \
			about_request $family $protocol too-big least
		crafted "nat, $family $protocol: an error that quotes no more than the ports reaches the backend" \
			about_reply $family $protocol too-big least
	done
	crafted "nat, $family: an error in fragments is translated" in_fragments $family
	crafted "$family: an error with a bad checksum is dropped and counted" bad_checksum $family
	crafted "$family: an error about no connection is routed untouched" about_no_connection $family
	crafted "$family: an error about the director's own packet reaches its socket" \
		to_host $family "$(backend_address "${family#v}" b2)"
	for forward in dr ipip; do
		crafted "$forward, $family: an error about what the backend sent reaches it" \
			about_direct_reply $family $forward
	done
	for forward in nat fullnat dr ipip; do
		crafted "$forward, $family: the last hop is told of" ttl_expires $family $forward
		crafted "$forward, $family: a hop is taken off" ttl_decremented $family $forward
	done
	crafted "$family: hostile quotations of requests do no harm" hostile $family request
	crafted "$family: hostile quotations of replies do no harm" hostile $family reply
	crafted "$family: hostile quotations of a tunnel's packets do no harm" hostile_tunnel $family
done

vip_local
for family in 4 6; do
	ok "v$family: a local service address answers a ping" \
		in_ns client ping -q -c 3 -i 0.2 -w 30 "$(vip $family)"
done

done_testing
