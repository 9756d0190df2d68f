#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# lbd as a whole, in a network namespace, without the module: the control
# socket with all that lbadm asks over it, metrics, reload, scripts at start and
# stop. What the kernel has to do with it is tested in a machine of its own.
set -uo pipefail

here=$(dirname "$(readlink -f "$0")")
for program in unshare ip jq curl python3; do
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
server='' lbd=''
finish() {
	[[ -z $server ]] || kill "$server"
	[[ -z $lbd ]] || kill "$lbd"
	wait
	rm -rf "$work"
} 2>/dev/null
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

# is NAME GOT WANTED
is() {
	ok "$1" test "$2" = "$3"
	[[ $2 == "$3" ]] || echo "# got: $2"
}

# soon COMMAND...: within ten seconds
soon() {
	local deadline=$((SECONDS + 11))

	until "$@" >/dev/null 2>&1; do
		((SECONDS < deadline)) || return 1
		read -rt 0.05 <>hold
	done
	return 0
}
mkfifo hold

ask() {
	"$LBADM" -s "$work/run/lbd.sock" "$@"
}

# refused REGEX ARG...: lbadm fails, and says why
refused() {
	local regex=$1 said
	shift

	said=$(ask "$@" 2>&1) && return 1
	[[ $said =~ $regex ]] || { echo "$said"; return 1; }
}

cat >say <<'END'
#!/bin/sh
echo "$1" >>"$2"
END
chmod 755 say

config() {
	cat <<END
global_defs {
	script_user root
	startup_script "$work/say started $work/scripts"
	shutdown_script "$work/say stopped $work/scripts"
	lvs_notify_fifo $work/fifo
}
metrics {
	listen 127.0.0.1:9400
}
track_file number {
	file $work/number
}
virtual_server 192.0.2.1 80 {
	delay_loop 0.1
	protocol TCP
	quorum_up "$work/say up $work/scripts"
	real_server 127.0.0.1 81 {
		TCP_CHECK {
			connect_timeout 1
			retry 0
			delay_before_retry 0.1
			warmup 0
		}
	}
}
$*
END
}

serve() {
	python3 -c '
import socket, time
s = socket.socket()
s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
s.bind(("127.0.0.1", 81))
s.listen(64)
while True:
	s.accept()[0].close()
' &
	server=$!
}

# value FILTER: of the status
value() {
	ask -j daemon status | jq -r "$1"
}

has() {
	[[ $(value "$1") == "$2" ]]
}

config >conf
serve
"$LBD" -n -f conf -r "$work/run" 2>log &
lbd=$!

ok 'it answers' soon ask daemon status
is 'the startup script was run before' "$(head -n 1 scripts)" started
ok 'the real server is up' soon has '.services[0].backends[0].health' up
ok 'an overview' grep -q '^1 virtual servers, 1 with quorum; 1 real servers, 1 up' <(ask daemon status)
ok 'roles are in it' grep -q 'lbd-checkers  *running' <(ask daemon status)
ok 'services' grep -q '^    \[127.0.0.1\]:tcp:81  *up .*checks say up' <(ask daemon services)
ok 'checks' grep -q 'TCP_CHECK  *up  *passed' <(ask daemon checks)
is 'tracked values' "$(ask daemon tracked | tr -s ' ')" 'file number 0'
is 'what does not run says so' "$(ask daemon vrrp)" 'vrrp does not run'
is 'as JSON too' "$(ask -j daemon tracked)" '[{"kind":"file","name":"number","value":0}]'
echo 7 >number
ok 'a tracked file' soon has '.tracked[0].value' 7

kill $server
wait $server 2>/dev/null
ok 'it goes down' soon has '.services[0].backends[0].health' down
ok 'it is told' soon grep -q '^RS \[127.0.0.1\]:tcp:81 \[192.0.2.1\]:tcp:80 DOWN$' <(timeout 5 cat <>fifo)
serve
ok 'it comes back' soon has '.services[0].quorum' true

ok 'an operator takes it down' ask daemon down '[192.0.2.1]:tcp:80' '[127.0.0.1]:tcp:81'
ok 'so it is' soon has '.services[0].backends[0].up' false
ok 'and gives it back, by other names' ask daemon clear tcp 192.0.2.1:80 127.0.0.1:81
ok 'it is up again' soon has '.services[0].backends[0].up' true
ok 'probed at once' ask daemon recheck tcp 192.0.2.1:80 127.0.0.1:81
ok 'no such service' refused 'no virtual server tcp 192.0.2.9:80' daemon down tcp 192.0.2.9:80 127.0.0.1:81
ok 'no such backend' refused 'no real server 127.0.0.1:82' daemon drain tcp 192.0.2.1:80 127.0.0.1:82
ok 'no such instance' refused 'no vrrp_instance VI_1' daemon release VI_1
ok 'a word is missing' refused 'real server is missing' daemon drain tcp

config 'virtual_server 192.0.2.1 81 { ' >conf
ok 'a configuration with an error is refused with its place' refused 'conf:' reload
is 'and nothing changes' "$(value .control.generation)" 1
config 'virtual_server 192.0.2.2 80 {' 'protocol TCP' 'real_server 127.0.0.1 81' '}' >conf
ok 'a good one is taken' ask reload
is 'with what is new' "$(value '.services | length')" 2
is 'and what was known' "$(value '.services[0].backends[0].health')" up

curl -s -D head -o page http://127.0.0.1:9400/metrics
ok 'metrics are OpenMetrics' "$here/openmetrics.py" <page
ok 'and say so' grep -qi '^content-type: application/openmetrics-text; version=1.0.0' head
ok 'checks are in it' grep -q '^lbd_check_duration_seconds_bucket{.*type="TCP_CHECK".*le="+Inf"} [1-9]' page
ok 'so are reloads' grep -q '^lbd_reloads_refused_total 1$' page
tests=$(dirname "$LBD")/../tests/lbd
ok 'so is a page with all there may be in it' "$here/openmetrics.py" < <("$tests/t_metrics" page)
code() {
	curl -s -o /dev/null -w '%{http_code}' --max-time 5 "$@"
}
is 'another path' "$(code http://127.0.0.1:9400/)" 404
is 'another method' "$(code -d x http://127.0.0.1:9400/metrics)" 405
many() {
	local i jobs=()

	for i in {1..20}; do
		code http://127.0.0.1:9400/metrics >"many.$i" &
		jobs+=($!)
	done
	wait "${jobs[@]}"
	cat many.*
}
is 'many at the same time' "$(many)" "$(printf '200%.0s' {1..20})"

checkers=$(value '.roles["lbd-checkers"].pid')
kill -KILL "$checkers"
ok 'checkers that are killed are started again' soon has '.roles["lbd-checkers"].restarts' 1
ok 'and find what was' soon has '.services[0].backends[0].health' up

kill -TERM $lbd
wait $lbd
is 'it ends in order' $? 0
lbd=''
is 'after its shutdown script' "$(tail -n 1 scripts)" stopped
ok 'nothing is left' test ! -e run/lbd.sock -a ! -e fifo
ok 'without lbd, lbadm says what is wrong' refused 'does lbd run' daemon status
echo "1..$count"
