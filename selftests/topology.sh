# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The network of the tests: namespaces joined by veth pairs through two
# bridges, which live in namespaces of their own. An interface is named after
# the network it is in.
#
#                            VIP 198.51.100.1
#                                2001:db8:100::1
#   client ------ front ------ director ------ back ----+---- b1
#   10.0.1.2    10.0.1.0/24    10.0.1.1  10.0.2.0/24    |     10.0.2.11
#   fd00:1::2   fd00:1::/64    fd00:1::1  fd00:2::/64   |     fd00:2::11
#                              10.0.2.1                 +---- b2 ... bN
#                              fd00:2::1                      10.0.2.12
#                                                             fd00:2::12
# With --router the client is one hop away:
#
#   client ------ far ------- router ------- front ------ director ...
#   10.0.3.2    10.0.3.0/24   10.0.3.1       10.0.1.1
#   fd00:3::2   fd00:3::/64   10.0.1.3
#
# With --pair there are two directors. The addresses above that end in 1 float:
# whoever is master has them, beside its own:
#
#   director  10.0.1.5  fd00:1::5   10.0.2.5  fd00:2::5
#   peer      10.0.1.6  fd00:1::6   10.0.2.6  fd00:2::6
#
# Clients reach everything through the director, backends reply through it.
# backend_direct gives a backend a leg in front too (10.0.1.11, fd00:1::11,
# ...), by which its replies go to the client past the director.

VIP4=198.51.100.1
VIP6=2001:db8:100::1
DIRECTOR4=10.0.1.1
DIRECTOR6=fd00:1::1
CLIENT4=10.0.1.2
CLIENT6=fd00:1::2

topo_spaces=()
directors=()
backends=()

# in_ns NAMESPACE COMMAND...
in_ns() {
	nsenter --net="/run/netns/$1" -- "${@:2}"
}

# ns_sysctl NAMESPACE KEY=VALUE...
ns_sysctl() {
	in_ns "$1" sysctl -qw "${@:2}"
}

# backend4 bN, backend6 bN: its address in back
backend4() {
	echo "10.0.2.$((10 + ${1#b}))"
}

backend6() {
	echo "fd00:2::$((10 + ${1#b}))"
}

# vip 4|6 and backend_address 4|6 bN, for loops over the families
vip() {
	local name=VIP$1

	echo "${!name}"
}

backend_address() {
	"backend$1" "$2"
}

# bracket ADDRESS: as it is written before a port
bracket() {
	case $1 in
	*:*) echo "[$1]" ;;
	*) echo "$1" ;;
	esac
}

# Starting programs is what takes time in an emulated machine. So namespaces
# and their links are collected here, and made by one `ip` for all of them and
# one for each namespace.
plan_links=
declare -A plan_inside

# outside COMMAND..., inside NAMESPACE COMMAND...: of `ip`, each one argument
outside() {
	plan_links+=$(printf '%s\n' "$@")$'\n'
}

inside() {
	plan_inside[$1]+=$(printf '%s\n' "${@:2}")$'\n'
}

plan_space() {
	topo_spaces+=("$1")
	outside "netns add $1"
	inside "$1" 'link set lo up'
}

plan_net() {
	plan_space "$1"
	inside "$1" 'link add br0 type bridge' 'link set br0 up'
}

# plan_attach NAMESPACE NETWORK IPV4 IPV6
plan_attach() {
	local space=$1 net=$2

	outside "link add $net netns $space type veth peer name $space netns $net"
	inside "$net" "link set $space master br0 up"
	inside "$space" "link set $net up" "address add $3/24 dev $net" \
		"address add $4/64 dev $net nodad"
}

# plan_route NAMESPACE default|IPV4-NET IPV4-GATEWAY default|IPV6-NET IPV6-GATEWAY
plan_route() {
	inside "$1" "route add $2 via $3" "route add $4 via $5"
}

plan_backend() {
	plan_space "$1"
	plan_attach "$1" back "$(backend4 "$1")" "$(backend6 "$1")"
	plan_route "$1" default 10.0.2.1 default fd00:2::1
	backends+=("$1")
}

