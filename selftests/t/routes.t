#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Cached routes: flows follow when a route changes, and when a device goes and
# comes back; nothing holds the device.
#
#   client == far == router, router2 == front == director == back == b1 b2 b3
#                                                                  \ core /
# The client and the backends can be reached by two ways each.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

declare -A backend_of=([nat]=b1 [dr]=b2 [ipip]=b3)
declare -A port_of=([nat]=7001 [dr]=7002 [ipip]=7003)
declare -A core=([4]=10.0.2.3 [6]=fd00:2::3)
declare -A router2=([4]=10.0.1.4 [6]=fd00:1::4)

other_ways() {
	plan_space core
	plan_attach core back "${core[4]}" "${core[6]}"
	plan_route core default 10.0.2.1 default fd00:2::1
	plan_space router2
	plan_attach router2 front "${router2[4]}" "${router2[6]}"
	plan_attach router2 far 10.0.3.3 fd00:3::3
	plan_route router2 default $DIRECTOR4 default $DIRECTOR6
	carry_out
	forwarding core
	forwarding router2
	# There is a shorter way, and this is not about it.
	ns_sysctl core net.ipv4.conf.{all,back}.send_redirects=0
}

services() {
	local family protocol forward

	for family in 4 6; do
		for protocol in tcp udp; do
			for forward in nat dr ipip; do
				vip_pool $family $protocol "${port_of[$forward]}" 'scheduler rr' \
					$forward "${backend_of[$forward]}:${port_of[$forward]}"
			done
		done
	done
}

# hold_each FLOW...: a flow that stays, called FAMILY.PROTOCOL.FORWARD
hold_each() {
	local hold family protocol forward

	for hold in "$@"; do
		IFS=. read -r family protocol forward <<<"$hold"
		hold_start "$hold" client "$protocol" "$(vip "$family")" \
			"${port_of[$forward]}" --timeout 60000 >/dev/null
	done
}

# still_hold WHAT FLOW...: all of them have gone on since
still_hold() {
	local hold

	for hold in "${@:2}"; do
		is "$1: flow $hold goes on" \
			"$(hold_stop "$hold" | grep -E '^(ok|failed|moved)=' | xargs)" \
			'ok=1 failed=0 moved=0'
	done
}

# forwarded NAMESPACE FAMILY: packets it has forwarded
forwarded() {
	if (($2 == 4)); then
		in_ns "$1" cat /proc/net/snmp | awk '$1 == "Ip:" { n = $7 } END { print n }'
	else
		in_ns "$1" cat /proc/net/snmp6 | awk '$1 == "Ip6OutForwDatagrams" { print $2 }'
	fi
}

forwarded_since() {
	(($(forwarded "$1" "$2") >= $3 + $4))
}

# taken NAME NAMESPACE FAMILY COUNT: packets come that way from now on
taken() {
	local before

	before=$(forwarded "$2" "$3")
	ok "$1" wait_until 60 forwarded_since "$2" "$3" "$before" "$4"
}

# device_anew NETWORK IPV4 IPV6: the director's is deleted and made again
device_anew() {
	ok "the director's device in $1 can be deleted" ip -n director link del "$1"
	plan_attach director "$1" "$2" "$3"
	inside director "link set $1 address 02:00:00:00:00:01"
}

topo_setup --router --backends 3
director_load
other_ways
backend_owns_vip ipip b3
backend_owns_vip dr b2
for forward in nat dr ipip; do
	serve "${port_of[$forward]}" "${backend_of[$forward]}"
done
services >"$WORK/services"
ok 'all services' lbadm restore "$WORK/services"
flows=({4,6}.{tcp,udp}.{nat,ipip})
hold_each "${flows[@]}"

# Requests: the flows of nat and ipip go to their backends by way of core.
for family in 4 6; do
	for forward in nat ipip; do
		address=$(backend_address $family "${backend_of[$forward]}")
		ip -n director route add "$address" via "${core[$family]}"
		taken "IPv$family: $forward flows go by the backend's new next hop" \
			core $family 8
		ip -n director route del "$address"
	done
done

# Replies: those of nat pass the director, and go to the client by router2.
for family in 4 6; do
	net=10.0.3.0/24
	((family == 4)) || net=fd00:3::/64
	ip -n director route replace $net via "${router2[$family]}"
	taken "IPv$family: replies go by the client's new next hop" router2 $family 8
done
still_hold 'other next hops' "${flows[@]}"

flows=({4,6}.{tcp,udp}.{nat,dr,ipip})
hold_each "${flows[@]}"
device_anew back 10.0.2.1 fd00:2::1
carry_out
still_hold 'another device to the backends' "${flows[@]}"

flows=({4,6}.{tcp,udp}.nat)
hold_each "${flows[@]}"
device_anew front $DIRECTOR4 $DIRECTOR6
plan_route director 10.0.3.0/24 10.0.1.3 fd00:3::/64 fd00:1::3
carry_out
still_hold 'another device to the clients' "${flows[@]}"

done_testing
