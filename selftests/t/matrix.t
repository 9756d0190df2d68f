#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Everything by everything: each forward, each pair of families that it can
# join, each protocol, with a VIP of nobody's and with one of the director's.
# Data comes back unchanged from both backends.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

BYTES=20000
PROTOCOLS=(tcp udp sctp)
# forward, families of service and backend, port, backends
MATRIX=(
	'nat     44 7000 b1 b2'
	'nat     66 7000 b1 b2'
	'fullnat 44 7001 b1 b2'
	'fullnat 66 7001 b1 b2'
	'dr      44 7002 b3 b4'
	'dr      66 7002 b3 b4'
	'ipip    44 7003 b3 b4'
	'ipip    66 7003 b3 b4'
	'ipip    46 7004 b3 b4'
	'ipip    64 7004 b3 b4'
	'gre     44 7005 b3 b4'
	'gre     66 7005 b3 b4'
	'gre     46 7006 b3 b4'
	'gre     64 7006 b3 b4'
	'gue     44 7007 b3 b4'
	'gue     66 7007 b3 b4'
	'gue     46 7008 b3 b4'
	'gue     64 7008 b3 b4'
)
declare -A pool=([4]=10.0.2.200 [6]=fd00:2::200)

# each_way COMMAND...: with PROTOCOL FORWARD FAMILY BACKEND-FAMILY PORT bN bN
each_way() {
	local row protocol forward pair port one two

	for row in "${MATRIX[@]}"; do
		read -r forward pair port one two <<<"$row"
		for protocol in "${PROTOCOLS[@]}"; do
			"$@" "$protocol" "$forward" "${pair:0:1}" "${pair:1}" \
				"$port" "$one" "$two"
		done
	done
}

configure() {
	local key backend options='scheduler rr'

	key=$(vip_key "$3" "$1" "$5")
	[[ $2 != fullnat ]] || options+=" source-pool ${pool[$3]}"
	echo "service add $key $options"
	for backend in "${@:6}"; do
		echo "backend add $key $(vip_endpoint "$4" "$backend"):$5 forward $2"
	done
}

# move_data WHOSE-VIP, then as in each_way
move_data() {
	local report

	report=$(traffic_in client echo "$2" "$(vip "$4")" "$6" --count 2 \
		--parallel 2 --size 1300 --bytes "$BYTES" --timeout 10000) || true
	is "$3, IPv$4 to IPv$5, $2, $1" \
		"$(data_moved <<<"$report")" \
		"backend.$7=1 backend.$8=1 bytes=$((2 * BYTES)) failed=0"
}

# servers PORT ADDRESS4|own ADDRESS6 bN...: SCTP must be told its addresses, or
# it tells clients of others
servers() {
	local backend four six

	for backend in "${@:4}"; do
		four=$2 six=$3
		[[ $2 != own ]] || four=$(backend4 "$backend") six=$(backend6 "$backend")
		traffic_in "$backend" serve "$backend" "$1" --daemon \
			--sctp "$four" --sctp "$six"
	done
}

topo_setup --backends 4
director_load
modprobe sctp
backend_owns_vip tunnel b3 b4
ip -n director address add "${pool[4]}/24" dev back
ip -n director address add "${pool[6]}/64" dev back nodad
for port in 7000 7001; do
	servers $port own own b1 b2
done
for port in 7002 7003 7004 7005 7006 7007 7008; do
	servers $port $VIP4 $VIP6 b3 b4
done
ok 'all services' lbadm restore - < <(each_way configure)

each_way move_data "VIP of nobody's"
vip_local
each_way move_data "VIP of the director's"
is 'every connection was balanced' \
	"$(lbadm -j service list | jq -r '.[].connections' | sort | uniq -c | xargs)" \
	"$((${#MATRIX[@]} * ${#PROTOCOLS[@]})) 4"
is 'nothing was dropped but what a tunnel had no room for' \
	"$(lbadm -j stats | jq -c '.drops | del(.too_big) | with_entries(select(.value > 0))')" '{}'

done_testing
