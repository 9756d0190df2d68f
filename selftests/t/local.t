#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# The director as a backend and as a client: every way to a backend, both
# families, TCP and UDP, whether the VIP is an address of the director or not;
# and what it sends for itself stays as it is.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/crafted.sh
. "$(dirname "$0")/../crafted.sh"

BYTES=65536
declare -A own=([4]=10.0.2.1 [6]=fd00:2::1)
declare -A loopback=([4]=127.0.0.1 [6]=::1)
# What a tunnel leaves of 1500 bytes, and data that does not fit
declare -A room=([4]=1480 [6]=1460) size=([4]=1440 [6]=1420)
declare -A pool=([4]=10.0.2.200 [6]=fd00:2::200)
protocols=(tcp udp)
# forward, port of the service and of its servers, the other backend
methods=(
	'nat     7001 7000 b1'
	'fullnat 7002 7000 b1'
	'dr      7003 7003 b2'
	'ipip    7004 7004 b2'
)

own_endpoint() {
	echo "$(bracket "${own[$1]}"):$2"
}

# Functions for each_method: FAMILY PROTOCOL and the fields, then what is given
both_backends() {
	local key

	key=$(vip_key "$1" "$2" "$4")
	echo "service add $key scheduler rr source-pool ${pool[$1]}"
	echo "backend add $key $(own_endpoint "$1" "$5") forward $3"
	echo "backend add $key $(vip_endpoint "$1" "$6:$5") forward $3"
}

# translates FORWARD: the VIP need not be the director's for it
translates() {
	[[ $1 == nat || $1 == fullnat ]]
}

from_client() {
	is "IPv$1 $2 $3 $4, $7: the director is as good as $6" \
		"$(moved client "$1" "$2" "$4")" \
		"backend.$6=2 backend.director=2 bytes=$BYTES failed=0"
}

# What needs the director to have the VIP
from_client_translated() {
	! translates "$3" || from_client "$@"
}

# The VIP is an address of the host that the answers go to, so a client must
# not use it as its own where backends have it too.
from_director() {
	local -a source=()

	translates "$3" || source=(--source "${own[$1]}")
	is "IPv$1 $2 $3 $4, $7: the director is a client" \
		"$(moved director "$1" "$2" "$4" "${source[@]}")" \
		"backend.$6=2 backend.director=2 bytes=$BYTES failed=0"
}

# The VIP is nobody's: the director cannot serve it without translation.
from_director_remote() {
	if translates "$3"; then
		from_director "$@"
		return
	fi
	vip_backend set "$1" "$2" "$4" "$6:$5" weight 2
	lbadm backend set "$2" "$(bracket "$(vip "$1")"):$4" "$(own_endpoint "$1" "$5")" weight 0
	is "IPv$1 $2 $3 $4, $7: the director is a client" \
		"$(moved director "$1" "$2" "$4")" "backend.$6=4 bytes=$BYTES failed=0"
	lbadm backend set "$2" "$(bracket "$(vip "$1")"):$4" "$(own_endpoint "$1" "$5")" weight 1
	vip_backend set "$1" "$2" "$4" "$6:$5" weight 1
}

drops() {
	lbadm -j stats | jq ".drops.$1"
}

# Without translation, to a VIP that the director does not have
not_its_address() {
	local family before name="IPv$1 dr to the director, which has not the VIP"

	family=$1
	vip_service add "$family" udp 7100
	lbadm backend add udp "$(bracket "$(vip "$family")"):7100" "$(own_endpoint "$family" 7100)" forward dr
	before=$(drops no_route)
	like "$name: no answer" \
		"$(traffic_in client echo udp "$(vip "$family")" 7100 --timeout 700 || true)" 'failed=1'
	between "$name: counted" $(($(drops no_route) - before)) 1 5
	is "$name: explained" \
		"$(lbadm -j connection del all >"$WORK/deleted"; explain "$family" udp 7100)" \
		'local true drop no_route'
	vip_service del "$family" udp 7100
}

# explain FAMILY PROTOCOL PORT
explain() {
	local client=CLIENT$1

	lbadm service set "$2" "$(bracket "$(vip "$1")"):$3" scheduler sh
	lbadm -j explain "$2" "$(bracket "${!client}"):5000" "$(bracket "$(vip "$1")"):$3" |
		jq -r '"local \(.local) \(.verdict) \(.reason // .device // "here")"'
}

