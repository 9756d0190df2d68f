#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# What becomes of the samples of Debian's keepalived: samples.expected has for
# each what lbd -t prints and warns of, but for the many warnings about mail.
#
# Usage: samples.t [--print]
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
samples=/usr/share/doc/keepalived/samples

become() { # FILE [OPTION...]
	local file=$1

	shift
	echo "== ${file##*/}${*:+ $*}"
	"$LBD" "$@" -t "$file" 2>&1 | sed "s|^$samples/[^:]*:|line |" |
		grep -v 'lbd sends no mail'
	echo "exit ${PIPESTATUS[0]}"
}

all() {
	local file

	for file in "$samples"/keepalived.conf.*; do
		become "$file" -i none
	done
	become "$samples/keepalived.conf.conditional_conf" -i high
	become "$samples/keepalived.conf.conditional_conf" -i low
}

# The part of one sample.
part() { # NAME
	awk -v name="== $1" '$0 ~ /^== / { on = $0 == name } on' "$2"
}

if [[ ! -d $samples ]]; then
	echo "1..0 # SKIP keepalived is not installed"
	exit 0
fi
if [[ ${1-} == --print ]]; then
	all
	exit 0
fi
got=$(mktemp)
trap 'rm -f "$got"' EXIT
all >"$got"
mapfile -t names < <(sed -n 's/^== //p' "$got")
count=0
for name in "${names[@]}"; do
	count=$((count + 1))
	if diff -u <(part "$name" "$here/samples.expected") \
		<(part "$name" "$got") >"$got.diff"; then
		echo "ok $count - $name"
	else
		echo "not ok $count - $name"
		sed 's/^/# /' "$got.diff"
	fi
	rm -f "$got.diff"
done
count=$((count + 1))
if grep -qx 'exit [^0]*' "$got"; then
	echo "not ok $count - all of them load"
else
	echo "ok $count - all of them load"
fi
echo "1..$count"
