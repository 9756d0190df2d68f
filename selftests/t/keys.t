#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Services by prefix, port range and any port: the most specific one that has a
# packet gets it, replies come back from where the client sent its requests,
# and the director's own addresses are its own.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

# In the prefixes of the VIP: a neighbour, one far off, one of the director's.
declare -A addresses=(
	[near4]=198.51.100.77 [far4]=198.51.7.7 [own4]=198.51.100.9
	[near6]=2001:db8:100::77 [far6]=2001:db8:1ff::7 [own6]=2001:db8:100::9
	[net4]=198.51.100.0/24 [wide4]=198.51.0.0/16
	[net6]='[2001:db8:100::]/64' [wide6]='[2001:db8::]/32'
)

# Of this family
address() {
	echo "${addresses[$1$family]}"
}

# key PROTOCOL WHERE PORTS; WHERE: vip, net or wide
key() {
	case $2 in
	vip) vip_key "$family" "$1" "$3" ;;
	*) echo "$1 $(address "$2"):$3" ;;
	esac
}

# From the most specific to the least: where, ports, backend
pools() {
	cat <<-EOT
		vip 7000 b1:7001
		vip 7001-7010 b2
		vip any b3
		net 7000 b4
		net 7001-7002 b1
		net 7003-7010 b2
		wide any b3
	EOT
}

# Made in another order than they are asked in
configure() {
	local protocol where ports backend

	for protocol in tcp udp; do
		while read -r where ports backend; do
			echo "service add $(key $protocol "$where" "$ports") scheduler rr"
			echo "backend add $(key $protocol "$where" "$ports")" \
				"$(vip_endpoint "$family" "$backend") forward nat"
		done < <(pools | shuf --random-source=/dev/zero)
	done
}

# who ADDRESS PORT: who answers there, by both protocols
who() {
	local protocol

	for protocol in tcp udp; do
		{
			traffic_in client echo $protocol "$1" "$2" --bytes 1000 \
				--timeout 20000 --resend 3000 || true
		} | sed -n 's/^backend\.\(.*\)=1$/\1/p; s/^error\.\(.*\)=.*/\1/p'
	done | xargs
}

both() {
	is "IPv$family: $1" "$(who "$2" "$3")" "$4 $4"
}

test_order() {
	local vip near far

	vip=$(vip "$family") near=$(address near) far=$(address far)
	both 'exact port' "$vip" 7000 b1
	both 'first port of a range' "$vip" 7001 b2
	both 'last port of a range' "$vip" 7010 b2
	both 'any port' "$vip" 7011 b3
	both 'exact port of a prefix' "$near" 7000 b4
	both 'range of a prefix' "$near" 7001 b1
	both 'another range of the prefix' "$near" 7010 b2
	both 'the shorter prefix behind the longer' "$near" 7011 b3
	both 'the shorter prefix alone' "$far" 7000 b3
}

# What the connections of a service look like
connections() {
	lbadm -j connection list service "$@" | jq -r '.[] |
		"\(.protocol) \(.service.address) \(.service.port) \(.backend.address) \(.backend.port)"' |
		sort -u | xargs
}

test_connections() {
	local -a service

	read -ra service <<<"$(key udp net 7003-7010)"
	is "IPv$family: a connection shows what the client asked for" \
		"$(connections "${service[@]}")" \
		"udp $(address near) 7010 $(backend_address "$family" b2) 7010"
	is "IPv$family: and the key of its service" \
		"$(lbadm -j connection list service "${service[@]}" | jq -r '.[0].service.key')" \
		"${service[*]}"
	is "IPv$family: connections by the port they have at the backend" \
		"$(lbadm connection count service "${service[@]}" \
			backend "$(vip_endpoint "$family" b2:7010)")" 1
}

test_own_address() {
	local own

	own=$(address own)
	both "an address of a prefix, not yet the director's" "$own" 7000 b4
	if ((family == 4)); then
		ip -n director address add "$own/32" dev lo
	else
		ip -n director address add "$own/128" dev lo nodad
	fi
	both "the director's own address" "$own" 7012 director
	vip_local
	both 'any port of the VIP, which is an address of the director now' \
		"$(vip "$family")" 7012 b3
	ip -n director address flush dev lo scope global
}

# The refusal of a backend that has nothing at this port names the right one.
test_errors() {
	both 'what a backend refuses is refused' "$(vip "$family")" 7009 ECONNREFUSED
}

test_save() {
	lbadm save >"$WORK/saved"
	like "IPv$family: saved" "$(<"$WORK/saved")" \
		"service add $(key tcp wide any | sed 's/[][]/\\&/g') scheduler rr"
	clear_services
	ok "IPv$family: restored" lbadm restore "$WORK/saved"
	is "IPv$family: saved again" "$(lbadm save)" "$(<"$WORK/saved")"
}

refused() {
	local output

	output=$(lbadm "${@:3}" 2>&1) && output="accepted: ${*:3}"
	is "IPv$family: $1" "$output" "lbadm: ${*:3:5}: $2"
}

test_refusals() {
	local net vip

	net=$(address net) vip=$(vip_key "$family" tcp '')
	refused 'a range over another' 'port range overlaps that of another service' \
		service add tcp "$net:7002-7003"
	refused 'a range around another' 'port range overlaps that of another service' \
		service add tcp "$net:1-65535"
	refused 'the same range' 'service exists already' service add tcp "$net:7003-7010"
	ok "IPv$family: the same of another protocol and prefix" lbadm restore - <<-EOT
		service add tcp $net:7011-7012
		service add ${vip}7011-7012
		service add ${vip}1-6999
		service add ${vip}7013-65535
	EOT
	refused "dr to another port" 'only forward nat and fullnat can change the port' \
		backend add tcp "$net:7003-7010" "$(vip_endpoint "$family" b3:7003)" forward dr
	ok "IPv$family: a service that is not there" \
		grep -q 'no such service' <(lbadm service show tcp "$net:7002-7003" 2>&1)
}

clear_services() {
	local protocol address

	while read -r _ _ protocol address _; do
		lbadm service del "$protocol" "$address"
	done < <(lbadm save | grep '^service')
}

# As services go, the next one in line is asked.
test_removal() {
	local vip near protocol

	vip=$(vip "$family") near=$(address near)
	for protocol in tcp udp; do
		# shellcheck disable=SC2046
		lbadm service del $(key $protocol vip 7000)
		# shellcheck disable=SC2046
		lbadm service del $(key $protocol net 7003-7010)
	done
	both 'any port after the exact one is gone' "$vip" 7000 b3
	both 'the shorter prefix after a range is gone' "$near" 7010 b3
	both 'the range beside it stays' "$near" 7002 b1
	clear_services
	ip -n director address add "$(address near)/$((family == 4 ? 32 : 128))" dev lo
	both 'with no service left the host answers' "$near" 7012 director
	ip -n director address flush dev lo scope global
}

topo_setup --backends 4
director_load
for port in 7000 7001 7002 7010 7011; do
	serve $port
done
serve 7012
serve 7012 director

for family in 4 6; do
	ok "IPv$family: services of every kind" lbadm restore - < <(configure)
	test_order
	test_connections
	test_own_address
	test_errors
	test_save
	test_order
	test_refusals
	clear_services
	lbadm restore - < <(configure)
	test_removal
done

done_testing
