# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# What `measure` needs to know of the director's network, of IPVS and of nflb.
# Each system is loaded for one case and unloaded after it, so that none finds
# what another has left.

declare -A vip=([4]=198.51.100.1 [6]=2001:db8:100::1)
declare -A real=([4]=10.0.2.2 [6]=fd00:2::2)
tracing=/sys/kernel/tracing

# use_nflb NFLB.ko LBADM
use_nflb() {
	nflb_ko=$1
	lbadm=$2
}

fail() {
	echo "bench: $*" >&2
	exit 1
}

add_device() {
	local device=$1

	ip link add "$device" type dummy
	sysctl -qw "net.ipv4.conf.$device.rp_filter=0"
	ip link set "$device" up
}

# Clients are behind a router on in0, the backend is on out0. IPVS wants the
# service's address to be local; so it is for all.
topology() {
	modprobe -a dummy nf_tables
	sysctl -qw net.ipv4.conf.all.rp_filter=0 net.ipv4.ip_forward=1 \
		net.ipv6.conf.all.forwarding=1
	add_device in0
	add_device out0
	ip addr add 10.0.1.1/24 dev in0
	ip addr add 10.0.2.1/24 dev out0
	ip addr add "${vip[4]}/32" dev in0
	ip addr add fd00:1::1/64 dev in0 nodad
	ip addr add fd00:2::1/64 dev out0 nodad
	ip addr add "${vip[6]}/128" dev in0 nodad
	ip neigh add 10.0.1.2 lladdr 02:00:00:00:01:02 dev in0
	ip neigh add fd00:1::2 lladdr 02:00:00:00:01:02 dev in0
	ip neigh add "${real[4]}" lladdr 02:00:00:00:02:02 dev out0
	ip neigh add "${real[6]}" lladdr 02:00:00:00:02:02 dev out0
	ip route add 10.1.0.0/16 via 10.0.1.2
	ip route add fd00:8::/64 via fd00:1::2
}

# ADDRESS:PORT, with the brackets of IPv6.
endpoint() {
	if [[ $1 == *:* ]]; then
		echo "[$1]:$2"
	else
		echo "$1:$2"
	fi
}

# service SYSTEM FAMILY PROTOCOL FORWARD PORT: a service with one backend; NAT
# translates the port too.
service() {
	local system=$1 family=$2 protocol=$3 forward=$4 port=$5 backend_port=$5

	[[ $forward != nat ]] || backend_port=8080
	"${system}_service" "$protocol" "$(endpoint "${vip[$family]}" "$port")" \
		"$forward" "$(endpoint "${real[$family]}" "$backend_port")" ||
		fail "$system refuses the service: $*"
}

ipvs_load() {
	modprobe -a ip_vs ip_vs_rr
}

# It would leave defragmentation of IPv6 on, which costs whoever comes next.
ipvs_unload() {
	ipvsadm --clear
	modprobe -r ip_vs_rr ip_vs nf_conntrack nf_defrag_ipv6
}

ipvs_service() {
	local protocol=$1 key=$2 forward=$3 backend=$4 key_option=--tcp-service
	local -A option=([nat]=--masquerading [dr]=--gatewaying [ipip]=--ipip)

	[[ $protocol == tcp ]] || key_option=--udp-service
	ipvsadm --add-service $key_option "$key" --scheduler rr
	ipvsadm --add-server $key_option "$key" --real-server "$backend" "${option[$forward]}"
}

ipvs_buckets() {
	local bits

	ipvs_load
	read -r bits </sys/module/ip_vs/parameters/conn_tab_bits
	ipvs_unload
	echo $((1 << bits))
}

ipvs_table_size() {
	local bits

	read -r bits </sys/module/ip_vs/parameters/conn_tab_bits
	echo $((8 << bits))
}

# Of the first and only processor, hexadecimal; the sum over all is seconds old.
ipvs_connections() {
	local count

	read -r _ count _ < <(sed -n 3p /proc/net/ip_vs_stats_percpu)
	echo $((16#$count))
}

nflb_load() {
	modprobe -a nf_defrag_ipv6 nf_reject_ipv4 nf_reject_ipv6 \
		libcrc32c
	insmod "$nflb_ko"
}

nflb_unload() {
	rmmod nflb
}

nflb_service() {
	local protocol=$1 key=$2 forward=$3 backend=$4

	"$lbadm" service add "$protocol" "$key" scheduler rr
	"$lbadm" backend add "$protocol" "$key" "$backend" forward "$forward"
}

nflb_connections() {
	"$lbadm" connection count
}

check_connections() {
	local system=$1 expected=$2 found

	found=$("${system}_connections")
	((found == expected)) ||
		fail "$system opened $found connections for $expected flows"
}

# From here on the kernel notes who takes large pieces of memory.
trace_begin() {
	echo >$tracing/trace
	echo 'bytes_alloc >= 16384' >$tracing/events/kmem/kmalloc/filter
	echo 1 >$tracing/events/kmem/kmalloc/enable
}

trace_end() {
	echo 0 >$tracing/events/kmem/kmalloc/enable
}

# The table is by far the largest piece of memory taken while connections open.
nflb_table_size() {
	local size

	size=$({
		sed -n 's/.*bytes_alloc=\([0-9]*\).*/\1/p' $tracing/trace
		sed -n 's/^[^ ]* *\([0-9]*\) bucket_table_alloc.*/\1/p' /proc/vmallocinfo
	} | sort -n | tail -n 1)
	[[ $size ]] || fail "nobody took memory for nflb's connection table"
	echo "$size"
}

# Bytes that one object takes in its slab, with its share of what is left over.
object_size() {
	local slab order objects
	local -A name=([ipvs]=ip_vs_conn [nflb]=nflb_conn$2)

	slab=/sys/kernel/slab/${name[$1]}
	[[ -d $slab ]] || fail "there is no slab cache ${name[$1]}"
	read -r order <"$slab/order"
	read -r objects <"$slab/objs_per_slab"
	echo $(((4096 << order) / objects))
}