explained() {
	vip_service add "$1" tcp 7101
	vip_backend add "$1" tcp 7101 b1
	is "IPv$1: b1 is explained" "$(explain "$1" tcp 7101)" 'local false forward back'
	vip_backend del "$1" tcp 7101 b1
	lbadm backend add tcp "$(bracket "$(vip "$1")"):7101" "$(bracket "${own[$1]}")"
	is "IPv$1: the director is explained" "$(explain "$1" tcp 7101)" \
		'local true forward here'
	like "IPv$1: the same in words" \
		"$(lbadm explain tcp "$(bracket "${own[$1]}"):1" "$(bracket "$(vip "$1")"):7101")" \
		$'\nroute       local\nverdict     forward'
	vip_service del "$1" tcp 7101
}

# A refusal of the director's own stack is told of in the VIP's name.
closed_port() {
	local protocol

	for protocol in tcp udp; do
		vip_service add "$1" $protocol 7102
		lbadm backend add $protocol "$(bracket "$(vip "$1")"):7102" "$(own_endpoint "$1" 7199)"
		like "IPv$1 $protocol: a closed port of the director is refused" \
			"$(traffic_in client echo $protocol "$(vip "$1")" 7102 --timeout 4000 || true)" \
			'error\.ECONNREFUSED=1'
		like "IPv$1 $protocol: to the director, too" \
			"$(traffic_in director echo $protocol "$(vip "$1")" 7102 --timeout 4000 || true)" \
			'error\.ECONNREFUSED=1'
		vip_service del "$1" $protocol 7102
	done
}

# Nobody there, or not any more: the director is told as any client.
policies() {
	local protocol

	for protocol in tcp udp; do
		vip_service add "$1" $protocol 7103
		like "IPv$1 $protocol: without backend the director is refused" \
			"$(traffic_in director echo $protocol "$(vip "$1")" 7103 --timeout 4000 || true)" \
			'error\.ECONNREFUSED=1'
		vip_service del "$1" $protocol 7103
	done
	vip_service add "$1" tcp 7103
	vip_backend add "$1" tcp 7103 b1:7000
	hold_start down director tcp "$(vip "$1")" 7103 --count 2 >"$WORK/held"
	vip_backend down "$1" tcp 7103 b1:7000
	wait_until 20 hold_ended
	like "IPv$1: the director's connections to a dead backend are reset" \
		"$(hold_stop down)" 'error\.ECONNRESET=2'
	vip_service del "$1" tcp 7103
}

hold_ended() {
	[[ $(in_ns director ss -Htn state established dport 7103 | wc -l) == 0 ]]
}

# A segment that fits the director's way to the VIP but not the tunnel.
too_big() {
	vip_service add "$1" udp 7104
	vip_backend add "$1" udp 7104 b2 forward ipip
	like "IPv$1: the director learns what fits a tunnel" \
		"$(traffic_in director echo udp "$(vip "$1")" 7104 --size "${size[$1]}" --bytes "${size[$1]}" --dont-fragment || true)" \
		"mtu_min=${room[$1]}"
	vip_service del "$1" udp 7104
}

# sorry FAMILY: the host by its loopback address, as of old
sorry() {
	vip_service add "$1" tcp 7003-7005
	lbadm backend add tcp "$(bracket "$(vip "$1")"):7003-7005" "$(bracket "${loopback[$1]}")" forward dr
	is "IPv$1: loopback stands for the director" "$(moved client "$1" tcp 7003)" \
		"backend.director=4 bytes=$BYTES failed=0"
	is "IPv$1: for the director too, whose answers look like requests" \
		"$(own_traffic director "$(vip "$1")" 7003 --source "$(vip "$1")")" \
		'backend.director=1 failed=0'
	vip_service del "$1" tcp 7003-7005
}

# By mark: neither the marked packet nor what was made of it is taken twice.
marked() {
	local mark=(mark 5 family "$1")

	lbadm service add "${mark[@]}"
	lbadm backend add "${mark[@]}" "$(own_endpoint "$1" 7000)"
	is "IPv$1: the director serves a mark" "$(moved client "$1" tcp 7105)" \
		"backend.director=4 bytes=$BYTES failed=0"
	lbadm backend del "${mark[@]}" "$(own_endpoint "$1" 7000)"
	lbadm backend add "${mark[@]}" "$(bracket "${own[$1]}")" forward dr
	is "IPv$1: without translation, too" "$(moved client "$1" tcp 7000)" \
		"backend.director=4 bytes=$BYTES failed=0"
	is "IPv$1: as many connections as there were" \
		"$(lbadm -j service show "${mark[@]}" | jq .connections)" 8
	lbadm service del "${mark[@]}"
}

