#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Affinity: a client goes back to the backend of its last connection, as long as
# that is given new ones, while other clients spread.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

PORT=7000

# flows PROTOCOL PORT [OPTION]...: which backends they came to, and how many
flows() {
	{
		traffic_in client echo "$1" "$(vip "$family")" "$2" --bytes 1 \
			--close reset --timeout 3000 "${@:3}" || true
	} | grep -E '^(failed|backend\..*)=' | sort | xargs
}

# where [PORT]: one flow of the client
where() {
	flows "$protocol" "${1:-$PORT}" | sed -n 's/^backend\.\(.*\)=1 failed=0$/\1/p'
}

# spread N [OPTION]...: a flow of each of N clients
spread() {
	flows "$protocol" $PORT --source "$(many "$family")" --source-count "$1" \
		--count "$1" "${@:2}"
}

# affinity VERB [FILTER]...: of the service
affinity() {
	lbadm -j affinity "$1" service "${key[@]}" "${@:2}"
}

# entries [FILTER]...: how many
entries() {
	affinity list "$@" | jq length
}

entries_are() {
	[[ $(entries) == "$1" ]]
}

# who: client and backend of each entry
who() {
	affinity list | jq -r '.[] | "\(.client.address) \(.backend.address)"' | sort
}

# expires MIN MAX: every entry, and there is one
expires() {
	affinity list | jq -e "length > 0 and all(.[]; .expires >= $1 and .expires <= $2)"
}

client() {
	local name=CLIENT$family

	echo "${!name}"
}

set_service() {
	vip_service set "$family" "$protocol" $PORT "$@"
}

set_backend() {
	vip_backend "$1" "$family" "$protocol" $PORT "$2:7000" "${@:3}"
}

# --- Clients and prefixes ----------------------------------------------------

test_return() {
	local before first

	like "$name: a client stays with its backend" \
		"$(flows "$protocol" $PORT --count 9 --parallel 3)" \
		'^backend\.b[1-3]=9 failed=0$'
	is "$name: in one entry, by address" \
		"$(affinity list | jq -r '.[].client | "\(.address) \(.prefix)"')" \
		"$(client) $((family == 4 ? 32 : 128))"
	ok "$name: which lasts" expires 280 300
	is "$name: others spread" "$(spread 9)" \
		'backend.b1=3 backend.b2=3 backend.b3=3 failed=0'
	is "$name: in as many entries" "$(entries)" 10
	before=$(who)
	is "$name: the same clients come" "$(spread 9)" \
		'backend.b1=3 backend.b2=3 backend.b3=3 failed=0'
	is "$name: to the same backends" "$(who)" "$before"
	is "$name: stats know" "$(lbadm -j stats | jq .affinity_current)" 10
	first=$(where)
	before=$(lbadm explain "$protocol" "$(bracket "$(client)"):5555" \
		"$(bracket "$(vip "$family")"):$PORT")
	like "$name: explain says so" "$before" \
		$'\n''affinity    for [0-9]+s'$'\n'"backend     $(bracket "$(backend_address "$family" "$first")" | sed 's/[][]/\\&/g'):7000"
}

test_mask() {
	local bits network

	if ((family == 4)); then
		bits=24 network=10.9.0.0
	else
		bits=64 network=fd00:9::
	fi
	set_service affinity 300 mask $bits
	is "$name mask: another one forgets" "$(entries)" 0
	like "$name mask: clients of a prefix are one" "$(spread 9)" \
		'^backend\.b[1-3]=9 failed=0$'
	is "$name mask: in one entry" \
		"$(affinity list | jq -r '.[].client | "\(.address)/\(.prefix)"')" "$network/$bits"
	is "$name mask: saved" "$(lbadm save | grep -o 'affinity.*' | head -1)" \
		"affinity 300 mask $bits"
	set_service affinity 0
	is "$name: without affinity nothing is remembered" "$(entries)" 0
	is "$name: and the scheduler decides" "$(flows "$protocol" $PORT --count 9)" \
		'backend.b1=3 backend.b2=3 backend.b3=3 failed=0'
	set_service affinity 300
	is "$name: what was forgotten stays so" "$(entries)" 0
}

# --- Time --------------------------------------------------------------------

