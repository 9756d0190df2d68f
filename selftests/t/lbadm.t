#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# lbadm against the kernel: what is refused changes nothing and says why, what
# is saved can be restored, and who may do what.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

topo_setup --backends 1

# Before the module is there.
fails 'without nflb nothing works' \
	in_ns director "$NFLB_BUILD/userspace/lbadm/lbadm" save
like 'and lbadm says what to do' \
	"$(in_ns director "$NFLB_BUILD/userspace/lbadm/lbadm" save 2>&1 || true)" \
	'^lbadm: nflb is not loaded \(modprobe nflb\)$'

director_load

V4='tcp 198.51.100.1:80'
v4=(tcp 198.51.100.1:80)
v6=(udp '[2001:db8::1]:53')

cat >"$WORK/full" <<EOT
service add tcp 198.51.100.1:80 scheduler wlc
backend add tcp 198.51.100.1:80 10.0.2.11:8080 forward nat weight 1
backend add tcp 198.51.100.1:80 10.0.2.12:80 forward dr weight 65535
backend add tcp 198.51.100.1:80 10.0.2.13:80 forward ipip weight 0
backend add tcp 198.51.100.1:80 10.0.2.15:80 forward gre checksum on key 4294967295 weight 1
backend add tcp 198.51.100.1:80 [fd00:2::13]:80 forward gue checksum off port 6081 source fd00:9::/64 weight 1
service add udp [2001:db8::1]:53 scheduler maglev
backend add udp [2001:db8::1]:53 [fd00:2::11]:5353 forward nat weight 3
backend add udp [2001:db8::1]:53 [fd00:2::12]:53 forward ipip weight 2
backend add udp [2001:db8::1]:53 [fd00:2::11]:5354 forward fullnat weight 3 source-pool fd00:2::a,fd00:2::c/126 ports 1-65535
service add tcp [2001:db8::1]:53 scheduler maglev table-size 251 seed 18446744073709551615 affinity 300 mask 64
service add udp 198.51.100.1:80 scheduler sh seed 7 timeout established 1 fin 2 syn 3 udp 2678400
backend add udp 198.51.100.1:80 10.0.2.11:80 forward nat weight 1
service add tcp 198.51.100.1:65535 scheduler rr timeout syn 31 affinity 2678400
service add tcp 198.51.100.1:1 scheduler sh table-size 65537 source-pool 10.0.0.0/26
backend add tcp 198.51.100.1:1 10.0.2.11:80 forward fullnat weight 1
backend add tcp 198.51.100.1:1 10.0.2.12:80 forward nat weight 1
service add tcp 198.51.100.1:2 scheduler maglev hash address max-load 125 panic 50
service add tcp 198.51.100.1:3 scheduler dh hash address-port fallback off
backend add tcp 198.51.100.1:3 10.0.2.11:3 forward nat weight 1 max-connections 4294967295 slow-start 30 tier 2 response-time 800
EOT

# --- Save and restore --------------------------------------------------------

is 'nothing is saved as nothing' "$(lbadm save)" ''
is 'no services, as JSON' "$(lbadm -j service list)" '[]'

ok 'restore' lbadm restore "$WORK/full"
lbadm save >"$WORK/saved"
ok 'save gives what was restored, byte for byte' cmp "$WORK/full" "$WORK/saved"
lbadm -j service list >"$WORK/list"
ok 'the list is JSON' jq -e "length == $(grep -c ^service "$WORK/full")" "$WORK/list"
is 'a setting reads back' \
	"$(jq -r '.[3].timeouts | "\(.established) \(.fin) \(.syn) \(.udp)"' "$WORK/list")" \
	'1 2 3 2678400'
is 'so do the defaults' \
	"$(jq -r '.[0].timeouts | "\(.established) \(.fin) \(.syn) \(.udp)"' "$WORK/list")" \
	'900 60 30 120'
is 'a seed of 64 bits is a number' \
	"$(grep -o '"seed":[0-9]*' "$WORK/list" | sed -n 2p)" \
	'"seed":18446744073709551615'
is 'the list as text has a line per service and backend' \
	"$(lbadm service list | wc -l)" "$(wc -l <"$WORK/full")"

clear_all() {
	local protocol endpoint

	while read -r _ _ protocol endpoint _; do
		lbadm service del "$protocol" "$endpoint"
	done < <(lbadm save | grep '^service')
}

