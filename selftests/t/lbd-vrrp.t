#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# lbd and keepalived as the two routers of six virtual routers, which run at
# the same time: versions 2 and 3, IPv4 and IPv6, multicast and unicast. Each
# program is master and backup, stops, is killed and comes back; what both
# send is compared field by field.
#
#   one (lbd) ---- lan ---- two (keepalived)
#   10.0.5.1                10.0.5.2
#   fd00:5::1               fd00:5::2
#
# timeout: 240
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/lbd.sh
. "$(dirname "$0")/../lbd.sh"

# By name: m or u for multicast or unicast, version, family. The number is
# virtual router ID and end of the address.
declare -A number=([m24]=11 [m34]=12 [m36]=13 [u24]=14 [u34]=15 [u36]=16)
names=(m24 m34 m36 u24 u34 u36)

# node NUMBER FAMILY, virtual NAME
node() {
	[[ $2 == 4 ]] && echo "10.0.5.$1" || echo "fd00:5::$1"
}

virtual() {
	case $1 in
	*4) echo "10.0.5.${number[$1]}/32" ;;
	*) echo "fd00:5::${number[$1]}/128" ;;
	esac
}

# instance NAME PRIORITY SELF OTHER
instance() {
	local version=${1:1:1} family=${1:2:1}

	printf '%s\n' "vrrp_instance $1 {" 'interface lan' 'state BACKUP' \
		"version $version" "virtual_router_id ${number[$1]}" \
		"priority $2" 'garp_master_delay 1' 'garp_master_repeat 3'
	if ((version == 2)); then
		printf '%s\n' 'advert_int 1' 'authentication {' \
			'auth_type PASS' 'auth_pass geheim' '}'
	else
		echo 'advert_int 0.5'
	fi
	[[ $1 == m* ]] ||
		printf '%s\n' "unicast_src_ip $(node "$3" "$family")" \
			'unicast_peer {' "$(node "$4" "$family")" '}'
	printf '%s\n' 'virtual_ipaddress {' "$(virtual "$1")" '}' '}'
}

# configuration PRIORITY SELF OTHER
configuration() {
	local name

	printf '%s\n' 'global_defs {' 'router_id test' '}'
	for name in "${names[@]}"; do
		instance "$name" "$@"
	done
}

start() {
	configuration "$1" 1 2 >"$WORK/one.conf"
	lbd_start one "$WORK/one.conf"
}

keepalived_start() {
	configuration "$1" 2 1 >"$WORK/keepalived.conf"
	nsenter --net=/run/netns/two -- keepalived -n -l -D \
		-f "$WORK/keepalived.conf" -p "$WORK/k.pid" -r "$WORK/kv.pid" \
		-c "$WORK/kc.pid" >>"$WORK/keepalived.log" 2>&1 &
	keepalived=$!
}

# stop PID: in order
stop() {
	kill "$1"
	wait "$1" || true
}

# has NODE: names of the virtual routers whose address it has
has() {
	local name addresses

	addresses=" $(ip -n "$1" -br addr show dev lan) "
	for name in "${names[@]}"; do
		[[ $addresses != *" $(virtual "$name") "* ]] || printf '%s ' "$name"
	done
}

has_all() {
	[[ $(has "$1") == "${names[*]} " ]]
}

has_none() {
	[[ -z $(has "$1") ]]
}

