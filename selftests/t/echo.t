#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Pings of a service's address: answered by the director where the service asks
# for it, has a backend, and the address is nobody's.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

declare -A addresses=(
	[near4]=198.51.100.77 [near6]=2001:db8:100::77
	[net4]=198.51.100.0/24 [net6]='[2001:db8:100::]/64'
)

address() {
	echo "${addresses[$1$family]}"
}

# pings ADDRESS OPTION...: how many of two are answered
pings() {
	{
		in_ns client ping "-$family" -n -c 2 -i 0.2 -W 2 "${@:2}" "$1" || true
	} | sed -n 's/.* \([0-9]\) received.*/\1/p'
}

test_vip() {
	local vip

	vip=$(vip "$family")
	vip_pool "$family" tcp 7000 '' nat b1 | lbadm restore -
	is "$name: not asked for" "$(pings "$vip")" 0
	vip_service set "$family" tcp 7000 icmp-reply on
	is "$name: answered" "$(pings "$vip")" 2
	is "$name: a large one, in fragments" "$(pings "$vip" -s 4000)" 2
	is "$name: another address is not" "$(pings "$(address near)")" 0
	vip_backend set "$family" tcp 7000 b1 weight 0
	is "$name: without a usable backend" "$(pings "$vip")" 0
	vip_pool "$family" udp 7000 'icmp-reply on' dr b2 | lbadm restore -
	is "$name: another service of the address has one" "$(pings "$vip")" 2
	vip_service del "$family" udp 7000
	is "$name: which goes" "$(pings "$vip")" 0
	vip_backend set "$family" tcp 7000 b1 weight 1
	is "$name: a backend again" "$(pings "$vip")" 2
}

# The answer as it leaves: from the VIP, with the checksums right
test_wire() {
	local tcpdump pattern

	in_ns client tcpdump -i front -tnvvc1 --immediate-mode \
		"icmp[0] = 0 or (ip6 and ip6[40] = 129)" >"$WORK/wire" 2>"$WORK/wire.err" &
	tcpdump=$!
	wait_until 20 grep -q 'listening on' "$WORK/wire.err"
	pings "$(vip "$family")" >"$WORK/pings"
	wait_until 20 test -s "$WORK/wire" || kill "$tcpdump"
	wait "$tcpdump" || true
	pattern=$(vip "$family")
	like "$name: from the VIP, hops as from here" "$(tr -d '\n' <"$WORK/wire")" \
		"(ttl|hlim) 64.*${pattern//./\\.} > .*echo reply"
	unlike "$name: with the right checksum" "$(<"$WORK/wire")" 'bad|wrong'
}

test_host() {
	vip_service set "$family" tcp 7000 icmp-reply off
	vip_local
	is "$name: the host answers for its own address" "$(pings "$(vip "$family")")" 2
	ip -n director address flush dev lo scope global
	is "$name: and only for that" "$(pings "$(vip "$family")")" 0
	vip_service set "$family" tcp 7000 icmp-reply on
	ns_sysctl director net.ipv4.icmp_echo_ignore_all=1 net.ipv6.icmp.echo_ignore_all=1
	is "$name: pings are to be ignored" "$(pings "$(vip "$family")")" 0
	ns_sysctl director net.ipv4.icmp_echo_ignore_all=0 net.ipv6.icmp.echo_ignore_all=0
}

test_prefix() {
	lbadm restore - <<-EOT
		service add udp $(address net):7001 icmp-reply on
		backend add udp $(address net):7001 $(vip_endpoint "$family" b1)
	EOT
	is "$name: any address of a prefix" "$(pings "$(address near)")" 2
	lbadm save >"$WORK/saved"
	like "$name: saved" "$(<"$WORK/saved")" 'icmp-reply on'
	lbadm service del udp "$(address net):7001"
	vip_service del "$family" tcp 7000
	is "$name: nothing is left" "$(pings "$(vip "$family")")" 0
	lbadm restore "$WORK/saved"
	is "$name: saved again" "$(lbadm save)" "$(<"$WORK/saved")"
	is "$name: restored" "$(pings "$(address near)")" 2
	is "$name: in JSON" "$(vip_value "$family" tcp 7000 .icmp_reply)" true
	lbadm service del udp "$(address net):7001"
	vip_service del "$family" tcp 7000
}

topo_setup --backends 2
director_load

for family in 4 6; do
	name="IPv$family"
	test_vip
	test_wire
	test_host
	test_prefix
done
like 'a mark has no address' "$(lbadm service add mark 5 icmp-reply on 2>&1 || true)" \
	'icmp-reply needs a service with an address$'

done_testing
