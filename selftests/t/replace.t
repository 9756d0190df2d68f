#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 400
# cpus: 2
#
# Pools change as a whole: `service replace` and `apply` take effect in one
# step or not at all, and whoever stays keeps connections and counters.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

FLOWS=12

# replace FAMILY PROTOCOL bN...: the pool of port 7000 is exactly this
replace() {
	local key backend words=()

	read -ra key <<<"$(vip_key "$1" "$2" 7000)"
	for backend in "${@:3}"; do
		words+=(backend "$(vip_endpoint "$1" "$backend")")
	done
	lbadm service replace "${key[@]}" scheduler rr "${words[@]}"
}

pool() {
	vip_value "$1" "$2" 7000 '[.backends[].address] | join(" ")'
}

addresses() {
	local backend

	for backend in "${@:2}"; do
		backend_address "$1" "$backend"
	done | xargs
}

accepted() {
	vip_value "$1" "$2" 7000 ".backends[] | select(.address == \"$(backend_address "$1" "$3")\") | .connections"
}

test_replace() {
	local family=$1 protocol=$2 name="IPv$1 $2"

	ok "$name: a service that does not exist is made" \
		replace "$family" "$protocol" b1 b2
	hold_start kept client "$protocol" "$(vip "$family")" 7000 --count $FLOWS --period 0 >"$WORK/out" || true
	is "$name: it works" "$(value ok <"$WORK/out")" $FLOWS
	ok "$name: another pool" replace "$family" "$protocol" b3 b2
	is "$name: backends are in the order of the command" \
		"$(pool "$family" "$protocol")" "$(addresses "$family" b3 b2)"
	is "$name: who stays keeps its counters" \
		"$(accepted "$family" "$protocol" b2)" $((FLOWS / 2))
	case $protocol in
	tcp) wanted="ok=6 failed=6 moved=0 error.ECONNRESET=6" ;;
	udp) wanted="ok=12 failed=0 moved=6" ;;
	esac
	is "$name: and its connections" "$(hold_stop kept | flows_left)" "$wanted"
	is "$name: who is new gets its share" \
		"$(traffic_in client echo "$protocol" "$(vip "$family")" 7000 --count 10 |
			sed -n 's/^backend\.//p' | sort | xargs)" 'b2=5 b3=5'
	ok "$name: the same again" replace "$family" "$protocol" b3 b2
	ok "$name: a pool of nobody" replace "$family" "$protocol"
	is "$name: has nobody" "$(pool "$family" "$protocol")" ''
	vip_service del "$family" "$protocol" 7000
}

# While the pool goes back and forth every moment there is one that works.
storm() {
	while [[ ! -e $WORK/calm ]]; do
		replace "$1" tcp b1 b2 || return 1
		replace "$1" tcp b2 b3 || return 1
		echo
	done
}

test_storm() {
	local family=$1 code=0 pid

	rm -f "$WORK/calm"
	replace "$family" tcp b1 b2
	storm "$family" >"$WORK/rounds" &
	pid=$!
	# b2 is in every pool. Nothing of the others counts, but to be refused a
	# connection by the director is a hole between two pools.
	traffic_in client echo tcp "$(vip "$family")" 7000 --count 800 \
		--bytes 1 --parallel 8 >"$WORK/out" || true
	touch "$WORK/calm"
	wait $pid || code=$?
	is "IPv$family: replacing never failed" $code 0
	between "IPv$family: and happened meanwhile" "$(wc -l <"$WORK/rounds")" 3 100000
	is "IPv$family: no connection was refused for want of a backend" \
		"$(lbadm -j stats | jq .drops.no_backend)" 0
	is "IPv$family: nor was the service missing for a moment" \
		"$(value error.ECONNREFUSED <"$WORK/out")" 0
	between "IPv$family: those of b2 all went well" \
		"$(value backend.b2 <"$WORK/out")" 200 600
	vip_service del "$family" tcp 7000
}

topo_setup --backends 3
director_load
serve 7000
for family in 4 6; do
	for protocol in tcp udp; do
		test_replace $family $protocol
	done
	test_storm $family
done

# --- What is refused changes nothing -----------------------------------------

K='tcp 198.51.100.1:80'
cat >"$WORK/first" <<EOT
service add $K scheduler maglev timeout fin 5
backend add $K 10.0.2.11:80 forward nat weight 3
backend add $K 10.0.2.12:80 forward dr weight 1
EOT
lbadm restore "$WORK/first"

# refused CODE TEXT WORD...
refused() {
	local want="exit $1: lbadm: $2" code=0 said
	shift 2

	said=$(lbadm "$@" 2>&1) || code=$?
	is "refused: ${*:0:12}" "exit $code: $said" "$want"
	ok 'and the configuration stays' cmp "$WORK/first" <(lbadm save)
}

# shellcheck disable=SC2086
{
	refused 1 "service replace $K 10.0.2.13: backend is given twice" \
		service replace $K backend 10.0.2.13 backend 10.0.2.14 backend 10.0.2.13
	refused 1 "service replace $K 10.0.2.14:81: only forward nat and fullnat can change the port" \
		service replace $K backend 10.0.2.13:81 backend 10.0.2.14:81 forward dr
	refused 1 "service replace $K 224.0.0.1: backend address must be global unicast or loopback" \
		service replace $K backend 10.0.2.13 backend 224.0.0.1
	refused 1 "service replace $K: no such scheduler" \
		service replace $K scheduler nothing backend 10.0.2.13
	refused 1 "service replace tcp 127.0.0.1:80: service address must be global unicast" \
		service replace tcp 127.0.0.1:80 backend 10.0.2.13
	refused 1 "service replace $K [fd00::1]: only forward ipip, gre and gue reach a backend of the other address family" \
		service replace $K backend '[fd00::1]'
}

