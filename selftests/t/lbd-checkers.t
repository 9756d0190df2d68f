#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# What checkers find out reaches the kernel: scripts, files, agents, pings,
# datagrams, and what the kernel itself sees of a backend.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/lbd.sh
. "$(dirname "$0")/../lbd.sh"

CONF=$WORK/director.conf
failures=$(dirname "$0")/failures.py

PACE='delay_loop 0.3
connect_timeout 2
retry 0
warmup 0'

# service PORT PROTOCOL CHECKER-LINE...: a pool of b1 with that check
service() {
	cat <<-EOT
		virtual_server $VIP4 $1 {
			lb_algo rr
			lb_kind NAT
			protocol $2
			real_server $(backend4 b1) 7000 {
				inhibit_on_failure
				weight 10
				$3 {
					$(printf '%s\n' "$PACE" "${@:4}")
				}
			}
		}
	EOT
}

config() {
	cat <<-EOT
		global_defs {
			script_user nobody
			reconcile_interval 1
		}
		track_file load {
			file $WORK/load
			weight -1
		}
		virtual_server $VIP4 7006 {
			lb_algo rr
			lb_kind NAT
			protocol TCP
			passive {
				min_connections 4
				interval 2
				eject_time 10
			}
			real_server $(backend4 b1) 7000 {
			}
			real_server $(backend4 b2) 7000 {
			}
		}
	EOT
	service 7001 TCP MISC_CHECK "misc_path $WORK/script" misc_dynamic
	service 7002 TCP FILE_CHECK 'track_file load' dynamic
	service 7003 TCP AGENT_CHECK 'connect_port 7900'
	service 7004 TCP PING_CHECK
	service 7005 UDP UDP_CHECK 'require_reply' 'connect_port 7901'
}

# Answers every connection with what the file says.
agent() {
	in_ns b1 python3 - "$WORK/agent" <<-'EOT'
		import socket, sys
		listener = socket.create_server(('', 7900))
		while True:
		    with listener.accept()[0] as conn:
		        conn.sendall(open(sys.argv[1], 'rb').read())
	EOT
}

echo_datagrams() {
	in_ns b1 python3 - <<-'EOT'
		import socket
		sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		sock.bind(('', 7901))
		while True:
		    data, peer = sock.recvfrom(2000)
		    sock.sendto(data, peer)
	EOT
}

# b1 PORT [PROTOCOL]: its weight and state
b1() {
	vip_value 4 "${2-tcp}" "$1" '.backends[0] | "\(.weight) \(.state)"'
}

is_now() {
	[[ $(b1 "$1" "${3-tcp}") == "$2" ]]
}

# becomes PORT EXPECTED NAME [PROTOCOL]
becomes() {
	ok "$3" wait_until 20 is_now "$1" "$2" "${4-tcp}"
}

says() {
	echo "$1" >"$WORK/$2.new"
	chmod 644 "$WORK/$2.new"
	mv "$WORK/$2.new" "$WORK/$2"
}

test_script() {
	becomes 7001 '10 up' 'script: 0 is up'
	says 27 code
	becomes 7001 '25 up' 'script: 27 is weight 25'
	says 1 code
	becomes 7001 '0 up' 'script: 1 is down, inhibited'
	says 0 code
	becomes 7001 '10 up' 'script: up again'
}

test_file() {
	becomes 7002 '7 up' 'file: 10 less 3'
	says -20 load
	becomes 7002 '30 up' 'file: 10 and 20'
	says 0 load
	becomes 7002 '10 up' 'file: as configured'
}

test_agent() {
	becomes 7003 '5 up' 'agent: 50%'
	says drain agent
	becomes 7003 '10 draining' 'agent: drain'
	says 'down # no disk' agent
	becomes 7003 '0 up' 'agent: down, inhibited'
	says up agent
	becomes 7003 '10 up' 'agent: up again'
}

test_ping() {
	becomes 7004 '10 up' 'ping: answered'
	ns_sysctl b1 net.ipv4.icmp_echo_ignore_all=1
	becomes 7004 '0 up' 'ping: not answered'
	ns_sysctl b1 net.ipv4.icmp_echo_ignore_all=0
	becomes 7004 '10 up' 'ping: answered again'
}

test_datagram() {
	becomes 7005 '10 up' 'datagram: answered' udp
	pkill -KILL -f '^python3 -$' || true
	becomes 7005 '0 up' 'datagram: the port is closed' udp
}

b2_is() {
	[[ $(vip_value 4 tcp 7006 '.backends[1].state') == "$1" ]]
}

test_passive() {
	local i
	local -a pids=()

	ok 'passive: at first up' wait_until 20 b2_is up
	in_ns b2 nft -f - <<-'EOT'
		table inet silent {
			chain input {
				type filter hook input priority 0;
				tcp dport 7000 drop
			}
		}
	EOT
	for i in {1..12}; do
		in_ns client "$failures" connect "$VIP4" 7006 3 >"$WORK/connect.$i" &
		pids+=($!)
	done
	ok 'passive: who answers no SYN is ejected' wait_until 20 b2_is draining
	ok 'passive: and lbd says why' lbd_said director 'ejected: .* SYNs without an answer'
	wait "${pids[@]}"
	is 'passive: half of the clients saw it' "$(cat "$WORK"/connect.* | sort | uniq -c | xargs)" \
		'6 TimeoutError 6 answer'
	is 'passive: nobody does after' "$(for i in {1..4}; do
		in_ns client "$failures" connect "$VIP4" 7006 3
	done | uniq -c | xargs)" '4 answer'
	in_ns b2 nft delete table inet silent
	ok 'passive: it comes back' wait_until 30 b2_is up
}

topo_setup --backends 2
director_load
serve 7000
chmod 755 "$WORK"
says 0 code
says 3 load
says 'up 50%' agent
cat >"$WORK/script" <<EOT
#!/bin/sh
exit \$(cat $WORK/code)
EOT
chmod 755 "$WORK/script"
config >"$CONF"
{ agent || true; } &
{ echo_datagrams || true; } &
lbd_run director "$CONF"
test_script
test_file
test_agent
test_ping
test_datagram
test_passive
lbd_stop director

done_testing
