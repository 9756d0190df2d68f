#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# Checks through the tunnel: they go to the address of the service and reach
# the backend as clients do, also one that is down.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/lbd.sh
. "$(dirname "$0")/../lbd.sh"

CONF=$WORK/director.conf

# service ADDRESS PORT FORWARD BACKEND-ADDRESS WORD: what listens at the
# backend's own address is of no interest to anybody
service() {
	cat <<-EOT
		virtual_server $1 $2 {
			lb_algo rr
			lb_kind $3
			protocol TCP
			delay_loop 0.5
			connect_timeout 2
			retry 0
			warmup 0
			real_server $4 $2 {
				weight 3
				TCP_CHECK {
					$5
				}
			}
		}
	EOT
}

# listen PORT: at the service's addresses, until it is killed
listen() {
	in_ns b1 python3 - "$1" "$VIP4" "$VIP6" <<-'EOT'
		import socket, sys, threading
		def serve(address):
		    six = ':' in address
		    listener = socket.create_server((address, int(sys.argv[1])),
		        family=socket.AF_INET6 if six else socket.AF_INET)
		    while True:
		        listener.accept()[0].close()
		threads = [threading.Thread(target=serve, args=(address,))
		           for address in sys.argv[2:]]
		for thread in threads:
		    thread.start()
	EOT
}

# weight FAMILY PORT
weight() {
	vip_value "$1" tcp "$2" '.backends[0].weight'
}

weighs() {
	[[ $(weight "$1" "$2") == "$3" ]]
}

is_down() {
	[[ $(vip_value "$1" tcp "$2" '.backends[0].state') == @(down|null) ]]
}

# A client of the service sees what the check saw.
test_family() {
	ok "IPv$1 dr: up" wait_until 30 weighs "$1" 7001 3
	ok "IPv$1 ipip: up" wait_until 30 weighs "$1" 7002 3
}

test_down() {
	ok "IPv$1 dr: down, and still known" wait_until 30 weighs "$1" 7001 0
}

test_refused() {
	local said

	service "$VIP4" 7001 NAT "$(backend4 b1)" tunnel >"$WORK/nat.conf"
	said=$(lbd -t "$WORK/nat.conf" 2>&1) && said="taken: $said"
	like 'nat has no tunnel' "$said" 'nat.conf:[0-9]+: TCP_CHECK: tunnel is for real servers'
	{
		echo 'virtual_server fwmark 7 {'
		echo 'ip_family inet'
		service "$VIP4" 7001 DR "$(backend4 b1)" tunnel | tail -n +2
	} >"$WORK/mark.conf"
	said=$(lbd -t "$WORK/mark.conf" 2>&1) && said="taken: $said"
	like 'nor has a mark' "$said" 'mark.conf:[0-9]+: TCP_CHECK: tunnel is for services that have an address'
}

topo_setup --backends 1
director_load
backend_owns_vip ipip b1
# What comes from the service's address comes from a backend.
vip_local director
ns_sysctl director net.ipv4.conf.all.rp_filter=0 net.ipv4.conf.back.rp_filter=0 \
	net.ipv4.conf.back.accept_local=1
{
	for family in 4 6; do
		address=$(backend_address $family b1)
		service "$(vip $family)" 7001 DR "$address" tunnel
		service "$(vip $family)" 7002 'TUN type ipip' "$address" tunnel
		service "$(vip $family)" 7003 DR "$address" ''
	done
} >"$CONF"
for port in 7001 7002 7003; do
	{ listen $port || true; } &
done
lbd_run director "$CONF"
for family in 4 6; do
	test_family $family
	ok "IPv$family: a plain check finds nobody at the backend's own address" \
		wait_until 30 is_down $family 7003
done
pkill -KILL -f '^python3 - 7001 '
for family in 4 6; do
	test_down $family
done
{ listen 7001 || true; } &
for family in 4 6; do
	ok "IPv$family dr: up again" wait_until 30 weighs $family 7001 3
done
test_refused
lbd_stop director

done_testing