# --- apply and diff ----------------------------------------------------------

# differs FILE: exit code and output of diff
differs() {
	local code=0 said

	said=$(lbadm diff "$1" 2>&1) || code=$?
	echo "$code $said"
}

is 'what is saved does not differ' "$(differs "$WORK/first")" '0 '
cat >"$WORK/second" <<EOT
# Another order, another weight, a new service
service add udp [2001:db8::1]:53
backend add udp [2001:db8::1]:53 [fd00:2::11]
service add $K scheduler maglev timeout fin 5
backend add $K 10.0.2.12 forward dr
backend add $K 10.0.2.11 weight 4
EOT
is 'diff says what apply would do' "$(differs "$WORK/second")" \
	"1 service replace udp [2001:db8::1]:53 scheduler wlc backend [fd00:2::11]:53 forward nat weight 1
backend set $K 10.0.2.11:80 forward nat weight 4"
is 'also as JSON' \
	"$(lbadm -j diff "$WORK/second" | jq -r '.[] | .verb' | xargs)" \
	'service replace backend set'
ok 'and does nothing' cmp "$WORK/first" <(lbadm save)
ok 'apply' lbadm apply "$WORK/second"
is 'then nothing differs' "$(differs "$WORK/second")" '0 '
is 'as JSON, too' "$(lbadm -j diff "$WORK/second")" '[]'
is 'services that are in no file go' "$(differs "$WORK/first")" \
	"1 backend set $K 10.0.2.11:80 forward nat weight 3
service del udp [2001:db8::1]:53"
ok 'apply from the standard input' lbadm apply - <"$WORK/first"
ok 'makes it as it was' cmp "$WORK/first" <(lbadm save)

# What diff prints is what apply does.
while read -r line; do
	# shellcheck disable=SC2086
	lbadm $line
done < <(lbadm diff "$WORK/second")
is 'the commands of diff do the same as apply' "$(differs "$WORK/second")" '0 '
lbadm apply "$WORK/first"

# refused_file CODE TEXT: apply refuses the file on stdin
refused_file() {
	cat >"$WORK/file"
	refused "$1" "$WORK/file:$2" apply "$WORK/file"
}

refused_file 2 "2: unknown keyword 'wieght', did you mean 'weight'?" <<EOT
service add tcp 203.0.113.1:80
backend add tcp 203.0.113.1:80 10.0.2.11 wieght 5
EOT
refused_file 2 '3: this service is made twice' <<EOT
service add tcp 203.0.113.1:80
service add tcp 203.0.113.2:80
service add tcp 203.0.113.1:80
EOT
refused_file 2 '1: no line before this one makes the service' <<EOT
backend add $K 10.0.2.13
service add $K
EOT
# The kernel refuses the last one: those before are taken back.
refused_file 1 '5: backend add tcp 203.0.113.3:80 224.0.0.1: backend address must be global unicast or loopback' <<EOT
service add tcp 203.0.113.1:80
service add $K scheduler rr
backend add $K 10.0.2.13
service add tcp 203.0.113.3:80
backend add tcp 203.0.113.3:80 224.0.0.1
EOT
refused_file 1 '3: backend add tcp 203.0.113.1:80 10.0.2.13: backend is given twice' <<EOT
service add tcp 203.0.113.1:80
backend add tcp 203.0.113.1:80 10.0.2.13
backend add tcp 203.0.113.1:80 10.0.2.13
EOT
like 'diff of a bad file is trouble' "$(differs "$WORK/file.none")" \
	"^2 lbadm: $WORK/file.none: No such file"

# A new service that is in the way of an old one.
lbadm restore - <<<'service add tcp 203.0.113.1:80-90 scheduler wlc'
cat "$WORK/first" - >"$WORK/moved" <<<'service add tcp 203.0.113.1:85-95 scheduler wlc'
ok 'a port range makes room for one that overlaps it' lbadm apply "$WORK/moved"
ok 'and is gone' cmp "$WORK/moved" <(lbadm save)
lbadm apply "$WORK/first"

# --- Size --------------------------------------------------------------------

# A message of more than 64 KiB.
awk 'BEGIN {
	key = "tcp 203.0.113.9:80"
	print "service add " key " scheduler maglev"
	for (i = 0; i < 3000; i++)
		printf "backend add %s 10.%d.%d.1:80 forward nat weight %d\n",
			key, i / 200 + 10, i % 200, i % 7 + 1
}' >"$WORK/large"
ok 'a pool of 3000 backends' lbadm apply "$WORK/large"
ok 'reads back the same' cmp "$WORK/large" <(lbadm save)
sed 's/weight 7/weight 8/; /10\.12\.5\.1:/d' "$WORK/large" >"$WORK/larger"
ok 'is changed in one step' lbadm apply "$WORK/larger"
ok 'and reads back the same' cmp "$WORK/larger" <(lbadm save)

done_testing
