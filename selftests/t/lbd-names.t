#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 300
#
# Host names as real servers: what a name server says, and the checks by HTTP
# that its addresses pass, are the pool of the kernel.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/lbd.sh
. "$(dirname "$0")/../lbd.sh"

CONF=$WORK/director.conf
name_server=$(readlink -f "$(dirname "$0")/../../userspace/tests/lbd/dns_server.py")

# zone NAME=bN...: what the name server says from now on
zone() {
	local record

	for record in "$@"; do
		echo "${record%=*} A 1 $(backend4 "${record#*=}")"
	done >"$WORK/zone.new"
	mv "$WORK/zone.new" "$WORK/zone"
}

config() {
	local check='HTTP_GET {
		url {
			path /
			regex "^b[1-4]"
			header X-Test yes
		}
		connect_timeout 2
		retry 0
		delay_loop 0.2
		warmup 0
	}'

	cat <<-EOT
		global_defs {
			dns_server 127.0.0.1 5301
			dns_min_ttl 1
		}
		virtual_server $VIP4 80 {
			lb_algo rr
			lb_kind NAT
			protocol TCP
			virtualhost web.test
			real_server web.test 80 {
				weight 3
				$check
			}
		}
		virtual_server $VIP4 8080 {
			lb_algo rr
			lb_kind NAT
			protocol TCP
			real_server web.test 80 {
				$check
			}
			real_server $(backend4 b1) 80 {
				weight 9
				$check
			}
			sorry_server sorry.test 80
		}
	EOT
}

# pool PORT: the backends that get connections, with their weights
pool() {
	vip_value 4 tcp "$1" \
		'[.backends[] | select(.state == "up" and .weight > 0) | "\(.address)/\(.weight)"] | sort | join(" ")'
}

is_pool() {
	[[ $(pool "$1") == "$2" ]]
}

# has_members PORT COUNT
has_members() {
	[[ $(pool "$1" | wc -w) == "$2" ]]
}

# becomes PORT 'bN/WEIGHT...' NAME
becomes() {
	local entry expected=()

	for entry in $2; do
		expected+=("$(backend4 "${entry%/*}")/${entry#*/}")
	done
	ok "$3" wait_until 20 is_pool "$1" "${expected[*]}"
	[[ $(pool "$1") == "${expected[*]}" ]] ||
		diag "port $1 has '$(pool "$1")', expected '${expected[*]}'"
}

# Who answers six requests.
answers() {
	local i

	for ((i = 0; i < 6; i++)); do
		in_ns client curl -sS --max-time 5 "http://$VIP4/"
	done | sort -u | xargs
}

nginx_stop() {
	in_ns "$1" nginx -s stop -c "$WORK/nginx.$1/conf" -e "$WORK/nginx.$1/error.log"
}

nginx_again() {
	in_ns "$1" nginx -c "$WORK/nginx.$1/conf" -e "$WORK/nginx.$1/error.log"
}

checkers_pid() {
	pgrep -g "${lbd_pid[director]}" lbd-checkers
}

checkers_again() {
	local pid

	pid=$(checkers_pid) && [[ $pid != "$1" ]]
}

test_answers() {
	becomes 80 'b1/3 b2/3' 'the addresses of a name are the pool'
	is 'they serve' "$(answers)" 'b1 b2'
	zone web.test=b1 web.test=b2 web.test=b3 sorry.test=b4
	becomes 80 'b1/3 b2/3 b3/3' 'an address is added'
	is 'and serves' "$(answers)" 'b1 b2 b3'
	zone web.test=b1 web.test=b3 sorry.test=b4
	becomes 80 'b1/3 b3/3' 'an address goes'
}

test_checks() {
	nginx_stop b3
	becomes 80 'b1/3' 'an address that fails its check goes'
	is 'nobody notices' "$(answers)" b1
	nginx_again b3
	becomes 80 'b1/3 b3/3' 'and comes back'
}

test_failures() {
	local pid before

	zone nothing.test=b1
	ok 'it is said that the name is gone' wait_until 20 lbd_said director \
		'web.test cannot be looked up, its addresses stay'
	becomes 80 'b1/3 b3/3' 'its addresses stay'
	pid=$(checkers_pid)
	kill -KILL "$pid"
	ok 'the checkers are started again' wait_until 20 checkers_again "$pid"
	is 'without a name server the pool is as it was' "$(answers)" 'b1 b3'
	zone web.test=b2 sorry.test=b4
	becomes 80 'b2/3' 'with one it is as that says'
	ok 'lbd stops' lbd_stop director
	before=$(lbadm save)
	lbd_run director "$CONF"
	becomes 80 'b2/3' 'started again, it finds the pool as it was'
	is 'all of it' "$(lbadm save)" "$before"
}

# An address may be in a pool by its name and by itself.
test_twice() {
	becomes 8080 'b1/9 b2/1' 'a name beside an address'
	zone web.test=b1 web.test=b2 sorry.test=b4
	becomes 80 'b1/3 b2/3' 'the name gets the address that is beside it'
	ok 'which stays in the pool, once' wait_until 20 has_members 8080 2
	nginx_stop b1
	nginx_stop b2
	becomes 8080 'b4/1' 'the sorry server is a name too'
}

topo_setup --backends 4
director_load
nginx_start
zone web.test=b1 web.test=b2 sorry.test=b4
(
	trap - ERR	# it is killed in the end
	cd "$WORK" || exit 1
	sleep infinity | in_ns director /usr/bin/python3 "$name_server" >"$WORK/names.out"
) &
wait_until 20 grep -q ready "$WORK/names.out"
config >"$CONF"
lbd_run director "$CONF"
test_answers
test_checks
test_failures
test_twice

done_testing
