#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# lbadm explain says where a packet would go, and the packet goes there.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

# explain FAMILY PROTOCOL CLIENT-PORT PORT: as the client, to the VIP
explain() {
	lbadm "${@:5}" explain "$2" "$(bracket "$(client "$1")"):$3" \
		"$(bracket "$(vip "$1")"):$4"
}

client() {
	local name=CLIENT$1

	echo "${!name}"
}

# goes FAMILY PROTOCOL CLIENT-PORT: to the backend that a packet comes to
goes() {
	traffic_in client echo "$2" "$(vip "$1")" 7000 --bytes 1 \
		--source "$(client "$1")" --source-port "$3" |
		sed -n 's/^backend\.\(.*\)=1$/\1/p'
}

topo_setup --backends 3
director_load
serve 7000

for family in 4 6; do
	for protocol in tcp udp; do
		name="IPv$family $protocol"
		is "$name: of no service" "$(explain $family $protocol 5000 7000)" \
			$'connection  none\nservice     none\nverdict     host'
		vip=$(vip_key $family $protocol 7000)
		read -ra key <<<"$vip"
		vip_service add $family $protocol 7000 scheduler maglev
		is "$name: without backend" "$(explain $family $protocol 5000 7000 | tail -1)" \
			'verdict     drop no_backend'
		vip_service set $family $protocol 7000 no-backend pass
		is "$name: without backend, for the host" \
			"$(explain $family $protocol 5000 7000 | tail -1)" 'verdict     host'
		for backend in b1 b2 b3; do
			vip_backend add $family $protocol 7000 $backend
		done
		wait_until 30 no_connections || diag 'old connections stay'
		lbadm -j stats >"$WORK/before"
		for port in 5001 5002 5003 5004; do
			explain $family $protocol $port 7000 -j | jq -r .backend.address
		done >"$WORK/said"
		is "$name: nothing is counted or opened" "$(lbadm -j stats)" "$(<"$WORK/before")"
		for port in 5001 5002 5003 5004; do
			backend_address $family "$(goes $family $protocol $port)"
		done >"$WORK/did"
		is "$name: packets go where explain says" "$(<"$WORK/did")" "$(<"$WORK/said")"
		like "$name: then there is a connection" \
			"$(explain $family $protocol 5001 7000)" \
			"connection  (udp|time-wait), expires in [0-9]+s"
		is "$name: as JSON" \
			"$(explain $family $protocol 5001 7000 -j |
				jq -r '[.connection.client.port, .service, .forward, .device, .verdict] | join(" ")')" \
			"5001 $vip nat back forward"
		vip_service set $family $protocol 7000 backend-down drop
		backend=$(explain $family $protocol 5001 7000 -j |
			jq -r '.connection.backend | "\(.address) \(.port)"')
		lbadm backend down "${key[@]}" "$(bracket "${backend% *}"):${backend#* }"
		is "$name: of a backend that is down" \
			"$(explain $family $protocol 5001 7000 | tail -1)" \
			'verdict     drop backend_gone'
		vip_service set $family $protocol 7000 scheduler rr
		is "$name: whose turn it is is not asked" \
			"$(explain $family $protocol 5009 7000 | sed 1d)" \
			"service     $vip
scheduler   rr, which chooses anew for each flow
verdict     forward"
		vip_service del $family $protocol 7000
	done
done

vip_service add 4 tcp 7000
lbadm backend add tcp $VIP4:7000 203.0.113.77
is 'a backend without route' "$(explain 4 tcp 5000 7000 | tail -3)" \
	$'backend     203.0.113.77:7000 forward nat\nroute       none\nverdict     drop no_route'

done_testing
