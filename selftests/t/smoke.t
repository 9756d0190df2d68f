#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# tags: smoke debug
# cpus: 2
#
# A web page and 1 MB of data through the VIP, both families, by NAT.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

topo_setup --backends 2
director_load
nginx_start
serve 7000

for family in 4 6; do
	vip=$(bracket "$(vip $family)")
	for service in "tcp $vip:80" "tcp $vip:7000" "udp $vip:7000"; do
		# shellcheck disable=SC2086
		ok "add service $service" lbadm service add $service scheduler rr
		for backend in "${backends[@]}"; do
			address=$(bracket "$(backend_address $family "$backend")")
			# shellcheck disable=SC2086
			ok "add backend $address" lbadm backend add $service "$address" forward nat
		done
	done

	pages=$(for _ in 1 2 3 4; do in_ns client curl -sS --max-time 10 "http://$vip/"; done)
	is "IPv$family: rr shares web pages" \
		"$(sort <<<"$pages" | uniq -c | xargs)" '2 b1 2 b2'
	for protocol in tcp udp; do
		ok "IPv$family: 1 MB over $protocol" \
			traffic_in client echo $protocol "$(vip $family)" 7000 --bytes 1048576
	done
done

done_testing