# plan_director NAMESPACE NUMBER: the last of its addresses
plan_director() {
	plan_space "$1"
	plan_attach "$1" front "10.0.1.$2" "fd00:1::$2"
	plan_attach "$1" back "10.0.2.$2" "fd00:2::$2"
	directors+=("$1")
}

plan_client() {
	plan_space client
	plan_attach client front $CLIENT4 $CLIENT6
	plan_route client default $DIRECTOR4 default $DIRECTOR6
}

plan_client_behind_router() {
	CLIENT4=10.0.3.2
	CLIENT6=fd00:3::2
	plan_net far
	plan_space client
	plan_space router
	plan_attach router front 10.0.1.3 fd00:1::3
	plan_attach router far 10.0.3.1 fd00:3::1
	plan_attach client far $CLIENT4 $CLIENT6
	plan_route router default $DIRECTOR4 default $DIRECTOR6
	plan_route client default 10.0.3.1 default fd00:3::1
	plan_route director 10.0.3.0/24 10.0.1.3 fd00:3::/64 fd00:1::3
}

carry_out() {
	local space

	ip -batch - <<<"$plan_links"
	for space in "${!plan_inside[@]}"; do
		ip -n "$space" -batch - <<<"${plan_inside[$space]}"
	done
	plan_links=
	plan_inside=()
}

# New namespaces take these over: addresses must work at once, and nothing is
# to drop what takes odd ways.
set_defaults() {
	sysctl -qw net.core.devconf_inherit_init_net=1 \
		net.ipv6.conf.{all,default}.accept_dad=0 \
		net.ipv6.conf.{all,default}.accept_ra=0 \
		net.ipv6.conf.default.router_solicitations=0 \
		net.ipv4.conf.{all,default}.rp_filter=0
}

forwarding() {
	ns_sysctl "$1" net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1
}

# topo_setup [--backends N] [--router] [--pair]
topo_setup() {
	local count=3 router='' pair='' i space

	while (($#)); do
		case $1 in
		--backends)
			count=$2
			shift
			;;
		--router) router=1 ;;
		--pair) pair=1 ;;
		*)
			diag "topo_setup: unknown option $1"
			return 1
			;;
		esac
		shift
	done
	modprobe -a veth bridge
	set_defaults
	plan_net front
	plan_net back
	if [[ -n $pair ]]; then
		plan_director director 5
		plan_director peer 6
	else
		plan_director director 1
	fi
	if [[ -n $router ]]; then
		plan_client_behind_router
	else
		plan_client
	fi
	for ((i = 1; i <= count; i++)); do
		plan_backend "b$i"
	done
	carry_out
	for space in "${directors[@]}"; do
		forwarding "$space"
	done
	[[ -z $router ]] || forwarding router
}

# Kill what runs in a namespace and remove it.
space_del() {
	local pids

	pids=$(ip netns pids "$1")
	# shellcheck disable=SC2086
	[[ -z $pids ]] || kill -KILL $pids 2>/dev/null || true
	ip netns del "$1"
}

topo_teardown() {
	local space

	for space in "${topo_spaces[@]}"; do
		[[ ! -e /run/netns/$space ]] || space_del "$space"
	done
	topo_spaces=()
	directors=()
	backends=()
}

# net_mtu NETWORK MTU: of every interface in it
net_mtu() {
	local net=$1 port

	while IFS=@ read -r port _; do
		inside "$net" "link set $port mtu $2"
		inside "$port" "link set $net mtu $2"
	done < <(ip -n "$net" -br link show master br0)
	inside "$net" "link set br0 mtu $2"
	carry_out
}

# vip_local [NAMESPACE]: make the VIPs addresses of the director's own
vip_local() {
	local space=${1:-director}

	ip -n "$space" address add $VIP4/32 dev lo
	ip -n "$space" address add $VIP6/128 dev lo nodad
}

