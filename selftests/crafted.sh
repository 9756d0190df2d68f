# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Crafted packets: a test sources this after lib.sh, sets up the topology with
# one backend, loads the module and then
#
#     phantoms_setup
#     cases_start                     the functions of t/NAME.py
#     crafted NAME FUNCTION ARG...    an assertion: the function finds no fault

PHANTOM_CLIENT4=10.0.1.100
PHANTOM_CLIENT6=fd00:1::100
PHANTOM_BACKEND4=10.0.2.100
PHANTOM_BACKEND6=fd00:2::100
PHANTOM_POOL4=10.0.2.150
PHANTOM_POOL6=fd00:2::150

# device_address NAMESPACE DEVICE
device_address() {
	ip -n "$1" -j link show dev "$2" | jq -r '.[].address'
}

phantom_services() {
	local vip=$1 backend=$2 pool=$3 protocol port backend_port forward

	while read -r protocol port backend_port forward; do
		lbadm service add "$protocol" "$vip:$port" scheduler rr
		lbadm backend add "$protocol" "$vip:$port" "$backend:$backend_port" \
			forward "$forward" source-pool "$pool"
	done <<-EOT
		udp 1053 5353 nat
		tcp 1080 8080 nat
		udp 1054 1054 dr
		udp 1055 1055 ipip
		udp 1056 5356 fullnat
		tcp 1081 8081 fullnat
	EOT
}

# A client and a backend at the devices of `client` and `b1` which no kernel
# answers for.
phantom_neighbours() {
	local client backend

	client=$(device_address client front)
	backend=$(device_address b1 back)
	ip -n director -batch - <<-EOT
		neighbour add $PHANTOM_CLIENT4 lladdr $client dev front
		neighbour add $PHANTOM_CLIENT6 lladdr $client dev front
		neighbour add $PHANTOM_BACKEND4 lladdr $backend dev back
		neighbour add $PHANTOM_BACKEND6 lladdr $backend dev back
	EOT
	# Errors of the director are counted on.
	ns_sysctl director net.ipv4.icmp_ratelimit=0 net.ipv6.icmp.ratelimit=0
}

# The same, and services of the one by the other.
phantoms_setup() {
	phantom_neighbours
	phantom_services "$VIP4" $PHANTOM_BACKEND4 $PHANTOM_POOL4
	phantom_services "[$VIP6]" "[$PHANTOM_BACKEND6]" $PHANTOM_POOL6
}

cases_start() {
	coproc CASES {
		exec "$NFLB_SELFTESTS/tools/cases" "${0%.t}.py"
	}
	exec {cases_in}>&"${CASES[1]}" {cases_out}<&"${CASES[0]}"
}

# case_run FUNCTION ARG...: what it answers goes to stderr unless it is ok
case_run() {
	local answer

	echo "$*" >&"$cases_in"
	read -r answer <&"$cases_out" || answer="the program of the cases ended"
	[[ $answer == ok ]] || echo "$answer" >&2
	[[ $answer == ok ]]
}

crafted() {
	ok "$1" case_run "${@:2}"
}
