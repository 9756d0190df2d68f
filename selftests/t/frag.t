#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Fragments and IPv6 extension headers.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/crafted.sh
. "$NFLB_SELFTESTS/crafted.sh"

topo_setup --backends 4
director_load

# Whole datagrams that kernels cut into fragments, both ways.
serve 7
backend_owns_vip dr b3
backend_owns_vip ipip b4
for family in 4 6; do
	vip=$(bracket "$(vip $family)")
	lbadm service add udp "$vip:7" scheduler rr
	for pair in nat:b2 dr:b3 ipip:b4; do
		forward=${pair%:*}
		address=$(bracket "$(backend_address $family "${pair#*:}")"):7
		lbadm backend add udp "$vip:7" "$address" forward "$forward"
		for size in 4000 20000; do
			ok "$forward, v$family: datagrams of $size bytes both ways" \
				traffic_in client echo udp "$(vip $family)" 7 \
				--size $size --bytes $((size * 5)) --timeout 30000
		done
		lbadm backend del udp "$vip:7" "$address"
	done
done

phantoms_setup
cases_start
for family in v4 v6; do
	for order in in-order reversed shuffled repeated; do
		for forward in nat dr ipip; do
			crafted "$forward, $family: a request in fragments, $order" \
				request $family $forward $order
		done
		crafted "nat, $family: a reply in fragments, $order" reply $family $order
	done
	crafted "$family: the first fragment has no more than the UDP header" tiny $family udp
	for how in first middle last; do
		crafted "$family: without the $how fragment nothing goes on" broken $family $how
	done
	for how in overlapping too-long; do
		crafted "$family: nothing of $how fragments goes on" broken $family $how
	done
done

crafted 'v4: the first fragment ends within the TCP header' tiny v4 tcp
crafted 'v6: which RFC 8200 forbids' broken v6 headless
crafted 'v6: a fragment header on a whole packet' atomic
for protocol in udp tcp; do
	for which in hop-by-hop destination both; do
		crafted "v6: extension headers before $protocol: $which" extensions $protocol $which
	done
done
for forward in nat dr ipip; do
	crafted "$forward, v6: extension headers and fragments" extensions_and_fragments $forward
done

done_testing