ok 'services can be removed with their backends' clear_all
is 'all are gone' "$(lbadm save)" ''
ok 'restore from the standard input' lbadm restore - <"$WORK/saved"
ok 'save again gives the same bytes' cmp "$WORK/saved" <(lbadm save)
ok 'the JSON is the same, too' cmp "$WORK/list" <(lbadm -j service list)

# --- What is refused ---------------------------------------------------------

# refused CODE TEXT WORD...: only that is said, and the configuration stays
refused() {
	local want="exit $1: lbadm: $2" code=0 said
	shift 2

	said=$(lbadm "$@" 2>&1 >"$WORK/out") || code=$?
	said="exit $code: $said$(<"$WORK/out")"
	lbadm save >"$WORK/now"
	cmp -s "$WORK/saved" "$WORK/now" || said+=$'\n'"now: $(<"$WORK/now")"
	is "$*" "$said" "$want"
}

# refused_each CODE: lines "WORDS | TEXT" on stdin
refused_each() {
	local code=$1 words text

	while IFS='|' read -r words text; do
		# shellcheck disable=SC2086
		refused "$code" "${text# }" $words
	done
}

# By the kernel: its text, after the object that it is about.
refused_each 1 <<EOT
service add $V4 | service add $V4: service exists already
service add tcp 198.51.100.1:81 scheduler nothing | service add tcp 198.51.100.1:81: no such scheduler
service add tcp 198.51.100.1:81 scheduler rr seed 1 | service add tcp 198.51.100.1:81: this scheduler has no option seed
service add tcp 198.51.100.1:81 scheduler lc table-size 251 | service add tcp 198.51.100.1:81: this scheduler has no option table-size
service add tcp 198.51.100.1:81 scheduler wlc hash flow | service add tcp 198.51.100.1:81: this scheduler has no option hash
service add tcp 198.51.100.1:81 scheduler p2c fallback on | service add tcp 198.51.100.1:81: this scheduler has no option fallback
service add tcp 198.51.100.1:81 scheduler sh max-load 125 | service add tcp 198.51.100.1:81: this scheduler has no option max-load
service add tcp 198.51.100.1:81 scheduler maglev fallback off max-load 125 | service add tcp 198.51.100.1:81: max-load needs fallback on
service add tcp 198.51.100.1:81 scheduler sh table-size 252 | service add tcp 198.51.100.1:81: table size must be a prime from 251 to 655373
service add tcp 127.0.0.1:80 | service add tcp 127.0.0.1:80: service address must be global unicast
service add tcp [::ffff:192.0.2.1]:80 | service add tcp [::ffff:192.0.2.1]:80: service address must be global unicast
service add tcp 198.51.100.1/24:80 | service add tcp 198.51.100.1/24:80: service address has bits beyond its prefix
service add tcp 0.0.0.0/1:80 | service add tcp 0.0.0.0/1:80: service address must be global unicast
service set tcp 198.51.100.1:81 timeout fin 5 | service set tcp 198.51.100.1:81: no such service
service set $V4 scheduler maglev table-size 1000 timeout fin 5 | service set $V4: table size must be a prime from 251 to 655373
service del udp 198.51.100.1:81 | service del udp 198.51.100.1:81: no such service
service show udp 198.51.100.1:81 | service show udp 198.51.100.1:81: no such service
service zero udp 198.51.100.1:81 | service zero udp 198.51.100.1:81: no such service
stats service udp 198.51.100.1:81 | stats udp 198.51.100.1:81: no such service
backend add $V4 10.0.2.11:8080 | backend add $V4 10.0.2.11:8080: backend exists already
backend add tcp 198.51.100.1:81 10.0.2.14 | backend add tcp 198.51.100.1:81 10.0.2.14: no such service
backend add $V4 10.0.2.14:8080 forward dr | backend add $V4 10.0.2.14:8080: only forward nat and fullnat can change the port
backend add $V4 10.0.2.14:8080 forward ipip | backend add $V4 10.0.2.14:8080: only forward nat and fullnat can change the port
backend add $V4 10.0.2.14 forward fullnat | backend add $V4 10.0.2.14: forward fullnat needs a source-pool of the backend or its service
backend set $V4 10.0.2.11:8080 forward fullnat weight 7 | backend set $V4 10.0.2.11:8080: forward fullnat needs a source-pool of the backend or its service
backend add $V4 10.0.2.14 source-pool fd00::1 | backend add $V4 10.0.2.14: source-pool and service are of different address families
backend add $V4 10.0.2.14 source-pool 10.0.0.0/25 | backend add $V4 10.0.2.14: source-pool must have 1 to 64 addresses
backend add $V4 10.0.2.14 source-pool 10.0.0.0/26,10.0.1.1 | backend add $V4 10.0.2.14: source-pool must have 1 to 64 addresses
backend add $V4 10.0.2.14 source-pool 10.0.0.1/31 | backend add $V4 10.0.2.14: source-pool address has bits behind its prefix
backend add $V4 10.0.2.14 source-pool 10.0.0.0/30,10.0.0.2 | backend add $V4 10.0.2.14: source-pool has an address twice
backend add $V4 10.0.2.14 source-pool 127.0.0.1 | backend add $V4 10.0.2.14: source-pool address must be global unicast
service set tcp 198.51.100.1:1 source-pool none | service set tcp 198.51.100.1:1: forward fullnat needs a source-pool of the backend or its service
backend add $V4 224.0.0.1 | backend add $V4 224.0.0.1: backend address must be global unicast or loopback
backend set $V4 10.0.2.11 weight 5 | backend set $V4 10.0.2.11: no such backend
backend set $V4 10.0.2.11:8080 weight 5 forward dr | backend set $V4 10.0.2.11:8080: only forward nat and fullnat can change the port
backend add $V4 [fd00:2::14] | backend add $V4 [fd00:2::14]: only forward ipip, gre and gue reach a backend of the other address family
backend add $V4 [fd00:2::14] forward dr | backend add $V4 [fd00:2::14]: only forward ipip, gre and gue reach a backend of the other address family
backend add udp [2001:db8::1]:53 10.0.2.14 forward nat | backend add udp [2001:db8::1]:53 10.0.2.14: only forward ipip, gre and gue reach a backend of the other address family
backend set $V4 [fd00:2::13] forward nat | backend set $V4 [fd00:2::13]: only forward ipip, gre and gue reach a backend of the other address family
backend set $V4 [fd00:2::14] weight 1 | backend set $V4 [fd00:2::14]: no such backend
backend drain $V4 10.0.2.14 | backend drain $V4 10.0.2.14: no such backend
backend down $V4 10.0.2.14 | backend down $V4 10.0.2.14: no such backend
backend add $V4 10.0.2.14 forward nat key 7 | backend add $V4 10.0.2.14: only forward fullnat, ipip, gre and gue have options
backend add $V4 10.0.2.14 forward ipip key 7 | backend add $V4 10.0.2.14: only forward gre has a key
backend add $V4 10.0.2.14 forward gue key 7 | backend add $V4 10.0.2.14: only forward gre has a key
backend add $V4 10.0.2.14 forward gre port 7 | backend add $V4 10.0.2.14: only forward gue has a port
backend add $V4 10.0.2.14 forward ipip checksum on | backend add $V4 10.0.2.14: only forward gre and gue have a checksum
backend add $V4 10.0.2.14 forward gre toa on | backend add $V4 10.0.2.14: only forward fullnat has toa
backend add $V4 10.0.2.14 forward nat toa on | backend add $V4 10.0.2.14: only forward fullnat, ipip, gre and gue have options
backend add $V4 10.0.2.14 forward fullnat source 10.9.0.1 | backend add $V4 10.0.2.14: only forward ipip, gre and gue have a source
backend add $V4 10.0.2.14 forward fullnat key 7 | backend add $V4 10.0.2.14: only forward gre has a key
backend add udp [2001:db8::1]:53 [fd00:2::14] forward fullnat toa on | backend add udp [2001:db8::1]:53 [fd00:2::14]: toa is an option of TCP
backend add $V4 10.0.2.14 forward gre source fd00:9::1 | backend add $V4 10.0.2.14: tunnel source and backend are of different address families
backend add $V4 10.0.2.14 forward gre source 127.0.0.1 | backend add $V4 10.0.2.14: tunnel source must be global unicast
backend add $V4 10.0.2.14 forward gre source 10.0.0.0/7 | backend add $V4 10.0.2.14: tunnel source prefix must be 8 to 32, or 16 to 128 for IPv6
backend add $V4 [fd00:2::14] forward gre source fd00::/15 | backend add $V4 [fd00:2::14]: tunnel source prefix must be 8 to 32, or 16 to 128 for IPv6
backend add $V4 10.0.2.14 forward gre source 10.9.0.1/24 | backend add $V4 10.0.2.14: tunnel source has bits set behind its prefix
backend set $V4 10.0.2.13 forward gre port 7 weight 9 | backend set $V4 10.0.2.13: only forward gue has a port
backend del $V4 10.0.2.11 | backend del $V4 10.0.2.11: no such backend
backend del tcp 198.51.100.1:81 10.0.2.11 | backend del tcp 198.51.100.1:81 10.0.2.11: no such service
EOT

