#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 900
#
# A million connections: held, counted, listed with a filter and expired, with
# the time and the memory each takes. The figures are of an emulated machine
# and judge nothing; that everything is there, and goes, does.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/scale.sh
. "$NFLB_SELFTESTS/scale.sh"

# Every combination of 64 addresses and 15625 ports comes up once before any
# comes up again, since both begin anew at their ends and share no factor.
SOURCES=64
PORTS=15625
FLOWS=$((SOURCES * PORTS))
# Longer than it takes to open and to look at them all
LIFETIME=240

# pg FILE COMMAND: tell the kernel's packet generator
pg() {
	in_ns client tee "/proc/net/pktgen/$1" <<<"$2" >/dev/null
}

director_front_mac() {
	ip -n director -j link show dev front | jq -r '.[].address'
}

generator_setup() {
	local command

	modprobe pktgen
	pg kpktgend_0 'add_device front'
	for command in "count $FLOWS" 'pkt_size 60' 'delay 0' "dst $VIP4" \
		"dst_mac $(director_front_mac)" 'src_min 10.9.0.1' \
		"src_max 10.9.0.$SOURCES" 'udp_src_min 1024' \
		"udp_src_max $((1024 + PORTS))" 'udp_dst_min 53' 'udp_dst_max 53'; do
		pg front "$command"
	done
}

# Backends that swallow what they get
sink_setup() {
	modprobe dummy
	ip -n director -batch - <<-EOT
		link add sink type dummy
		link set sink up
		address add 10.5.0.1/16 dev sink
	EOT
}

# On a busy machine some get lost before they are the director's.
fill() {
	local round

	for round in 1 2 3 4 5; do
		pg pgctrl start
		[[ $(count) != "$FLOWS" ]] || break
		diag "round $round left $((FLOWS - $(count))) flows out"
	done
}

count() {
	lbadm connection count "$@"
}

no_load() {
	[[ $(vip_value 4 udp 53 '[.backends[].connections_active] | add') == 0 ]]
}

topo_setup --backends 0
director_load
sink_setup
generator_setup
lbadm restore - <<-EOT
	service add udp $VIP4:53 scheduler rr timeout udp $LIFETIME
	backend add udp $VIP4:53 10.5.0.11:53 forward nat
	backend add udp $VIP4:53 10.5.0.12:53 forward nat
EOT

before=$(kernel_memory)
timed "$FLOWS new connections" fill
is 'every flow has its connection' "$(count)" $FLOWS
is 'shared equally' "$(vip_value 4 udp 53 '[.backends[].connections] | join(" ")')" \
	"$((FLOWS / 2)) $((FLOWS / 2))"
note "bytes of kernel memory per connection: $((($(kernel_memory) - before) * 1024 / FLOWS))"

pg pgctrl start
is 'no flow has two' "$(count)" $FLOWS
timed 'count by client' count client 10.9.0.7/32
is 'counted by client' "$(head -n 1 "$WORK/out")" $PORTS
timed 'list by client' lbadm connection list client 10.9.0.7/32
is 'listed by client' "$(grep -c '10\.9\.0\.7:' "$WORK/out")" $PORTS
timed 'list of all' lbadm connection list
is 'all are listed' "$(grep -c '10\.9\.0\.' "$WORK/out")" $FLOWS

lbadm service set udp $VIP4:53 timeout udp 10
ok 'all expire' wait_slowly $((LIFETIME + 60)) no_connections
ok 'and are no load any more' wait_until 60 no_load

done_testing
