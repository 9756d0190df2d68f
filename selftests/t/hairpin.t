#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# A backend that is a client too, of itself or of its neighbours: NAT gives such
# connections a source of the director's, and no others.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

BYTES=65536
declare -A own=([4]=10.0.2.1 [6]=fd00:2::1)
declare -A pool=([4]=10.0.2.200 [6]=fd00:2::200)
declare -A loopback=([4]=127.0.0.1 [6]=::1)
# An address of b3's in the same link, in a network that b1 and b2 are not in
declare -A other=([4]=10.0.5.11 [6]=fd00:5::11)

# sources FAMILY PROTOCOL PORT CLIENT: forward, source address and whether its
# port is behind those of sockets, for the connections of a client
sources() {
	lbadm -j connection list service "$2" "$(bracket "$(vip "$1")"):$3" client "$4" |
		jq -r '.[] | "\(.forward) \(.source.address // "its own") \((.source.port // 0) >= 61000)"' |
		sort | uniq -c | xargs
}

both='backend.b1=2 backend.b2=2 '
both+="bytes=$BYTES failed=0"

hairpin() {
	local family=$1 protocol=$2 name="IPv$1 $2" client=CLIENT$1

	vip_service add "$family" "$protocol" 7000 scheduler rr
	vip_backend add "$family" "$protocol" 7000 b1
	vip_backend add "$family" "$protocol" 7000 b2
	is "$name: b1 is served by itself and by b2" \
		"$(moved b1 "$family" "$protocol" 7000)" "$both"
	is "$name: as from the director" \
		"$(sources "$family" "$protocol" 7000 "$(backend_address "$family" b1)")" \
		"4 fullnat ${own[$family]} true"
	is "$name: who is elsewhere is served" \
		"$(moved client "$family" "$protocol" 7000)" "$both"
	is "$name: as from where it is" \
		"$(sources "$family" "$protocol" 7000 "${!client}")" '4 nat its own false'
	is "$name: who is in the same link but in another network is served" \
		"$(moved b3 "$family" "$protocol" 7000 --source "${other[$family]}")" "$both"
	is "$name: as from where it is" \
		"$(sources "$family" "$protocol" 7000 "${other[$family]}")" '4 nat its own false'
	is "$name: the director is served" \
		"$(moved director "$family" "$protocol" 7000 --source "${own[$family]}")" "$both"
	is "$name: as from where it is" \
		"$(sources "$family" "$protocol" 7000 "${own[$family]}")" '4 nat its own false'
	is "$name: from its loopback address too" \
		"$(moved director "$family" "$protocol" 7000 --source "${loopback[$family]}")" "$both"
	is "$name: as from another one" \
		"$(sources "$family" "$protocol" 7000 "${loopback[$family]}")" \
		"4 fullnat ${own[$family]} true"
	vip_service del "$family" "$protocol" 7000
}

pooled() {
	local family=$1 protocol=$2 name="IPv$1 $2"

	vip_service add "$family" "$protocol" 7001 scheduler rr \
		source-pool "${pool[$family]}" ports 2000-2003
	vip_backend add "$family" "$protocol" 7001 b1:7000
	is "$name: four flows with a pool of four ports" \
		"$(moved b1 "$family" "$protocol" 7001)" "backend.b1=4 bytes=$BYTES failed=0"
	is "$name: as from the pool" \
		"$(sources "$family" "$protocol" 7001 "$(backend_address "$family" b1)")" \
		"4 fullnat ${pool[$family]} false"
	like "$name: which is all there is" \
		"$(traffic_in b1 echo "$protocol" "$(vip "$family")" 7001 --timeout 700 || true)" \
		'failed=1'
	between "$name: and says so" "$(lbadm -j stats | jq .drops.ports_exhausted)" 1 100
	vip_service del "$family" "$protocol" 7001
}

# Twice through the same port of the client, and what is told on the way.
explained() {
	local said

	vip_service add "$1" tcp 7000 scheduler sh
	vip_backend add "$1" tcp 7000 b2
	said=$(lbadm -j explain tcp "$(bracket "$(backend_address "$1" b1)"):4000" \
		"$(bracket "$(vip "$1")"):7000" | jq -r '"\(.forward) \(.device)"')
	is "IPv$1: is explained" "$said" 'fullnat back'
	said=$(lbadm -j explain tcp "$(bracket "${other[$1]}"):4000" \
		"$(bracket "$(vip "$1")"):7000" | jq -r '"\(.forward) \(.device)"')
	is "IPv$1: so is what needs none" "$said" 'nat back'
	is "IPv$1: one port of the client, again and again" \
		"$(traffic_in b1 echo tcp "$(vip "$1")" 7000 --source-port 4242 --count 20 \
			--bytes 100 --close reset | grep -E '^(ok|failed)=' | xargs)" \
		'ok=20 failed=0'
	vip_service del "$1" tcp 7000
}

# The backend's own stack refuses: the client hears it from the VIP.
refused() {
	vip_service add "$1" udp 7002
	vip_backend add "$1" udp 7002 b1
	like "IPv$1: an error comes back through the director" \
		"$(traffic_in b1 echo udp "$(vip "$1")" 7002 --timeout 4000 || true)" \
		'error\.ECONNREFUSED=1'
	vip_service del "$1" udp 7002
}

topo_setup --backends 3
director_load
ip -n director -batch - <<-EOT
	address add ${pool[4]}/24 dev back
	address add ${pool[6]}/64 dev back nodad preferred_lft 0
	address add 10.0.5.1/24 dev back
	address add fd00:5::1/64 dev back nodad
EOT
ip -n b3 address add "${other[4]}/24" dev back
ip -n b3 address add "${other[6]}/64" dev back nodad
vip_local
serve 7000 b1 b2

for family in 4 6; do
	for protocol in tcp udp; do
		hairpin $family $protocol
		pooled $family $protocol
	done
	explained $family
	refused $family
done
is 'nothing collided' "$(lbadm -j stats | jq .drops.collision)" 0

done_testing
