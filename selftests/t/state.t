#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# The states of connections as `lbadm connection list` shows them, how long
# they last, and what they count for as load of their backend.
#
# One service for every state, told apart by the service's port. A flow of the
# service's port P comes from client port P - 3000; firewalls at both ends hold
# handshakes up where the state asks for it.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

SYN_SENT=7010 SYN_RECV=7011 ESTABLISHED=7012 FIN_WAIT=7013 TIME_WAIT=7014
CLOSE=7015 UDP=7016
# Of the connections that see one direction only
DR_ESTABLISHED=7020 DR_FIN_WAIT=7021

configure() {
	local port

	for port in {7010..7015}; do
		vip_pool "$family" tcp "$port" "$1" nat b1:7000
	done
	vip_pool "$family" udp $UDP "$1" nat b1:7000
	vip_pool "$family" tcp $DR_ESTABLISHED "$1" dr b2
	vip_pool "$family" tcp $DR_FIN_WAIT "$1" dr b2
}

firewalls() {
	in_ns b1 nft -f - <<-EOT
		table inet hold {
			chain in {
				type filter hook input priority 0;
				tcp sport $((SYN_SENT - 3000)) drop
			}
			chain out {
				type filter hook output priority 0;
				tcp dport $((FIN_WAIT - 3000)) tcp flags & fin == fin drop
			}
		}
	EOT
	in_ns client nft -f - <<-EOT
		table inet hold {
			chain in {
				type filter hook input priority 0;
				tcp sport $SYN_RECV drop
			}
		}
	EOT
}

# flow PROTOCOL PORT OPTION...
flow() {
	traffic_in client echo "$1" "$(vip "$family")" "$2" \
		--source-port $(($2 - 3000)) --timeout 600000 "${@:3}" >/dev/null
}

held_flow() {
	hold_start "$1" client tcp "$(vip "$family")" "$1" --period "$2" \
		--source-port $(($1 - 3000)) >/dev/null
}

start_flows() {
	flow tcp $SYN_SENT 2>/dev/null &
	flow tcp $SYN_RECV 2>/dev/null &
	flow tcp $FIN_WAIT 2>/dev/null &
	held_flow $ESTABLISHED 0
	held_flow $DR_ESTABLISHED 0
	flow tcp $TIME_WAIT
	flow tcp $DR_FIN_WAIT
	flow udp $UDP
	flow tcp $CLOSE --close reset
}

# Those that hang; the kernel ends their connections without another packet.
stop_flows() {
	pkill -KILL -f 'traffic echo tcp .* --timeout 600000' || true
	wait
}

states() {
	jq -r 'sort_by(.service.port)[] | "\(.service.port) \(.state)"' "$WORK/list" | xargs
}

expected_states="$SYN_SENT syn-sent $SYN_RECV syn-recv \
$ESTABLISHED established $FIN_WAIT fin-wait $TIME_WAIT time-wait \
$CLOSE close $UDP udp $DR_ESTABLISHED established $DR_FIN_WAIT fin-wait"

# Active and inactive connections of each service's backend
loads() {
	lbadm -j service list | jq -r 'sort_by(.port)[] | "\(.port):" +
		(.backends[0] | "\(.connections_active)+\(.connections_inactive)")' | xargs
}

# The loads are taken first: what the list still has was part of them.
all_states() {
	loads >"$WORK/loads"
	lbadm -j connection list >"$WORK/list"
	[[ $(states) == "$expected_states" ]]
}

# Seconds left of a connection
expires() {
	jq ".[] | select(.service.port == $1).expires" "$WORK/list"
}

test_states() {
	lbadm restore - < <(configure 'timeout established 300 fin 200 syn 100 udp 150')
	start_flows
	wait_until 20 all_states || true
	is "$name: every state is seen" "$(states)" "$expected_states"
	between "$name: a reset connection is kept for a moment" "$(expires $CLOSE)" 1 10
	between "$name: syn timeout" "$(expires $SYN_SENT)" 70 100
	between "$name: fin timeout" "$(expires $FIN_WAIT)" 170 200
	between "$name: fin timeout in time-wait" "$(expires $TIME_WAIT)" 170 200
	between "$name: established timeout" "$(expires $ESTABLISHED)" 270 300
	between "$name: udp timeout" "$(expires $UDP)" 120 150
}

test_loads() {
	is "$name: opening and open connections are active, others inactive" "$(<"$WORK/loads")" \
		'7010:1+0 7011:1+0 7012:1+0 7013:0+1 7014:0+1 7015:0+1 7016:1+0 7020:1+0 7021:0+1'
}

all_idle() {
	[[ ! $(loads) =~ [^:+\ 0-9]|:[1-9]|\+[1-9] ]]
}

# Sweeping takes two seconds more than what is listed knows.
test_expiry() {
	lbadm restore - < <(configure 'timeout established 2 fin 2 syn 2 udp 2')
	start_flows
	stop_flows
	ok "$name: all connections expire" wait_slowly 90 no_connections
	ok "$name: and are no load any more" wait_until 20 all_idle
	is "$name: the client of an expired connection is reset" \
		"$(hold_stop $ESTABLISHED | sed -n 's/^error\.//p')" 'ECONNRESET=1'
	is "$name: with dr, too" \
		"$(hold_stop $DR_ESTABLISHED | sed -n 's/^error\.//p')" 'ECONNRESET=1'
}

heard() {
	(($(vip_value "$family" "$1" "$2" .packets_in) >= 14))
}

# For three times the timeout and more, a packet every half second
test_kept_alive() {
	local protocol port

	for protocol in tcp udp; do
		port=$ESTABLISHED
		[[ $protocol == tcp ]] || port=$UDP
		hold_start alive client $protocol "$(vip "$family")" $port --period 500 >/dev/null
		wait_slowly 60 heard $protocol $port || diag 'the held flow is silent'
		is "$name: packets keep a $protocol connection alive" \
			"$(hold_stop alive | grep -E '^(ok|moved)=' | xargs)" 'ok=1 moved=0'
		is "$name: the same $protocol connection all along" \
			"$(vip_value "$family" $protocol $port .connections)" 1
	done
}

clear_services() {
	local port

	for port in {7010..7015} $DR_ESTABLISHED $DR_FIN_WAIT; do
		vip_service del "$family" tcp "$port"
	done
	vip_service del "$family" udp $UDP
}

topo_setup --backends 2
director_load
backend_owns_vip dr b2
serve 7000 b1
serve $DR_ESTABLISHED b2
serve $DR_FIN_WAIT b2
firewalls

for family in 4 6; do
	name="IPv$family"
	test_states
	test_loads
	stop_flows
	hold_kill
	clear_services
	test_expiry
	clear_services
	lbadm restore - < <(configure 'timeout established 2 fin 2 syn 2 udp 2')
	test_kept_alive
	clear_services
done

done_testing
