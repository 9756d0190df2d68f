# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The daemon in a test, which sources this after lib.sh. Each namespace may
# have one, with a run directory of its own.

PATH=$NFLB_BUILD/userspace/lbd:$PATH
LBD_KEY=$WORK/sync.key

declare -A lbd_pid

# lbd_start NAMESPACE FILE [OPTION...]
lbd_start() {
	local run=$WORK/lbd.$1

	mkdir -p "$run"
	nsenter --net="/run/netns/$1" -- setsid lbd -n -f "$2" -r "$run" "${@:3}" \
		>>"$run.log" 2>&1 &
	lbd_pid[$1]=$!
}

# lbd_run NAMESPACE FILE [OPTION...]: the same, and it has told the kernel
lbd_run() {
	local before

	before=$(lbd_lines "$1" "$LBD_RUNS")
	lbd_start "$@"
	wait_until 30 lbd_said_more "$1" "$LBD_RUNS" "$before"
}

LBD_RUNS='lbd [0-9.]+ runs'
LBD_RELOADED='reloaded in|the configuration stays as it was'

# lbd_lines NAMESPACE REGEX: how many lines of its log are like that
lbd_lines() {
	if [[ -e $WORK/lbd.$1.log ]]; then
		grep -cE -- "$2" "$WORK/lbd.$1.log" || true
	else
		echo 0
	fi
}

# lbd_said_more NAMESPACE REGEX COUNT: are there more than so many?
lbd_said_more() {
	(($(lbd_lines "$1" "$2") > $3))
}

# lbd_last NAMESPACE REGEX: the last line like that
lbd_last() {
	grep -E -- "$2" "$WORK/lbd.$1.log" | tail -n 1
}

# lbd_reload NAMESPACE: prints what it says at the end
lbd_reload() {
	local before

	before=$(lbd_lines "$1" "$LBD_RELOADED")
	lbd_signal HUP "$1"
	wait_until 30 lbd_said_more "$1" "$LBD_RELOADED" "$before"
	lbd_last "$1" "$LBD_RELOADED"
}

# lbd_signal SIGNAL NAMESPACE: to control
lbd_signal() {
	kill "-$1" "${lbd_pid[$2]}"
}

lbd_gone() {
	! pgrep -g "${lbd_pid[$1]}" >/dev/null
}

# lbd_stop NAMESPACE: in order
lbd_stop() {
	lbd_signal TERM "$1"
	wait_until 30 lbd_gone "$1"
}

# lbd_kill NAMESPACE: all of its processes at once
lbd_kill() {
	kill -KILL -- "-${lbd_pid[$1]}"
	wait_until 10 lbd_gone "$1"
}

# lbd_said NAMESPACE REGEX: is there a line of the log like that?
lbd_said() {
	grep -qE -- "$2" "$WORK/lbd.$1.log"
}

# has_address NAMESPACE ADDRESS
has_address() {
	[[ -n $(ip -n "$1" -o address show to "$2") ]]
}

# The floating addresses of a pair: see topo_setup --pair. is_master NAMESPACE:
# has it all of them?
is_master() {
	has_address "$1" 10.0.1.1 && has_address "$1" 10.0.2.1 &&
		has_address "$1" fd00:1::1 && has_address "$1" fd00:2::1
}

vrrp_instance() {
	cat <<-EOT
		vrrp_instance $1 {
		    interface $2
		    version 3
		    virtual_router_id $3
		    priority $4
		    advert_int ${ADVERT_INT:-0.1}
		    garp_master_delay 1
		    virtual_ipaddress {
		        $5
		    }
		}
	EOT
}

# pair_vrrp PRIORITY: a configuration by which a director of a pair has the
# floating addresses while it lives and its priority is the highest
pair_vrrp() {
	cat <<-'EOT'
		vrrp_sync_group gateway {
		    group {
		        front4
		        front6
		        back4
		        back6
		    }
		}
	EOT
	vrrp_instance front4 front 1 "$1" 10.0.1.1/24
	vrrp_instance front6 front 1 "$1" fd00:1::1/64
	vrrp_instance back4 back 2 "$1" 10.0.2.1/24
	vrrp_instance back6 back 2 "$1" fd00:2::1/64
}

# pair_sync NUMBER PEER: by their last numbers, see topo_setup --pair
pair_sync() {
	[[ -e $LBD_KEY ]] || (
		umask 077
		head -c 32 /dev/urandom | base64 >"$LBD_KEY"
	)
	cat <<-EOT
		sync {
		    address 10.0.2.$1
		    peer 10.0.2.$2
		    key_file $LBD_KEY
		    instance back4
		}
	EOT
}