test_expiry() {
	set_service affinity 3
	hold_start held client "$protocol" "$(vip "$family")" $PORT >/dev/null
	ok "$name expiry: there is an entry" expires 0 3
	ok "$name expiry: packets do not prolong it" wait_until 10 entries_are 0
	is "$name expiry: the connection goes on" \
		"$(hold_stop held | grep -E '^(ok|moved)=' | xargs)" 'ok=1 moved=0'
	set_service affinity 300
	where >/dev/null
	ok "$name expiry: a new connection makes another" expires 280 300
	set_service affinity 20
	ok "$name expiry: a shorter time holds for it, too" wait_until 10 expires 1 20
	set_service affinity 300
	where >/dev/null
	ok "$name expiry: and the next connection prolongs it" expires 280 300
}

# Nobody listens at the backend: an opening proves nothing.
test_opening() {
	local key

	read -ra key <<<"$(vip_key "$family" tcp 7001)"
	vip_pool "$family" tcp 7001 'affinity 300 timeout syn 20' nat b{1,2}:7999 |
		lbadm restore -
	is "$name opening: a connection is refused" "$(flows tcp 7001)" 'failed=1'
	ok "$name opening: the client is remembered as long as it may open" expires 10 20
	vip_service del "$family" tcp 7001
}

# --- Backends ----------------------------------------------------------------