# By lbadm: the offending word, and the kernel does not hear of it.
refused_each 2 <<EOT
service add tcp 198.51.100.1:0 | service '198.51.100.1:0': the port must be a number from 1 to 65535
service add tcp 198.51.100.1:http | service '198.51.100.1:http': the port must be a number from 1 to 65535
service add tcp 198.51.100.1 | service '198.51.100.1': ':PORT' is missing
service add tcp 198.51.100.0/33:80 | service '198.51.100.0/33:80': the prefix length must be a number from 1 to 32
service add tcp 198.51.100.1:90-80 | service '198.51.100.1:90-80': the port range ends before it begins
service add tcp 2001:db8::1:80 | service '2001:db8::1:80': IPv6 addresses are bracketed, as in [2001:db8::1]:80
service add tcp 198.51.100.256:80 | service '198.51.100.256:80': this is not an address (names are not looked up)
service add dccp 198.51.100.1:81 | unknown protocol 'dccp', known are: tcp, udp, sctp
service add tcp 198.51.100.1:81 affinity 300 mask 33 | mask '33' is out of range, it must be 1 to 32
service add tcp 198.51.100.1:81 shceduler rr | unknown keyword 'shceduler', did you mean 'scheduler'?
service set $V4 timeout fin 5 fin 6 | 'fin' is given twice
service set $V4 timeout fin 2678401 | fin '2678401' is out of range, it must be 1 to 2678400
service s $V4 | verb 's' is ambiguous: set, show
backend set $V4 10.0.2.11:8080 weight 65536 | weight '65536' is out of range, it must be 0 to 65535
backend drain $V4 10.0.2.11:8080 timeout 0 | timeout '0' is out of range, it must be 1 to 2678400
backend drain $V4 10.0.2.11:8080 timeout 9 then go | unknown then 'go', known are: reset, keep
connection list state open | unknown state 'open', known are: udp, syn-sent, syn-recv, established, fin-wait, time-wait, close
connection list service $V4 client 2001:db8::/32 | service and client are of different families
affinity list service $V4 client 2001:db8::/32 | service and client are of different families
affinity del | which clients? 'all' or a filter is missing
EOT

