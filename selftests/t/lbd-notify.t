#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 240
#
# Scripts and FIFOs are told the same by lbd as by keepalived: both watch the
# same servers with the same configuration, side by side, and what they tell is
# compared after each event.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/lbd.sh
. "$(dirname "$0")/../lbd.sh"

PORT=80
passing=yes	# there are things that a reload takes away

# say FILE WORD...: a line of FILE, as scripts of both do
cat >"$WORK/say" <<'END'
#!/bin/sh
out=$1
shift
echo "$*" >>"$out"
END
chmod 755 "$WORK" "$WORK/say"

say() {
	echo "\"$WORK/say $WORK/$1.scripts $2\""
}

real_server() {
	cat <<-EOT
		real_server $2 $PORT {
			weight 1
			notify_up $(say "$1" "$3 $2 up")
			notify_down $(say "$1" "$3 $2 down")
			TCP_CHECK {
				connect_timeout 2
				retry 1
				delay_before_retry 1
			}
		}
	EOT
}

# virtual_server WHO NAME KEY WORD...
virtual_server() {
	local who=$1 name=$2 address=$3
	shift 3

	cat <<-EOT
		virtual_server $address {
			delay_loop 1
			lb_algo rr
			lb_kind NAT
			protocol TCP
			quorum_up $(say "$who" "$name quorum up")
			quorum_down $(say "$who" "$name quorum down")
			$(printf '%s\n' "$@")
			$(real_server "$who" 10.0.2.11 "$name")
			$(real_server "$who" 10.0.2.12 "$name")
		}
	EOT
}

virtual_server6() {
	cat <<-EOT
		virtual_server $VIP6 $PORT {
			delay_loop 1
			lb_algo rr
			lb_kind NAT
			protocol TCP
			$(real_server "$1" fd00:2::11 six)
		}
	EOT
}

# vrrp_instance WHO NAME INTERFACE ROUTER ADDRESS WORD...
instance() {
	local who=$1 name=$2

	cat <<-EOT
		vrrp_instance $name {
			state BACKUP
			interface $3
			virtual_router_id $4
			priority 100
			advert_int 1
			virtual_ipaddress {
				$5/32
			}
			notify_master $(say "$who" "$name master")
			notify_backup $(say "$who" "$name backup")
			notify_fault $(say "$who" "$name fault")
			notify_stop $(say "$who" "$name stop")
			notify $(say "$who" "$name any")
			$(printf '%s\n' "${@:6}")
		}
	EOT
}

# vrrp WHO INTERFACE NUMBER: on interfaces of their own
vrrp() {
	local who=$1 net=192.0.2.$3

	cat <<-EOT
		track_file number {
			file $WORK/$who.number
			weight 1
		}
		vrrp_sync_group VG_1 {
			group {
				VI_1
				VI_2
			}
			notify_master $(say "$who" "VG_1 master")
			notify_backup $(say "$who" "VG_1 backup")
			notify_fault $(say "$who" "VG_1 fault")
			notify $(say "$who" "VG_1 any")
		}
		$(instance "$who" VI_1 "$2" 51 "${net}1")
		$(instance "$who" VI_2 "$2" 52 "${net}2")
		$(instance "$who" VI_3 "$2" 53 "${net}3" notify_priority_changes \
			'track_file {' number '}')
	EOT
	[[ -n $passing ]] || return 0
	instance "$who" VI_4 "$2" 54 "${net}4"
	instance "$who" VI_5 "$2" 55 "${net}5" \
		"notify_deleted $(say "$who" "VI_5 deleted")"
}

