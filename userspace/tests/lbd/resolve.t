#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Host names as real servers: a name server of ours, whose answers change, and
# addresses that answer or do not
set -uo pipefail

# shellcheck source=userspace/tests/lbd/checks.sh
. "$(dirname "$(readlink -f "$0")")/checks.sh"
begin "${1-}" python3 socat
members=$(dirname "$probe")/t_members
count=0

# has NAME LINE: the last such line of the output becomes this one
has() {
	local verdict=ok kind

	kind=$(cut -d: -f1 <<<"$2" | cut -d' ' -f1-3)
	# shellcheck disable=SC2317,SC2329,SC2053
	matches() { [[ $(grep "^$1" out | tail -n1) == $2 ]]; }
	count=$((count + 1))
	(wait_for matches "$kind" "$2") >/dev/null || verdict='not ok'
	echo "$verdict $count - $1"
	[[ $verdict == ok ]] || sed 's/^/# /' <(echo "expected: $2") out err
}

# serve ADDRESS PORT: takes connections until it is killed
serve() {
	socat "TCP-LISTEN:$2,bind=$1,fork,reuseaddr" EXEC:true 3>&- 4>&- &
	pids+=($!)
	wait_for socat -u /dev/null "TCP:$1:$2"
}

cat >zone <<-END
	web.test A 1 127.0.0.11
	web.test A 1 127.0.0.12
	six.test AAAA 1 2001:db8::7
	plain.test A 1 127.0.0.21
	plain.test A 1 127.0.0.22
	_http._tcp.test SRV 1 1 10 8001 a.test
	_http._tcp.test SRV 1 1 30 8002 b.test
	_http._tcp.test SRV 1 2 0 8003 c.test
	a.test A 1 127.0.0.31
	b.test A 1 127.0.0.32
	c.test A 1 127.0.0.33
END
server "$here/dns_server.py"
serve 127.0.0.11 80
serve 127.0.0.12 80
serve 127.0.0.31 8001
serve 127.0.0.32 8002
serve 127.0.0.33 8003

check='TCP_CHECK { connect_timeout 1 }'
common='lb_algo rr
lb_kind NAT
delay_loop 0.2
warmup 0
retry 0
jitter 0'
cat >conf <<END
global_defs {
	dns_server 127.0.0.1 5301
	dns_min_ttl 1
}
virtual_server 192.0.2.1 80 {
$common
	real_server web.test 80 {
		$check
	}
	real_server 127.0.0.11 80 {
		$check
	}
	sorry_server plain.test 80
}
virtual_server 192.0.2.2 80 {
$common
	real_server plain.test {
		weight 3
	}
	real_server six.test {
	}
	real_server nobody.test {
	}
}
virtual_server 192.0.2.3 80 {
$common
	real_server srv _http._tcp.test {
		$check
	}
}
END
mkfifo input
"$members" conf <input >>out 2>err &
pids+=($!)
exec 4>input

has 'addresses that pass their checks are told' \
	'resolved 0 0: 127.0.0.11 80 1; 127.0.0.12 80 1;'
has 'the name is up' 'health 0 0 up '
has 'a backend beside it is told of as ever' 'health 0 1 up '
has 'a name without checks, with a weight' \
	'resolved 1 0: 127.0.0.21 0 3; 127.0.0.22 0 3;'
has 'the sorry server may be a name' \
	'resolved 0 2: 127.0.0.21 80 1; 127.0.0.22 80 1;'
has 'SRV gives ports and weights, of the best priority' \
	'resolved 2 0: 127.0.0.31 8001 10; 127.0.0.32 8002 30;'
count=$((count + 1))
grep -q '^resolved 1 [12]' out && printf 'not '
echo "ok $count - addresses of the other family, and names that are not, are none"
count=$((count + 1))
(wait_for grep -q 'nobody.test cannot be looked up: ' err) || printf 'not '
echo "ok $count - it is said what cannot be looked up"

kill "${pids[2]}"
has 'an address that fails is taken out' 'resolved 0 0: 127.0.0.11 80 1;'
kill "${pids[3]}" "${pids[4]}"
has 'without targets of the best priority the next ones are used' \
	'resolved 2 0: 127.0.0.33 8003 1;'
kill "${pids[5]}"
has 'without any the name is down' 'health 2 0 down 127.0.0.3?: TCP_CHECK: connect:*'
has 'and has no addresses' 'resolved 2 0:'

sed -i 's/^web.test A 1 127.0.0.12/web.test A 1 127.0.0.13/' zone
serve 127.0.0.13 80
has 'an address that comes is used once it passes' \
	'resolved 0 0: 127.0.0.11 80 1; 127.0.0.13 80 1;'
sed -i '/^web.test A 1 127.0.0.11/d' zone
has 'an address that goes is taken out' 'resolved 0 0: 127.0.0.13 80 1;'
kill "${pids[1]}"
(wait_for grep -q 'health 0 1 down' out)
sed -i '/^web.test/d' zone
(wait_for grep -q 'web.test cannot be looked up, its addresses stay' err)
has 'when a name is gone, its last addresses stay' 'resolved 0 0: 127.0.0.13 80 1;'

sed 's/weight 3/weight 4/' conf >conf2
: >out
echo "$PWD/conf2" >&4
has 'after a reload all is told again' 'resolved 0 0: 127.0.0.13 80 1;'
has 'the name is up, as before' 'health 0 0 up '
has 'what was down is' 'health 0 1 down *'
has 'and what has changed' 'resolved 1 0: 127.0.0.21 0 4; 127.0.0.22 0 4;'
cat >conf3 <<END
virtual_server 192.0.2.1 80 {
$common
	real_server 127.0.0.13 80 {
		$check
	}
}
END
: >out
echo "$PWD/conf3" >&4
has 'a configuration without names is as ever' 'health 0 0 up *'
exec 4>&-
wait "${pids[6]}" || printf 'not '
count=$((count + 1))
echo "ok $count - it ends in order"
echo "1..$count"
