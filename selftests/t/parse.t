#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# tags: smoke debug
#
# Odd and broken packets, and those which are none of nflb's business.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/crafted.sh
. "$NFLB_SELFTESTS/crafted.sh"

topo_setup --backends 1
director_load
phantoms_setup
# What is not balanced shows up at the backend, routed.
ip -n director -batch - <<-EOT
	route add $VIP4 via $PHANTOM_BACKEND4
	route add $VIP6 via $PHANTOM_BACKEND6
	route add 203.0.113.7 via $PHANTOM_BACKEND4
	route add 2001:db8:7::7 via $PHANTOM_BACKEND6
EOT
cases_start

for family in v4 v6; do
	other=203.0.113.7
	[[ $family == v4 ]] || other=2001:db8:7::7
	crafted "$family: UDP header cut off anywhere" cut_off $family udp 8
	crafted "$family: TCP header cut off anywhere" cut_off $family tcp 20
	crafted "$family: TCP header shorter than possible" tcp_header_length $family
	crafted "$family: the sum of a UDP checksum is 0" udp_checksum_of_zero $family
	crafted "$family: ports of other protocols mean nothing" other_protocol $family
	for protocol in udp tcp; do
		crafted "$family: a bad $protocol checksum stays bad" bad_checksum $family $protocol
		crafted "$family: another $protocol port of the service's address is routed" \
			other_port $family $protocol
		crafted "$family: $protocol to an address without service is routed" \
			no_service $family $protocol $other
	done
	for kind in broadcast multicast; do
		crafted "$family: a $kind frame is not balanced" not_to_us $family $kind
	done
done
crafted 'v4: a UDP datagram without checksum stays without' udp_without_checksum
for protocol in udp tcp; do
	crafted "v4: IP options before $protocol stay" ipv4_options $protocol
done
for address in 255.255.255.255 10.0.1.255 224.0.0.1; do
	crafted "v4: $address is nobody's service" group_address v4 $address
done
crafted 'v6: ff02::1 is nobody'"'"'s service' group_address v6 ff02::1

ip -n director route del "$VIP4"
ip -n director -6 route del "$VIP6"
vip_local
for family in v4 v6; do
	crafted "$family: the host's socket on the service's address gets its packets" \
		host_socket $family
done

done_testing
