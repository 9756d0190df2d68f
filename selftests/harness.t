#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# The harness itself: what must fail fails. Runs on the host, with a script in
# place of the machine.
set -uo pipefail

here=$(dirname "$(readlink -f "$0")")
count=0
NFLB_FAKE=$(mktemp -d)
export NFLB_FAKE
trap 'rm -rf "$NFLB_FAKE"' EXIT

# expect NAME CODE PATTERN COMMAND...: exit code (or "fail") and output
expect() {
	local name=$1 code=$2 pattern=$3 output got verdict=ok
	shift 3

	output=$("$@" 2>&1 </dev/null)
	got=$?
	[[ $code != fail || $got == 0 ]] || code=$got
	[[ $got == "$code" && $output =~ $pattern ]] || verdict='not ok'
	count=$((count + 1))
	echo "$verdict $count - $name"
	[[ $verdict == ok ]] ||
		printf 'exit code %s, output:\n%s\n' "$got" "$output" | sed 's/^/# /' >&2
}

# A machine whose kernel says what its "test" wants it to.
cat >"$NFLB_FAKE/machine" <<-'EOT'
	#!/bin/bash
	while [[ $1 == --* ]]; do
		[[ $1 == --no-scan ]] || { [[ $1 != --log ]] || log=$2; shift; }
		shift
	done
	: >"$log"
	LOG=$log exec "$@"
EOT
chmod +x "$NFLB_FAKE/machine"

# try NAME CODE PATTERN <SCRIPT: the script as a test
try() {
	cat >"$NFLB_FAKE/case.t"
	expect "$1" "$2" "$3" "$here/run-test" fake:case.t
}

# assertion NAME CODE PATTERN COMMAND: one assertion of lib.sh
assertion() {
	try "$1" "$2" "$3" <<-EOT
		. $here/lib.sh
		$4
		done_testing
	EOT
}

expect 'scan-log knows every report' 0 '' "$here/vm/scan-log" --self-test

try 'a test that passes' 0 'ok 2 .* end.*ok 3 .* complain.*1\.\.3' <<<'echo ok 1; echo 1..1'
try 'a test that fails' fail 'not ok 1' <<<'echo not ok 1; echo 1..1; exit 1'
try 'a test without a plan' 0 'not ok 2 - case.t runs to its end' <<<'echo ok 1'
try 'a test with a wrong plan' 0 'not ok 2 - case.t runs to its end' <<<'echo ok 1; echo 1..2'
try 'a machine that dies' 125 'not ok 2 - case.t runs to its end' <<<'echo ok 1; echo 1..1; exit 125'
# shellcheck disable=SC2016
try 'a kernel that complains' 0 'not ok 3 - the kernel' \
	<<<'echo ok 1; echo 1..1; echo "WARNING: CPU: 0 PID: 1 at x.c:1" >$LOG'
try 'a test that is skipped' 0 '^1\.\.0 # SKIP why$' <<<'echo "1..0 # SKIP why"'
expect 'a test that is not there' 1 'there is no test' "$here/run-test" fake:none.t

assertion 'ok holds' 0 'ok 1 - name' 'ok name true'
assertion 'ok fails' 1 'not ok 1 - name.*said' 'ok name eval "echo said; false"'
assertion 'fails holds' 0 'ok 1 - name' 'fails name false'
assertion 'fails fails' 1 'not ok 1 - name' 'fails name true'
assertion 'is holds' 0 'ok 1 - name' 'is name "a b" "a b"'
assertion 'is fails' 1 'not ok 1 - name.*got:  a' 'is name a b'
assertion 'isnt fails' 1 'not ok 1 - name' 'isnt name a a'
assertion 'like holds' 0 'ok 1 - name' 'like name abc ^a.c$'
assertion 'like fails' 1 'not ok 1 - name' 'like name abc ^b'
assertion 'unlike fails' 1 'not ok 1 - name' 'unlike name abc b'
assertion 'between holds' 0 'ok 1 - name' 'between name 5 5 7'
assertion 'between fails above' 1 'not ok 1 - name' 'between name 8 5 7'
assertion 'between fails without a number' 1 'not ok 1 - name' 'between name "" 0 7'
assertion 'a command that fails ends the test' fail 'exit code 1 of: false.*runs to its end' \
	'false; ok name true'
# shellcheck disable=SC2016
assertion 'wait_until waits' 0 'ok 1 - name' \
	'(sleep 0.2; : >$WORK/there) & ok name wait_until 10 test -e $WORK/there'
assertion 'wait_until gives up' 1 'not ok 1 - name' 'ok name wait_until 0 false'

echo "1..$count"
