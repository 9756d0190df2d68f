#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# lbadm as a program: exit codes and where its texts go. The grammar itself is
# tested in C; the kernel has a part in the tests under selftests/.
set -uo pipefail

lbadm=${LBADM:?must name the program}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
count=0

# expect CODE STDOUT STDERR WORD...: both texts are patterns of the whole
expect() {
	local code=$1 out=$2 err=$3 got verdict=ok
	shift 3

	"$lbadm" "$@" >"$work/out" 2>"$work/err" </dev/null
	got=$?
	# shellcheck disable=SC2053
	[[ $got == "$code" && $(<"$work/out") == $out &&
		$(<"$work/err") == $err ]] || verdict='not ok'
	count=$((count + 1))
	echo "$verdict $count - lbadm $*"
	[[ $verdict == ok ]] ||
		sed 's/^/# /' <(echo "exit code $got") "$work/out" "$work/err"
}

expect 0 'lbadm [0-9]*' '' -V
expect 0 '*lbadm service add*lbadm restore FILE*' '' -h
expect 2 '' "lbadm: no command is given, 'lbadm -h' lists them"
expect 2 '' '*invalid option*' -x
expect 2 '' "lbadm: unknown object 'frob'*" frob
expect 2 '' "lbadm: unexpected 'now'" save now
expect 2 '' "lbadm: option '-j' must stand before the object" service list -j

printf 'service add tcp 192.0.2.1:80\nservice frob\n' >"$work/bad"
expect 2 '' "lbadm: $work/bad:2: unknown verb 'frob'*" restore "$work/bad"
expect 2 '' "lbadm: $work/none: No such file or directory" restore "$work/none"
expect 2 '' "lbadm: $work: Is a directory" restore "$work"

# Without the module: a namespace of its own is not enough to tell, the family
# is there in all of them.
if [[ -d /sys/module/nflb ]]; then
	count=$((count + 1))
	echo "ok $count - # SKIP nflb is loaded"
else
	expect 1 '' 'lbadm: nflb is not loaded (modprobe nflb)' save
fi

"$lbadm" -h >/dev/full 2>"$work/err"
code=$?
count=$((count + 1))
[[ $code == 1 && $(<"$work/err") == 'lbadm: the output could not be written' ]] ||
	printf 'not '
echo "ok $count - a full disk is an error"

echo "1..$count"
