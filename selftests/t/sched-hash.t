#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Options of the schedulers that hash: what is hashed, where flows go that meet
# a full backend, bounded loads. See sched.t for sh and maglev.t for maglev.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

# pool PORT SCHEDULER-OPTIONS
pool() {
	lbadm restore - < <(vip_pool "$family" "$protocol" "$1" "scheduler $2" \
		nat b{1,2,3}:7000)
}

active() {
	vip_value "$family" "$protocol" "$1" \
		'[.backends[].connections_active] | join(" ")'
}

# met PORT COUNT [OPTION]...: the backends that so many flows meet
met() {
	traffic_in client echo "$protocol" "$(vip "$family")" "$1" --bytes 1 \
		--count "$2" --parallel "$2" --timeout 1500 --list "${@:3}" \
		>"$WORK/met" || true
	sed -n 's/.*source=.*backend=\(b[^ ]*\).*/\1/p' "$WORK/met" | sort -u | xargs
}

# from_many PORT: flows of 60 clients
from_many() {
	met "$1" 60 --source "$(many "$family")" --source-count 60
}

test_hash() {
	pool 7001 'sh hash address-port'
	is "$name sh: another port, another backend" "$(met 7001 40)" 'b1 b2 b3'
	pool 7002 'maglev hash address'
	like "$name maglev: or the same, as told" "$(met 7002 20)" '^b[123]$'
	is "$name maglev: another address, another backend" \
		"$(from_many 7002)" 'b1 b2 b3'
	pool 7003 dh
	like "$name dh: one address of the service, one backend" \
		"$(from_many 7003)" '^b[123]$'
	pool 7004 'dh hash flow'
	is "$name dh: but not with the flow" "$(from_many 7004)" 'b1 b2 b3'
}

# fill PORT: the backend that the client meets is full, with one connection
fill() {
	hold_start "$1" client "$protocol" "$(vip "$family")" "$1" \
		>"$WORK/fill" || true
	full=$(sed -n 's/^backend\.\(.*\)=1/\1/p' "$WORK/fill")
	vip_backend set "$family" "$protocol" "$1" "$full:7000" max-connections 1
}

test_fallback() {
	pool 7005 'sh fallback off'
	fill 7005
	is "$name sh: fallback off, refused by a full backend" "$(met 7005 1)" ''
	vip_service set "$family" "$protocol" 7005 scheduler sh fallback on
	isnt "$name sh: fallback on, served" "$(met 7005 1)" ''
	isnt "$name sh: by another one" "$(met 7005 1)" "$full"
	vip_backend set "$family" "$protocol" 7005 "$full:7000" max-connections 0
	is "$name sh: back when there is room" "$(met 7005 1)" "$full"
	is "$name sh: the connection was left alone" \
		"$(hold_stop 7005 | grep -E '^(ok|moved)=' | xargs)" 'ok=1 moved=0'
}

test_bounded() {
	pool 7006 'maglev hash address max-load 100'
	hold_start 7006 client "$protocol" "$(vip "$family")" 7006 \
		--count 12 >/dev/null
	is "$name maglev: max-load 100, equal loads of one client" \
		"$(active 7006)" '4 4 4'
	hold_stop 7006 >/dev/null
	pool 7007 'maglev hash address max-load 200'
	hold_start 7007 client "$protocol" "$(vip "$family")" 7007 \
		--count 12 >/dev/null
	is "$name maglev: max-load 200, twice the fair share and the rest" \
		"$(active 7007 | xargs -n 1 | sort -n | xargs)" '0 4 8'
	hold_stop 7007 >/dev/null
}

topo_setup --backends 3
director_load
client_many
serve 7000

for family in 4 6; do
	for protocol in tcp udp; do
		name="IPv$family $protocol"
		test_hash
		test_fallback
		test_bounded
	done
done

done_testing
