#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# lbd as a process: the command line, becoming a daemon, one for each run
# directory, what a service manager is told, and what a crash leaves.
set -uo pipefail

for program in unshare ip jq python3; do
	command -v "$program" >/dev/null && continue
	echo "1..0 # SKIP $program is missing"
	exit 0
done
if [[ ${1-} != inside ]]; then
	unshare -n true 2>/dev/null || {
		echo '1..0 # SKIP no network namespace can be made'
		exit 0
	}
	exec unshare -n "$0" inside
fi

# Processes that end give their memory back by that.
export ASAN_OPTIONS=detect_leaks=0
work=$(mktemp -d)
finish() {
	# shellcheck disable=SC2046
	kill -KILL $(lbds) 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
cd "$work" || exit 1
chmod 755 .
ip link set lo up

count=0
# ok NAME COMMAND...
ok() {
	local name=$1 said
	shift

	count=$((count + 1))
	if said=$("$@" 2>&1); then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		echo "# ${said//$'\n'/$'\n'# }"
	fi
}

is() {
	ok "$1" test "$2" = "$3"
	[[ $2 == "$3" ]] || echo "# got: $2"
}

# soon COMMAND...: within ten seconds
soon() {
	local i

	for ((i = 0; i < 200; i++)); do
		"$@" && return
		sleep 0.05
	done
	return 1
}

# ends CODE TEXT ARGUMENT...: lbd does, and says so
ends() {
	local said code=0

	said=$("$LBD" "${@:3}" 2>&1 </dev/null) || code=$?
	[[ $code == "$1" && $said == *"$2"* ]] || {
		echo "code $code: $said"
		return 1
	}
}

# The processes of this test's lbd all hold its lock.
lbds() {
	local link

	for link in /proc/[0-9]*/fd/*; do
		[[ $(readlink "$link") != "$work/run/lock" ]] || cut -d/ -f3 <<<"$link"
	done 2>/dev/null | sort -u
}

no_lbd() {
	[[ -z $(lbds) ]]
}

cat >conf <<'EOT'
virtual_server 192.0.2.1 80 {
	lb_algo rr
	lb_kind NAT
	protocol TCP
	real_server 127.0.0.1 81 {
		TCP_CHECK {
			connect_timeout 1
		}
	}
}
EOT

ok 'version' ends 0 'lbd ' -V
ok 'help' ends 0 'usage: lbd' -h
ok 'an option that is none' ends 2 x -x
ok 'an argument too many' ends 2 "unknown argument 'more'" more
ok 'a role is not for people' ends 2 'for lbd itself' --role lbd-vrrp
ok 'a file that is not there' ends 1 "cannot read 'none'" -t none
ok 'a valid file' ends 0 'service tcp 192.0.2.1:80' -t conf
echo 'virtual_server 192.0.2.1 80 {' >broken
ok 'an invalid file' ends 1 'broken:1: ' -t broken
ok 'with which nothing is started' ends 1 'broken:1: ' -f broken -n -r run
cp conf open
chmod 666 open
ok 'a file that anybody can write' ends 1 "'open' can be written by anybody" -t open

# What is told to a service manager.
python3 -c '
import socket, sys
s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
s.bind("notify")
s.settimeout(30)
open("listening", "w").close()
while True:
    said = s.recv(1000).decode()
    print(said.split("\n")[0], flush=True)
    if said.startswith("STOPPING"):
        break
' >told 2>/dev/null &
manager=$!
soon test -e listening

export NOTIFY_SOCKET=$work/notify
ok 'a daemon whose number cannot be written' ends 1 'none/pid: No such file' \
	-f conf -r run -p none/pid
ok 'a daemon' "$LBD" -f conf -r run -p pid
ok 'has written its number' test -s pid
ok 'and says that it is ready' soon grep -qx READY=1 told
ok 'another one is refused' ends 1 'another lbd runs' -f conf -r run
kill -HUP "$(<pid)"
ok 'a reload is told' soon grep -qx RELOADING=1 told


kill -TERM "$(<pid)"
ok 'it stops' soon no_lbd
ok 'its file is gone' test ! -e pid
wait "$manager"
is 'all that was told' "$(xargs <told)" 'READY=1 RELOADING=1 READY=1 STOPPING=1'
unset NOTIFY_SOCKET

# Control dies: so do the others, and what was said of backends stays.
"$LBD" -f conf -r run -p pid
soon test -s run/state
ok 'services are remembered' grep -qx 'service tcp 192.0.2.1:80' run/state
kill -KILL "$(<pid)"
ok 'without control the others end' soon no_lbd
echo 'override down [192.0.2.1]:tcp:80 [127.0.0.1]:tcp:81' >>run/state
"$LBD" -f conf -r run -p pid
override() {
	"$LBADM" -s "$work/run/lbd.sock" -j daemon status |
		jq -r '.services[0].backends[0].override'
}
says_down() {
	[[ $(override) == down ]]
}
ok 'what an operator said is kept' soon says_down
kill -TERM "$(<pid)"
ok 'it stops again' soon no_lbd
echo "1..$count"
