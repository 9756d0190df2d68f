# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Every tunnel between every pair of families: a test sources this after lib.sh.
# PAIR is the family of the service, then that of its backend: 44 46 64 66.

TUNNEL_PAIRS=(44 46 64 66)
# forward with its options, and the bytes it puts between the two IP headers
declare -A tunnel_options=(
	[ipip]='ipip'
	[gre]='gre'
	[gre-all]='gre checksum on key 7'
	[gue]='gue'
	[gue-all]='gue checksum off port 6081'
)
declare -A tunnel_shim=([ipip]=0 [gre]=4 [gre-all]=12 [gue]=12 [gue-all]=12)
declare -A tunnel_number=([ipip]=0 [gre]=1 [gre-all]=2 [gue]=3 [gue-all]=4)
TUNNELS=(ipip gre gre-all gue gue-all)

# tunnel_port TUNNEL PAIR: of the service for them
tunnel_port() {
	echo $((7000 + 100 * tunnel_number[$1] + $2))
}

# tunnel_overhead TUNNEL PAIR: bytes that it adds
tunnel_overhead() {
	echo $((tunnel_shim[$1] + (${2:1} == 4 ? 20 : 40)))
}

# tunnel_service PROTOCOL TUNNEL PAIR bN...: as lines for `lbadm restore -`
tunnel_service() {
	local port key backend

	port=$(tunnel_port "$2" "$3")
	key=$(vip_key "${3:0:1}" "$1" "$port")
	echo "service add $key scheduler rr"
	for backend in "${@:4}"; do
		echo "backend add $key $(vip_endpoint "${3:1}" "$backend"):$port forward ${tunnel_options[$2]}"
	done
}

# each_tunnel COMMAND...: with TUNNEL and PAIR
each_tunnel() {
	local tunnel pair

	for tunnel in "${TUNNELS[@]}"; do
		for pair in "${TUNNEL_PAIRS[@]}"; do
			"$@" "$tunnel" "$pair"
		done
	done
}

# "gre-all, IPv4 in IPv6"
tunnel_name() {
	echo "$1, IPv${2:0:1} in IPv${2:1}"
}

# tunnel_serve bN...: a server for each of them
tunnel_serve() {
	local port

	for port in $(each_tunnel tunnel_port); do
		serve "$port" "$@"
	done
}
