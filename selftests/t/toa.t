#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# Full NAT that tells backends who the client is, in a TCP option: a server that
# reads it, whatever offloads the devices have; data and web pages come through
# it; and crafted segments, see toa.py.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/crafted.sh
. "$(dirname "$0")/../crafted.sh"

MEGABYTE=1048576
declare -A pool=([4]=10.0.2.200 [6]=fd00:2::200)
declare -A own=([4]=10.0.2.1 [6]=fd00:2::1)

configure() {
	local family port

	for family in 4 6; do
		for port in 80:80 7000:7000 8080:8080; do
			vip_pool $family tcp "${port%:*}" "source-pool ${pool[$family]}" \
				'fullnat toa on' "b1:${port#*:}"
		done
		vip_pool $family tcp 8081 "source-pool ${pool[$family]}" fullnat b1:8080
	done
}

# ask NAMESPACE FAMILY PORT: who the server says we are, and who we are
ask() {
	in_ns "$1" curl -sS --max-time 10 -w '%{local_ip} %{local_port}\n' \
		"http://$(bracket "$(vip "$2")"):$3/"
}

# told NAME NAMESPACE FAMILY: both are the same
told() {
	local answer

	answer=$(ask "$2" "$3" 8080)
	like "$1: who the client is" "$answer" '^[0-9a-f.:]+ [0-9]+
[0-9a-f.:]+ [0-9]+$'
	is "$1: is right" "${answer%$'\n'*}" "${answer#*$'\n'}"
}

exercise() {
	local family

	for family in 4 6; do
		told "$1, IPv$family" client $family
		is "$1, IPv$family: 1 MB" \
			"$(traffic_in client echo tcp "$(vip $family)" 7000 --count 2 --parallel 2 \
				--bytes $((MEGABYTE / 2)) --timeout 20000 | data_moved)" \
			"backend.b1=2 bytes=$MEGABYTE failed=0"
		is "$1, IPv$family: a page" \
			"$(in_ns client curl -sS --max-time 20 "http://$(bracket "$(vip $family)")/")" b1
	done
}

topo_setup --backends 1
director_load
ip -n director address add "${pool[4]}/24" dev back
ip -n director address add "${pool[6]}/64" dev back nodad preferred_lft 0
serve 7000
nginx_start
in_ns b1 "$NFLB_SELFTESTS/t/toa-server.py" 8080
ok 'all services' lbadm restore - < <(configure)
is 'are saved as they were' "$(lbadm save | sed 's/ weight 1$//; s/ scheduler wlc//')" \
	"$(configure | sed 's/ $//')"
is 'and are JSON' \
	"$(vip_value 4 tcp 80 '[.backends[0].forward, .backends[0].forward_options.toa] | join(" ")') \
$(vip_value 4 tcp 8081 '.backends[0].forward_options.toa')" 'fullnat true false'

exercise 'as devices are'
for family in 4 6; do
	like "IPv$family: nothing is told unless asked" "$(ask client $family 8081)" '^none'
done
# Now the director sums what the client left to devices.
offloads off director
exercise 'without offloads'
vip_local
for family in 4 6; do
	told "the director, IPv$family" director $family
done
# A server on the director, which the option reaches without a device
in_ns director "$NFLB_SELFTESTS/t/toa-server.py" 8080
for family in 4 6; do
	vip_backend del $family tcp 8080 b1:8080
	lbadm backend add tcp "$(bracket "$(vip $family)"):8080" "$(bracket "${own[$family]}"):8080" \
		forward fullnat toa on
	told "to the director, IPv$family" client $family
	told "the director to itself, IPv$family" director $family
done
# The method brings its options along.
vip_backend set 4 tcp 80 b1:80 forward fullnat
is 'is off if not given' "$(vip_value 4 tcp 80 '.backends[0].forward_options.toa')" false

phantoms_setup
lbadm backend set tcp $VIP4:1081 $PHANTOM_BACKEND4:8081 forward fullnat toa on
lbadm backend set tcp "[$VIP6]:1081" "[$PHANTOM_BACKEND6]:8081" forward fullnat toa on
cases_start
for family in v4 v6; do
	crafted "$family: comes first" first $family
	crafted "$family: until the backend has it" until_answered $family
	crafted "$family: never makes a packet too large" size $family
	crafted "$family: clients cannot forge it" false $family
	crafted "$family: damaged segments stay so" damaged $family
	crafted "$family: behind options or extension headers of IP" behind_headers $family
done

done_testing