# --- A file that is refused --------------------------------------------------

# refused_file CODE TEXT: the file is on stdin
refused_file() {
	cat >"$WORK/file"
	refused "$1" "$WORK/file:$2" restore "$WORK/file"
}

refused_file 1 '5: service add tcp 198.51.100.1:80: service exists already' <<EOT
# all new but the last
service add tcp 203.0.113.1:80 scheduler maglev table-size 251
backend add tcp 203.0.113.1:80 10.0.2.11
backend add tcp 198.51.100.1:80 10.0.2.99
service add tcp 198.51.100.1:80
EOT
refused_file 1 '3: backend add tcp 203.0.113.1:81 10.0.2.11: no such service' <<EOT
service add tcp 203.0.113.1:80

backend add tcp 203.0.113.1:81 10.0.2.11
EOT
refused_file 1 '2: service add tcp 203.0.113.1:80: service exists already' <<EOT
service add tcp 203.0.113.1:80
service add tcp 203.0.113.1:80
EOT
refused_file 2 "2: unknown keyword 'wieght', did you mean 'weight'?" <<EOT
service add tcp 203.0.113.1:80
backend add tcp 203.0.113.1:80 10.0.2.11 wieght 5
EOT
refused_file 2 "2: only 'service add', 'backend add' and 'set' can be restored" <<EOT
service add tcp 203.0.113.1:80
service del tcp 198.51.100.1:80
EOT
refused_file 2 "1: service '203.0.113.1': ':PORT' is missing" <<<'service add tcp 203.0.113.1'

# --- What is changed, and only that ------------------------------------------

