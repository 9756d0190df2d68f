#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Three lbd on one network, with advertisements each 50 ms and a sync group of
# an IPv4 and an IPv6 virtual router: priorities 100, 150 and 200. Faults,
# crashes, reloads, release, a split and its heal: there is one master on each
# side, always. Advertisements are signed: one that is not changes nothing.
#
#   one, two, three ---- lan (br0; br1 is the other side of a split)
#
# timeout: 240
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/lbd.sh
. "$(dirname "$0")/../lbd.sh"

nodes=(one two three)
declare -A priority=([one]=100 [two]=150 [three]=200)

# instance NODE NAME ADDRESS
instance() {
	printf '%s\n' "vrrp_instance $2 {" 'interface lan' 'state BACKUP' \
		'version 3' 'virtual_router_id 7' "priority ${priority[$1]}" \
		'advert_int 0.05' 'garp_master_repeat 1' \
		'auth_hmac {' 'key 1 0123456789abcdef0123456789abcdef' \
		'active_key 1' '}' 'virtual_ipaddress {' "$3" '}' '}'
}

configuration() {
	printf '%s\n' 'global_defs {' 'router_id test' '}' \
		'vrrp_sync_group both {' 'group {' v4 v6 '}' \
		"notify \"/bin/sh -c 'echo \$3 >>$WORK/$1.states' sh\" root" '}'
	instance "$1" v4 10.0.5.100/32
	instance "$1" v6 fd00:5::100/128
}

# daemon NODE WORD...: lbadm speaks to its lbd
daemon() {
	"$NFLB_BUILD/userspace/lbadm/lbadm" -s "$WORK/lbd.$1/lbd.sock" -j daemon \
		"${@:2}"
}

# state NODE [INSTANCE]: as its lbd has it
state() {
	daemon "$1" vrrp |
		jq -r --arg name "${2:-v4}" \
			'.instances[] | select(.name == $name).state'
}

# addresses NODE: how many of both it has
addresses() {
	ip -n "$1" -br addr show dev lan |
		grep -oE ' (10\.0\.5\.100|fd00:5::100)/' | wc -l
}

# picture: the states of all
picture() {
	local space

	for space in "${nodes[@]}"; do
		printf '%s=%s ' "$space" "$(addresses "$space")"
	done
}

is_picture() {
	[[ $(picture) == "$1 " ]]
}

# becomes NAME PICTURE
becomes() {
	if wait_until 10 is_picture "$2"; then
		verdict "$1" 0
	else
		verdict "$1" 1
		diag "got: $(picture)" $'\n'"want: $2"
		tail -n 20 "$WORK"/lbd.*.log | sed 's/^/# /' >&2
	fi
}

start() {
	configuration "$1" >"$WORK/$1.conf"
	lbd_start "$1" "$WORK/$1.conf"
}

# transitions: how often each changed its state
transitions() {
	local space

	for space in "${nodes[@]}"; do
		lbd_lines "$space" Entering
	done | xargs
}

counter() {
	daemon "$1" vrrp | jq -r --arg key "$2" \
		'.instances[0].counters[$key]'
}

# late: wake-ups that came late, of each
late() {
	local space

	for space in "${nodes[@]}"; do
		daemon "$space" vrrp | jq .late_wakeups
	done | xargs
}

begin_quiet() {
	quiet_late=$(late)
	quiet_before=$(transitions)
}

# quiet NAME: nobody has changed since. A machine that stood still meanwhile
# proves nothing.
quiet() {
	if [[ $(late) != "$quiet_late" ]]; then
		skip "$1: the machine stood still"
	else
		is "$1" "$(transitions)" "$quiet_before"
	fi
	begin_quiet
}

modprobe -a veth bridge
set_defaults
plan_net lan
inside lan 'link add br1 type bridge' 'link set br1 up'
for i in 0 1 2; do
	plan_space "${nodes[i]}"
	plan_attach "${nodes[i]}" lan "10.0.5.$((i + 1))" "fd00:5::$((i + 1))"
done
carry_out

for space in "${nodes[@]}"; do
	start "$space"
done
becomes 'the highest priority is master of both' 'one=0 two=0 three=2'

begin_quiet
sent=$(counter three sent)
hundred_more() {
	(($(counter three sent) >= sent + 100))
}
ok '100 advertisements of 50 ms each' wait_until 20 hundred_more
quiet 'nobody changes meanwhile'

configuration three | sed 's/priority 200/priority 201/' >"$WORK/three.conf"
like 'a reload' "$(lbd_reload three)" 'reloaded'
reloaded() {
	[[ $(daemon three vrrp | jq '.instances[0].priority') == 201 ]]
}
ok 'has its effect' wait_until 10 reloaded
quiet 'and changes no state'

# A stranger with all priority: version 3, without a trailer.
forged() {
	in_ns lan python3 - <<-'EOT'
		import socket, struct
		s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 112)
		s.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 255)
		s.bind(("10.0.5.9", 0))
		body = bytes([0x31, 7, 255, 1, 0, 1, 0, 0]) + socket.inet_aton("10.0.5.100")
		pseudo = socket.inet_aton("10.0.5.9") + socket.inet_aton("224.0.0.18") + \
		    struct.pack("!HH", 112, len(body))
		sum = sum(struct.unpack("!12H", pseudo + body))
		sum = ~((sum & 0xffff) + (sum >> 16)) & 0xffff
		s.sendto(body[:6] + struct.pack("!H", sum) + body[8:], ("224.0.0.18", 0))
	EOT
}
refused() {
	[[ $(daemon three vrrp | jq '.instances[0].counters.errors.hmac_missing') == 1 ]]
}
ip -n lan address add 10.0.5.9/24 dev br0
ok 'a stranger' forged
ok 'is refused and counted' wait_until 10 refused
quiet 'and changes nothing'

ip -n lan link set three master br1
becomes 'split: each side has a master' 'one=0 two=2 three=2'
ip -n lan link set three master br0
becomes 'healed: one again' 'one=0 two=0 three=2'

ip -n three link set lan down
becomes 'a fault of the master' 'one=0 two=2 three=0'
is 'it says so' "$(state three v6)" FAULT
ip -n three link set lan up
becomes 'repaired' 'one=0 two=0 three=2'

ok 'release' daemon three release v6
becomes 'the master is released' 'one=0 two=2 three=0'
is 'and waits' "$(state three)" BACKUP
# Of two that are left the one with more priority is the first, but by so little
# that a machine which stands still has the other one win.
lbd_stop one
lbd_stop two
becomes 'until there is no other' 'one=0 two=0 three=2'
start one
start two
becomes 'all three' 'one=0 two=0 three=2'

role=$(pgrep -g "${lbd_pid[three]}" lbd-vrrp)
kill -KILL "$role"
another() {
	local now

	now=$(pgrep -g "${lbd_pid[three]}" lbd-vrrp) && [[ $now != "$role" ]]
}
ok 'the role is killed and comes back' wait_until 10 another
becomes 'and takes over again' 'one=0 two=0 three=2'

lbd_stop three
becomes 'the master stops' 'one=0 two=2 three=0'
lbd_stop two
becomes 'the next one too' 'one=2 two=0 three=0'
like 'the last notify script of the group says MASTER' \
	"$(tail -n 1 "$WORK/one.states")" '^MASTER'
lbd_stop one
becomes 'and all' 'one=0 two=0 three=0'
done_testing
