#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# sync { }: what lbd -t says of it
set -euo pipefail

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
count=0

# check NAME TEXT EXPECTED: what is said of such a block
check() {
	local got

	printf '%s\n' "$2" >"$dir/conf"
	got=$("$LBD" -t "$dir/conf" 2>&1) || true
	count=$((count + 1))
	if [[ $got == *"$3"* ]]; then
		echo "ok $count - $1"
	else
		echo "not ok $count - $1"
		printf '# got: %s\n' "$got"
	fi
}

whole='address 10.0.0.1
	peer 10.0.0.2
	peer 10.0.0.3 9000
	key_file /etc/lbd/sync.key'

check 'a whole block' "sync {
	$whole
	min_age 2.5
	interval 0.1
	udp on
	affinity off
}" 'sync: 10.0.0.1:8849 with 10.0.0.2:8849 10.0.0.3:9000, key of /etc/lbd/sync.key, both ways'
check 'without an address' 'sync {
	peer 10.0.0.2
	key_file /k
}' "conf:1: sync: 'address ADDRESS' is missing"
check 'without a peer' 'sync {
	address 10.0.0.2
	key_file /k
}' "conf:1: sync: 'peer ADDRESS' is missing"
check 'without a key' 'sync {
	address 10.0.0.2
	peer 10.0.0.3
}' "conf:1: sync: 'key_file PATH' is missing"
check 'a peer of another family' 'sync {
	address 10.0.0.2
	peer fd00::3
	key_file /k
}' 'conf:1: sync: address and peers are of different families'
check 'a peer twice' "sync {
	$whole
	peer 10.0.0.2
}" 'conf:1: sync: a peer is given twice'
check 'an instance that there is not' "sync {
	$whole
	instance VI_1
}" "conf:1: sync: there is no vrrp_instance 'VI_1'"
check 'a port that takes a privilege' "sync {
	$whole
	port 123
}" "conf:6: port '123': this must be a number from 1024 to 65535"
check 'two blocks' "sync {
	$whole
}
sync {
	$whole
}" 'conf:7: sync: there is such a block already, at '
check 'a word that there is not' "sync {
	$whole
	min_aged 3
}" 'min_age'
echo "1..$count"