# config WHO INTERFACE NUMBER
config() {
	cat <<-EOT
		global_defs {
			script_user root
			lvs_notify_fifo $WORK/$1.lvs
			vrrp_notify_fifo $WORK/$1.vrrp
			notify_fifo $WORK/$1.all
			startup_script $(say "$1" startup)
			shutdown_script $(say "$1" shutdown)
		}
		virtual_server_group web {
			203.0.113.1 $PORT
			203.0.113.2 $PORT
		}
		$(virtual_server "$1" plain "$VIP4 $PORT" 'quorum 2')
		$(virtual_server "$1" alpha 'fwmark 5' alpha)
		$(virtual_server "$1" omega 'group web' omega)
		$(virtual_server6 "$1")
		$([[ -z $passing ]] || virtual_server "$1" passing "$VIP4 81")
		$(vrrp "$1" "$2" "$3")
	EOT
}

# What was said since the last time, in an order that does not depend on who
# was checked first. In the midst of a reload keepalived takes a master for a
# backup, whose priority it tells; that is left out.
said() {
	local file

	for file in lvs vrrp all scripts; do
		sort "$WORK/$1.$file.out" 2>/dev/null |
			sed "/BACKUP_PRIORITY/d; s/^/$file: /"
	done
}

forget() {
	local who file

	for who in theirs ours; do
		for file in lvs vrrp all; do
			: >"$WORK/$who.$file.out"
		done
		: >"$WORK/$who.scripts"
	done
}

collect() {
	cp "$WORK/$1.scripts" "$WORK/$1.scripts.out" 2>/dev/null || true
}

agree() {
	collect theirs
	collect ours
	[[ $(said ours) == "$(said theirs)" && -n $(said ours) ]]
}

# same NAME REGEX: both say the same, and something that matches
same() {
	local name=$1

	wait_until 25 grep -qE -- "$2" "$WORK/theirs.all.out" || true
	wait_until 10 agree || true
	is "$name" "$(said ours)" "$(said theirs)"
	like "$name: something is said" "$(said theirs)" "$2"
	forget
}

topo_setup --backends 2
director_load
modprobe -a ip_vs ip_vs_rr
for who in theirs ours; do
	ip -n director link add ${who}0 type veth peer name ${who}1
	ip -n director link set ${who}0 up
	ip -n director link set ${who}1 up
done
ip -n director address add 10.9.1.1/24 dev theirs0
ip -n director address add 10.9.2.1/24 dev ours0
configs() {
	config theirs theirs0 1 >"$WORK/theirs.conf"
	config ours ours0 2 >"$WORK/ours.conf"
}
configs
for who in theirs ours; do
	echo 0 >"$WORK/$who.number"
done
serve $PORT
forget

for who in theirs ours; do
	for file in lvs vrrp all; do
		mkfifo -m 600 "$WORK/$who.$file"
		# Open for both: a daemon that ends is no end of the file.
		cat <>"$WORK/$who.$file" >>"$WORK/$who.$file.out" &
	done
done
in_ns director keepalived -n -l -f "$WORK/theirs.conf" -p "$WORK/ka.pid" \
	-r "$WORK/ka-vrrp.pid" -c "$WORK/ka-check.pid" >"$WORK/ka.log" 2>&1 &
keepalived=$!
lbd_start director "$WORK/ours.conf"

same 'start' 'GROUP .* MASTER'

pkill -KILL -f 'traffic serve b1 80'
same 'a real server goes' 'RS .*DOWN'

serve $PORT b1
same 'it comes back' 'RS .*UP'

ip -n director link set theirs0 down
ip -n director link set ours0 down
same 'an interface goes' 'INSTANCE .* FAULT'
ip -n director link set theirs0 up
ip -n director link set ours0 up
same 'it comes back up' 'INSTANCE .* MASTER'

for who in theirs ours; do
	echo -20 >"$WORK/$who.number"
done
same 'a priority changes' 'MASTER_PRIORITY 80'

passing=
configs
kill -HUP "$(<"$WORK/ka.pid")"
lbd_signal HUP director
same 'a reload takes some away' 'DELETED'

kill -TERM "$(<"$WORK/ka.pid")"
lbd_stop director
wait $keepalived 2>/dev/null || true
same 'stop' 'INSTANCE .* STOP'

[[ $tap_failed == 0 ]] || diag "$(tail -n 40 "$WORK/ka.log" "$WORK/lbd.director.log")"
done_testing