# leaves HOW: the client goes elsewhere than to $was, and stays there
leaves() {
	local now

	now=$(flows "$protocol" $PORT --count 3)
	like "$name $1: the client has another backend, which stays" "$now" \
		"^backend\\.b[^${was#b}]=3 failed=0\$"
	was=${now#backend.}
	was=${was%%=*}
}

test_backends() {
	local was old

	old=$(where) was=$old
	set_backend drain "$old"
	leaves drain
	set_backend up "$old"
	is "$name drain: over, and the client stays" "$(where)" "$was"

	old=$was
	set_backend set "$old" weight 0
	leaves 'weight 0'
	set_backend set "$old" weight 1

	old=$was
	set_backend set "$old" tier 2
	leaves 'second tier'
	set_backend set "$old" tier 1

	old=$was
	hold_start full client "$protocol" "$(vip "$family")" $PORT >/dev/null
	set_backend set "$old" max-connections 1
	leaves max-connections
	set_backend set "$old" max-connections 0
	hold_stop full >/dev/null

	old=$was
	set_backend down "$old"
	is "$name down: entries go with it" \
		"$(entries backend "$(vip_endpoint "$family" "$old:7000")")" 0
	leaves down
	set_backend up "$old"

	old=$was
	is "$name: all the time in one entry" "$(entries client "$(client)")" 1
	set_backend del "$old"
	is "$name removed: entries go with it" \
		"$(entries backend "$(vip_endpoint "$family" "$old:7000")")" 0
	leaves removed
	set_backend add "$old"
}

# What it was chosen by does not matter.
test_schedulers() {
	local scheduler before result=

	before=$(where)
	for scheduler in rr wrr lc wlc sed nq fo ovf random p2c sh dh lblc lblcr \
		lrt maglev; do
		set_service scheduler $scheduler
		[[ $(flows "$protocol" $PORT --count 3) == "backend.$before=3 failed=0" ]] ||
			result+=" $scheduler"
	done
	is "$name: whatever the scheduler" "$result" ''
	set_service scheduler rr
}

# --- List and removal --------------------------------------------------------

test_list() {
	local backend service=${key[*]}

	lbadm affinity del all
	is "$name list: nothing" "$(lbadm affinity list)" ''
	spread 6 >/dev/null
	where >/dev/null
	like "$name list: as text" "$(lbadm affinity list client "$(client)")" \
		"^$(client) +->  ${service//[][]/.} +->  .*:7000 +(29[0-9]|300)s$"
	is "$name list: by client" "$(entries client "$(many "$family")")" 1
	is "$name list: by prefix" "$(entries client "$(many "$family")/8")" 7
	backend=$(vip_endpoint "$family" "$(where)":7000)
	is "$name list: by backend" "$(entries backend "$backend")" 3
	is "$name list: of another service" \
		"$(lbadm -j affinity list service "$protocol" "${key[1]%:*}:1" | jq length)" 0
	is "$name del: by backend" "$(affinity del backend "$backend" | jq .count)" 3
	is "$name del: those are gone" "$(entries)" 4
	is "$name del: by client" \
		"$(lbadm affinity del client "$(many "$family")/$((family == 4 ? 16 : 64))")" 4
	is "$name del: those, too" "$(entries)" 0
}

# --- Room --------------------------------------------------------------------

# A full table: no client is turned away, none is forgotten for another.
test_full() {
	local before

	lbadm affinity del all
	before=$(where)
	lbadm set max-affinity 4
	is "$name full: every client is served" \
		"$(spread 12 | tr ' ' '\n' | awk -F= '/^backend/ { n += $2 } /^failed/ { f = $2 } END { print n, f }')" \
		'12 0'
	is "$name full: some are remembered" "$(entries)" 4
	between "$name full: the others are counted" \
		"$(lbadm -j stats | jq .affinity_refused)" $((refused + 9)) $((refused + 9))
	refused=$((refused + 9))
	is "$name full: who was remembered still is" "$(where) $(where)" "$before $before"
	lbadm set max-affinity default
}

# --- Other services ----------------------------------------------------------

# One entry for all ports, and for all protocols of a mark.
test_wide() {
	local key here mark

	read -ra key <<<"$(vip_key "$family" tcp any)"
	vip_pool "$family" tcp any 'scheduler rr affinity 300' nat b1 b2 b3 | lbadm restore -
	here=$(flows tcp 7000 | cut -d' ' -f1)
	is "IPv$family any port: one backend for all" \
		"$(flows tcp 7002 --count 3)" "${here%=1}=3 failed=0"
	is "IPv$family any port: one entry" "$(entries)" 1
	vip_service del "$family" tcp any

	mark="mark 5 family $family" key=(mark 5 family "$family")
	vip_pool "$family" tcp any 'scheduler rr affinity 300' nat b1 b2 b3 |
		sed "s/ tcp [^ ]*/ $mark/" | lbadm restore -
	here=$(flows tcp 7000 | cut -d' ' -f1)
	is "IPv$family mark: another port, another protocol" \
		"$(flows tcp 7002 --count 3), $(flows udp 7000)" \
		"${here%=1}=3 failed=0, $here failed=0"
	is "IPv$family mark: one entry" "$(entries)" 1
	lbadm service del "${key[@]}"
	is "IPv$family mark: which goes with its service" "$(lbadm affinity list)" ''
}

test_one_packet() {
	set_service one-packet on
	where >/dev/null
	is "$name one-packet: datagrams of a client go to one backend" \
		"$(traffic_in client echo udp "$(vip "$family")" $PORT --bytes 4000 --size 1000 |
			grep -E '^(ok|moved)=' | xargs)" 'ok=1 moved=0'
	set_service affinity 0
	is "$name one-packet: or to all" \
		"$(traffic_in client echo udp "$(vip "$family")" $PORT --bytes 4000 --size 1000 |
			grep -E '^(ok|moved)=' | xargs)" 'ok=1 moved=3'
	set_service one-packet off affinity 300
}

topo_setup --backends 3
director_load
client_many
serve 7000
serve 7002
refused=0
in_ns director nft -f - <<-EOT
	table inet marks {
		chain mangle {
			type filter hook prerouting priority mangle;
			ip daddr $VIP4 meta mark set 5
			ip6 daddr $VIP6 meta mark set 5
		}
	}
EOT

# Each of both families and of both protocols meets everything.
for family in 4 6; do
	for protocol in tcp udp; do
		name="IPv$family $protocol"
		read -ra key <<<"$(vip_key $family $protocol $PORT)"
		vip_pool $family $protocol $PORT 'scheduler rr affinity 300' nat b{1,2,3}:7000 |
			lbadm restore -
		test_return
		if [[ $family$protocol == 4tcp || $family$protocol == 6udp ]]; then
			test_mask
			test_expiry
			test_backends
			test_list
			test_full
		fi
		case $family$protocol in
		4tcp) test_schedulers ;;
		6tcp) test_opening ;;
		6udp) test_one_packet ;;
		esac
		vip_service del $family $protocol $PORT
	done
	test_wide
done

done_testing
