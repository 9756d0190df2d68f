#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# make install, and what it installs for systemd and Grafana
set -uo pipefail

here=$(dirname "$(readlink -f "$0")")
userspace=$(dirname "$(dirname "$here")")
out=$(dirname "$(dirname "${LBD:?must name the program}")")
[[ $out != */sanitize ]] || {
	echo '1..0 # SKIP this is the build with sanitizers'
	exit 0
}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

count=0
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

skip() {
	count=$((count + 1))
	echo "ok $count # SKIP $1"
}

ok 'make install' make -s -C "$userspace" O="$out" install PREFIX="$work/usr" SYSCONFDIR="$work/etc"
for file in sbin/lbd sbin/lbadm share/man/man8/lbadm.8 lib/systemd/system/lbd.service \
	lib/sysusers.d/lbd.conf share/nflb/grafana-nflb.json; do
	ok "$file" test -s "$work/usr/$file"
done
unit=$work/usr/lib/systemd/system/lbd.service
ok 'no place is left open in the unit' test -z "$(grep @ "$unit" | grep -v modprobe@ | grep -v '@system-service')"

# What verify says of other units is not about ours.
verified() {
	local said

	said=$(systemd-analyze verify --man=no --recursive-errors=no "$unit" 2>&1) && return 0
	echo "$said"
	! grep -q lbd <<<"$said"
}

if command -v systemd-analyze >/dev/null; then
	ok 'systemd takes the unit' verified
	ok 'it is exposed little' systemd-analyze security --offline=true --threshold=45 "$unit"
else
	skip 'systemd-analyze is missing'
	skip 'systemd-analyze is missing'
fi

# every metric that the board asks for is one there is
board() {
	local page name

	page=$("$(dirname "$LBD")/../tests/lbd/t_metrics" page) || return 1
	for name in $(jq -r '.panels[].targets[]?.expr, .templating.list[].query' "$work/usr/share/nflb/grafana-nflb.json" |
		grep -oE '\b(nflb|lbd)_[a-z_]+\b' | sort -u); do
		[[ $name != lbd_vrrp_state ]] || continue
		grep -qE "^${name}[ {]" <<<"$page" || { echo "$name"; return 1; }
	done
}

if command -v jq >/dev/null; then
	ok 'the board is JSON' jq -e '.panels | length > 20' "$work/usr/share/nflb/grafana-nflb.json"
	ok 'and asks for metrics that there are' board
else
	skip 'jq is missing'
	skip 'jq is missing'
fi
echo "1..$count"