mark_ports() {
	in_ns director nft -f - <<-EOT
		table inet marks {
			chain in {
				type filter hook prerouting priority mangle;
				tcp dport 7000 meta mark set 5
				tcp dport 7105 meta mark set 5
			}
		}
	EOT
}

# What is not to the address and port of a service is none of our business.
left_alone() {
	local family=$1 client=CLIENT$1 net=$2 before after

	before=$(lbadm -j stats)
	is "IPv$family: the director to its own server" \
		"$(own_traffic director "${own[$family]}")" 'backend.director=1 failed=0'
	is "IPv$family: the director to b1 itself" \
		"$(own_traffic director "$(backend_address "$family" b1)")" 'backend.b1=1 failed=0'
	is "IPv$family: a client to the director's own server" \
		"$(own_traffic client "${own[$family]}")" 'backend.director=1 failed=0'
	after=$(lbadm -j stats)
	is "IPv$family: nothing of it was balanced" "$after" "$before"
	lbadm service add tcp "$net:any"
	is "IPv$family: a prefix that has the client leaves the director's answers alone" \
		"$(own_traffic client "${own[$family]}")" 'backend.director=1 failed=0'
	is "IPv$family: and its requests" \
		"$(own_traffic director "${!client}")" 'backend.client=1 failed=0'
	lbadm service del tcp "$net:any"
}

own_traffic() {
	traffic_in "$1" echo tcp "$2" "${3:-7000}" --bytes 20000 --source-port 7005 --close reset --timeout 5000 "${@:4}" |
		grep -E '^(backend\..*|failed)=' | sort | xargs
}

# Connection tracking, told to keep the director's books, has nothing of ours.
untracked() {
	in_ns director nft -f - <<-EOT
		table inet watch {
			counter tracked { }
			chain out {
				type filter hook postrouting priority 0;
				ip saddr $VIP4 ct state != untracked counter name tracked
				ip daddr 10.0.2.11 ct state != untracked counter name tracked
				ip6 saddr $VIP6 ct state != untracked counter name tracked
				ip6 daddr fd00:2::11 ct state != untracked counter name tracked
			}
			chain in {
				type filter hook input priority 0;
				ip daddr ${own[4]} tcp dport 7000 ct state != untracked counter name tracked
				ip6 daddr ${own[6]} tcp dport 7000 ct state != untracked counter name tracked
			}
		}
	EOT
}

tracked() {
	in_ns director nft -j list counter inet watch tracked |
		jq '.nftables[] | .counter? // empty | .packets'
}

topo_setup --backends 2
director_load
backend_owns_vip ipip b2
ip -n director address add "${pool[4]}/24" dev back
ip -n director address add "${pool[6]}/64" dev back nodad
serve 7000
serve 7003 b2
serve 7004 b2
serve 7104 b2
for port in 7000 7003 7004; do
	traffic_in director serve director $port --daemon
done
traffic_in client serve client 7000 --daemon
# Where the director would look for the VIP; nobody is there.
ip -n director route add $VIP4/32 dev front
ip -n director route add $VIP6/128 dev front

for family in 4 6; do
	closed_port $family
	policies $family
	not_its_address $family
	explained $family
	too_big $family
done
ok 'all services' lbadm restore - < <(each_method both_backends)
left_alone 4 10.0.1.0/24
left_alone 6 '[fd00:1::]/64'
untracked
each_method from_client_translated 'VIP of nobody'
each_method from_director_remote 'VIP of nobody'
is 'nothing of it was tracked' "$(tracked)" 0
in_ns director nft delete table inet watch

ip -n director route del $VIP4/32 dev front
ip -n director route del $VIP6/128 dev front
vip_local
each_method from_client "VIP of the director's"
protocols=(tcp udp)
methods=("${methods[@]:0:2}")
each_method from_director "VIP of the director's"
lbadm service del tcp $VIP4:7003
lbadm service del tcp "[$VIP6]:7003"
lbadm service del tcp $VIP4:7004
lbadm service del tcp "[$VIP6]:7004"
sorry 4
sorry 6
mark_ports
for family in 4 6; do
	lbadm service del tcp "$(bracket "$(vip $family)"):7001"
	marked $family
done
phantoms_setup
lbadm service set udp $VIP4:1053 one-packet on
cases_start
crafted 'loopback as a source on the wire is none' loopback_source
crafted 'nor as a destination' loopback_destination
is 'nothing was lost on the way' \
	"$(lbadm -j stats | jq '.drops | .no_memory + .collision + .malformed + .checksum')" 0

done_testing