ok 'set a timeout' lbadm service set "${v4[@]}" timeout fin 61
is 'only that line of the configuration is another' \
	"$(comm -3 <(sort "$WORK/saved") <(lbadm save | sort))" \
	"service add $V4 scheduler wlc"$'\n\t'"service add $V4 scheduler wlc timeout fin 61"
ok 'set a scheduler' lbadm service set "${v4[@]}" scheduler maglev seed 5
like 'the timeout stays' "$(lbadm save)" \
	"service add $V4 scheduler maglev seed 5 timeout fin 61"
ok 'the same scheduler without options' lbadm service set "${v4[@]}" scheduler maglev
like 'options return to their defaults' "$(lbadm save)" \
	"service add $V4 scheduler maglev timeout fin 61"
ok 'set a weight' lbadm backend set "${v6[@]}" '[fd00:2::12]' weight 9
like 'the forward stays' "$(lbadm save)" \
	'\[fd00:2::12\]:53 forward ipip weight 9'
ok 'abbreviated' lbadm b s "${v6[@]}" '[fd00:2::12]' f dr
like 'the weight stays' "$(lbadm save)" '\[fd00:2::12\]:53 forward dr weight 9'
ok 'remove a backend' lbadm backend del "${v6[@]}" '[fd00:2::12]'
unlike 'it is gone' "$(lbadm save)" 'fd00:2::12'

# --- Namespaces and privileges -----------------------------------------------

as_nobody() {
	in_ns director setpriv --reuid 65534 --regid 65534 --clear-groups \
		--bounding-set -all "$(type -P lbadm)" "$@"
}

is 'another namespace has another configuration' "$(LBADM_NS=client lbadm save)" ''
lbadm save >"$WORK/saved"
ok 'reading needs no privilege' cmp "$WORK/saved" <(as_nobody save)
ok 'neither does the list of connections' as_nobody connection list
fails 'writing does' as_nobody service del "${v4[@]}"
is 'and says so' "$(as_nobody service del "${v4[@]}" 2>&1 || true)" \
	"lbadm: service del $V4: Operation not permitted"
ok 'nothing has changed' cmp "$WORK/saved" <(lbadm save)
is 'nobody may write in a namespace of their own' \
	"$(setpriv --reuid 65534 --regid 65534 --clear-groups unshare -Urn \
		bash -c "lbadm service add $V4 && lbadm save")" \
	"service add $V4 scheduler wlc"

# --- Size and haste ----------------------------------------------------------

# many SERVICES: with 10 backends each
many() {
	awk -v services="$1" 'BEGIN {
		for (i = 0; i < services; i++) {
			key = sprintf("tcp 203.0.%d.%d:80", i / 250, i % 250 + 1)
			print "service add " key " scheduler wlc"
			for (j = 1; j <= 10; j++)
				printf "backend add %s 10.0.%d.%d:80 forward nat weight %d\n",
					key, i % 250, j, j
		}
	}'
}

many 1000 >"$WORK/many"
began=$(date +%s%N)
LBADM_NS=client ok '1000 services with 10 backends each' lbadm restore "$WORK/many"
note "restored in $((($(date +%s%N) - began) / 1000000)) ms"
ok 'read back the same' cmp "$WORK/many" <(LBADM_NS=client lbadm save)
ok 'also as JSON' test "$(LBADM_NS=client lbadm -j service list |
	jq '[.[].backends | length] | add')" = 10000
clear_all

# Lines of the file come one by one and go service by service: whatever a
# reader sees at one moment is the beginning of the file.
many 20 >"$WORK/many"
churn() {
	local i

	while [[ ! -e $WORK/stop ]]; do
		lbadm restore "$WORK/many"
		for ((i = 20; i > 0; i--)); do
			lbadm service del tcp "203.0.0.$i:80"
		done
	done
}

churn &
torn=0
refusals=0
for _ in {1..30}; do
	lbadm save >"$WORK/seen" || refusals=$((refusals + 1))
	lines=$(wc -l <"$WORK/seen")
	cmp -s "$WORK/seen" <(head -n "$lines" "$WORK/many") || torn=$((torn + 1))
	echo "$lines"
done >"$WORK/sizes"
touch "$WORK/stop"
wait
is 'a configuration that changes is never seen torn' "$torn" 0
is 'and can be read all the time' "$refusals" 0
between 'at many of its sizes' "$(sort -u "$WORK/sizes" | wc -l)" 3 30

done_testing