# masters WHO WHAT: all addresses are there, and only there
masters() {
	local other=one

	[[ $1 == two ]] || other=two
	if ! wait_until 12 has_all "$1" || ! wait_until 3 has_none "$other"; then
		diag "one has: $(has one)"$'\n'"two has: $(has two)"
		tail -n 30 "$WORK"/*.log | sed 's/^/# /' >&2
		verdict "$2" 1
		return
	fi
	verdict "$2" 0
}

# Who sends is the first column of all; unicast has another destination, and
# keepalived leaves the hop limit of IPv6 unicast to the kernel.
ADVERT=(frame.time_epoch vrrp.virt_rtr_id vrrp.prio eth.dst ip.dst ipv6.dst
	ipv6.hlim ip.version ip.hdr_len ip.dsfield ip.flags ip.frag_offset ip.ttl
	ip.proto ipv6.version ipv6.tclass ipv6.nxt frame.len vrrp.version
	vrrp.type vrrp.addr_count vrrp.short_adver_int vrrp.adver_int
	vrrp.auth_type vrrp.auth_string vrrp.checksum.status vrrp.ip_addr
	vrrp.ipv6_addr vrrp.reserved_mbz)
ARP=(frame.len eth.dst arp.hw.type arp.proto.type arp.hw.size arp.proto.size
	arp.opcode arp.dst.hw_mac arp.src.proto_ipv4 arp.dst.proto_ipv4)
ADVERTISEMENT=(frame.len eth.dst ipv6.tclass ipv6.hlim ipv6.src ipv6.dst
	icmpv6.code icmpv6.checksum.status icmpv6.nd.na.flag
	icmpv6.nd.na.target_address icmpv6.opt.type icmpv6.opt.length)

# fields FILTER FIELD...: of all packets
fields() {
	local field
	local -a options=(-e eth.src)

	for field in "${@:2}"; do
		options+=(-e "$field")
	done
	tshark -r "$WORK/capture" -Y "$1" -T fields -E separator='|' \
		"${options[@]}" 2>/dev/null
}

# sent NODE FILE: what it sent, without repetitions
sent() {
	sed -n "s/^${mac[$1]}|//p" "$2" | LC_ALL=C sort -u
}

# same NAME FILE: both nodes send the same, but for who they are
same() {
	isnt "$1: there is something to compare" "$(sent two "$2")" ''
	is "$1, field by field" "$(sent one "$2")" "$(sent two "$2")"
}

# adverts NAME: without time and priority
adverts() {
	awk -F'|' -v OFS='|' -v vrid="${number[$1]}" -v unicast="${1%%[!u]*}" '
		$3 == vrid {
			$2 = $4 = ""
			if (unicast)
				$5 = $6 = $7 = $8 = ""
			print
		}' "$WORK/adverts"
}

# takeover NAME zero|last: milliseconds from when keepalived said it stops, or
# from its last word, until lbd was master
takeover() {
	awk -F'|' -v vrid="${number[$1]}" -v from="$2" \
		-v lbd="${mac[one]}" '
		$3 != vrid { next }
		$1 != lbd && (from == "last" || $4 == 0) { since = $2; took = 0 }
		$1 == lbd && $4 > 0 && since && !took { took = ($2 - since) * 1000 }
		$1 == lbd && $4 > 0 && since && from == "zero" { exit }
		END { printf "%d\n", took ? took : -1 }' "$WORK/adverts"
}

# in_time NAME: takeovers take what RFC 9568 and RFC 3768 say for priority 150
in_time() {
	local interval=500 skew down

	((${1:1:1} == 3)) || interval=1000
	skew=$((106 * interval / 256))
	down=$((3 * interval + skew))
	note "$1: $(takeover "$1" zero) ms after the end, $(takeover "$1" last) ms after a crash"
	between "$1: lbd takes over after the skew time" \
		"$(takeover "$1" zero)" $((skew - 1)) $((skew + 500))
	between "$1: lbd takes over when the master is down" \
		"$(takeover "$1" last)" $((down - 1)) $((down + 500))
}

announced() {
	[[ $("$NFLB_BUILD/userspace/lbadm/lbadm" -s "$WORK/lbd.one/lbd.sock" -j \
		daemon vrrp | jq .announcements) == "$1" ]]
}

modprobe -a veth bridge
set_defaults
plan_net lan
plan_space one
plan_space two
plan_attach one lan 10.0.5.1 fd00:5::1
plan_attach two lan 10.0.5.2 fd00:5::2
carry_out
declare -A mac
for space in one two; do
	mac[$space]=$(ip -n $space -j link show dev lan | jq -r '.[].address')
done
nsenter --net=/run/netns/lan -- tcpdump --immediate-mode -U -i br0 -w "$WORK/capture" \
	'proto 112 or ip6 proto 112 or arp or icmp6' 2>/dev/null &
tcpdump=$!

keepalived_start 100
masters two 'keepalived alone has all addresses'
start 150
masters one 'lbd with more priority preempts keepalived'
ok 'each address is announced three times, and again after a second' \
	wait_until 10 announced 36
lbd_stop one
masters two 'lbd stops: keepalived has them all'
start 150
masters one 'lbd is back'

stop $keepalived
keepalived_start 200
masters two 'keepalived with more priority preempts lbd'
stop $keepalived
masters one 'keepalived stops: lbd has them all'
keepalived_start 200
masters two 'keepalived is back'
# The child first: it would say that it stops.
mapfile -t children < <(pgrep -P $keepalived)
kill -KILL "${children[@]}" $keepalived
wait $keepalived 2>/dev/null || true
ok 'keepalived is killed: lbd has them all' wait_until 12 has_all one

lbd_stop one
ok 'lbd leaves no address behind' wait_until 3 has_none one
stop $tcpdump

fields 'vrrp && !icmp && !icmpv6' "${ADVERT[@]}" >"$WORK/adverts"
fields arp.isgratuitous "${ARP[@]}" >"$WORK/arp"
fields 'icmpv6.type == 136 && ipv6.dst == ff02::1' "${ADVERTISEMENT[@]}" \
	>"$WORK/na"
for name in "${names[@]}"; do
	like "$name: lbd says so when it stops" "$(cat "$WORK/adverts")" \
		"${mac[one]}\\|[0-9.]+\\|${number[$name]}\\|0\\|"
	in_time "$name"
	adverts "$name" >"$WORK/compare"
	same "$name: advertisements" "$WORK/compare"
done
same 'gratuitous ARP' "$WORK/arp"
same 'neighbour advertisements' "$WORK/na"
done_testing