# backend_direct bN...: replies to the client do not pass the director
backend_direct() {
	local backend n

	for backend in "$@"; do
		[[ ! -e $WORK/direct.$backend ]] || continue
		n=$((10 + ${backend#b}))
		plan_attach "$backend" front "10.0.1.$n" "fd00:1::$n"
		plan_route "$backend" 10.0.3.0/24 10.0.1.3 fd00:3::/64 fd00:1::3
		: >"$WORK/direct.$backend"
	done
	carry_out
}

# The VIP as an address that the backend serves but never announces.
own_vip() {
	ns_sysctl "$1" net.ipv4.conf.all.arp_ignore=1 \
		net.ipv4.conf.all.arp_announce=2
	inside "$1" "address replace $VIP4/32 dev lo" \
		"address replace $VIP6/128 dev lo nodad"
}

plan_tunnel_ends() {
	inside "$1" "link add vip4 type ipip local $(backend4 "$1")" \
		"link add vip6 type ip6tnl mode ip6ip6 local $(backend6 "$1") remote ::" \
		'link set vip4 up' 'link set vip6 up'
}

# Every kind of end that a tunnel of nflb's can have in a kernel: gre4k and gre6k
# have key 7 and want checksums; GUE comes in at ports 6080 and 6081.
plan_any_tunnel_ends() {
	local four six key='ikey 7 okey 7 icsum ocsum'

	four=$(backend4 "$1")
	six=$(backend6 "$1")
	inside "$1" "link add vip4 type ipip local $four" \
		"link add sit4 type sit local $four" \
		"link add vip6 type ip6tnl mode any local $six remote ::" \
		"link add gre4 type gre local $four" \
		"link add gre4k type gre local $four $key" \
		"link add gre6 type ip6gre local $six remote ::" \
		"link add gre6k type ip6gre local $six remote :: $key" \
		'link set vip4 up' 'link set sit4 up' 'link set vip6 up' \
		'link set gre4 up' 'link set gre4k up' \
		'link set gre6 up' 'link set gre6k up' \
		'fou add port 6080 gue' 'fou add port 6081 gue' \
		'fou add port 6080 gue -6' 'fou add port 6081 gue -6'
}

# backend_owns_vip dr|ipip|tunnel bN...: serve the VIP, answering the client directly
backend_owns_vip() {
	local forward=$1 backend
	shift

	[[ $forward != ipip ]] || modprobe -a ipip ip6_tunnel
	[[ $forward != tunnel ]] || modprobe -a ipip ip6_tunnel sit ip_gre \
		ip6_gre fou fou6
	backend_direct "$@"
	for backend in "$@"; do
		own_vip "$backend"
		[[ $forward != ipip ]] || plan_tunnel_ends "$backend"
		[[ $forward != tunnel ]] || plan_any_tunnel_ends "$backend"
	done
	carry_out
}

# client_many: every address of 10.9.0.0/16 and fd00:9::/64 is the client's, for
# `traffic --source "$(many FAMILY)" --source-count N`
client_many() {
	ip -n client route add local 10.9.0.0/16 dev lo
	ip -n client -6 route add local fd00:9::/64 dev lo
	ns_sysctl client net.ipv6.ip_nonlocal_bind=1
	route_many director $CLIENT4 $CLIENT6
}

# route_many NAMESPACE IPV4 IPV6: the way to them
route_many() {
	ip -n "$1" route add 10.9.0.0/16 via "$2"
	ip -n "$1" -6 route add fd00:9::/64 via "$3"
}

# many 4|6: the first of these addresses
many() {
	case $1 in
	4) echo 10.9.0.1 ;;
	6) echo fd00:9::1 ;;
	esac
}

# offloads on|off NAMESPACE...: of all its devices
offloads() {
	local space device

	for space in "${@:2}"; do
		for device in $(ip -n "$space" -j link show type veth | jq -r '.[].ifname'); do
			in_ns "$space" ethtool -K "$device" tx "$1" sg "$1" tso "$1" \
				gso "$1" gro "$1" >/dev/null
		done
	done
}
