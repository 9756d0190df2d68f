# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# What a test is written with: TAP, waiting, the topology, servers and
# clients. A test is a file selftests/t/NAME.t that sources this and ends with
# done_testing; it runs alone in a freshly booted machine (see
# selftests/run-test):
#
#     # tags: smoke               in the short selection
#     # timeout: 120              seconds, 300 if not given
#     # cpus: 2                   1 if not given; the second one costs as much
#                                 time again, so it is for tests of races
#     . "$(dirname "$0")/../lib.sh"
#     topo_setup --backends 2
#     director_load
#     ...
#     done_testing
#
# Every assertion takes its name first. Texts that explain a failure go to
# stderr as TAP comments.
set -euo pipefail

NFLB_SELFTESTS=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
NFLB_ROOT=$(dirname "$NFLB_SELFTESTS")
NFLB_BUILD=$NFLB_ROOT/.build
WORK=$(mktemp -d /run/test.XXXXXX)

tap_count=0
tap_failed=0
tap_done=

# shellcheck source=selftests/topology.sh
. "$NFLB_SELFTESTS/topology.sh"
# shellcheck source=selftests/director.sh
. "$NFLB_SELFTESTS/director.sh"
# shellcheck source=selftests/traffic.sh
. "$NFLB_SELFTESTS/traffic.sh"

# --- TAP ---------------------------------------------------------------------

diag() {
	printf '%s\n' "$*" | sed 's/^/# /' >&2
}

note() {
	printf '%s\n' "$*" | sed 's/^/# /'
}

# One test line; for assertions of your own: verdict NAME CONDITION-RESULT.
verdict() {
	local name=$1 result=$2

	tap_count=$((tap_count + 1))
	if ((result == 0)); then
		echo "ok $tap_count - $name"
		return
	fi
	tap_failed=$((tap_failed + 1))
	echo "not ok $tap_count - $name"
	diag "failed: $name (line ${BASH_LINENO[1]})"
}

# ok NAME COMMAND...: the command succeeds.
ok() {
	local name=$1 output code=0
	shift

	output=$("$@" 2>&1) || code=$?
	verdict "$name" $code
	((code == 0)) || diag "exit code $code of: $*" $'\n'"$output"
}

# fails NAME COMMAND...: it does not.
fails() {
	local name=$1 output code=0
	shift

	output=$("$@" 2>&1) || code=$?
	verdict "$name" $((code == 0))
	((code != 0)) || diag "succeeded: $*" $'\n'"$output"
}

# is NAME GOT WANT
is() {
	local result=0

	[[ $2 == "$3" ]] || result=1
	verdict "$1" $result
	((result == 0)) || diag "got:  $2" $'\n'"want: $3"
}

# isnt NAME GOT UNWANTED
isnt() {
	local result=0

	[[ $2 != "$3" ]] || result=1
	verdict "$1" $result
	((result == 0)) || diag "got: $2"
}

# like NAME GOT REGEX, an extended one
like() {
	local result=0

	[[ $2 =~ $3 ]] || result=1
	verdict "$1" $result
	((result == 0)) || diag "got: $2" $'\n'"want a match of: $3"
}

# unlike NAME GOT REGEX
unlike() {
	local result=0

	[[ ! $2 =~ $3 ]] || result=1
	verdict "$1" $result
	((result == 0)) || diag "got: $2" $'\n'"want no match of: $3"
}

# between NAME GOT MIN MAX, integers
between() {
	local result=0

	[[ $2 =~ ^-?[0-9]+$ ]] && (($3 <= $2 && $2 <= $4)) || result=1
	verdict "$1" $result
	((result == 0)) || diag "got: $2, want $3 to $4"
}

# skip WHY [COUNT]: tests that cannot be done here
skip() {
	local i

	for ((i = 0; i < ${2:-1}; i++)); do
		tap_count=$((tap_count + 1))
		echo "ok $tap_count # SKIP $1"
	done
}

# skip_all WHY: nothing of this test can be done here
skip_all() {
	echo "1..0 # SKIP $1"
	tap_done=1
	exit 0
}

# The topology goes, and nflb must let go of it.
done_testing() {
	hold_kill
	topo_teardown
	director_unload
	echo "1..$tap_count"
	tap_done=1
	exit $((tap_failed > 0))
}

on_exit() {
	local code=$?

	rm -rf "$WORK"
	[[ -n $tap_done ]] || diag "the test ended before done_testing, exit code $code"
}

on_error() {
	local code=$? i

	diag "exit code $code of: $BASH_COMMAND"
	for ((i = 0; i < ${#FUNCNAME[@]} - 1; i++)); do
		diag "  ${BASH_SOURCE[i + 1]##*/}:${BASH_LINENO[i]} (${FUNCNAME[i + 1]})"
	done
}

set -E
trap on_error ERR
trap on_exit EXIT

# --- Waiting -----------------------------------------------------------------

# poll INTERVAL SECONDS COMMAND...: until it succeeds; fails after SECONDS.
poll() {
	local interval=$1 deadline=$((SECONDS + $2 + 1))
	shift 2

	until "$@" >/dev/null 2>&1; do
		((SECONDS < deadline)) || return 1
		sleep "$interval"
	done
}

wait_until() {
	poll 0.05 "$@"
}

# For what costs the machine so much that asking makes everything late.
wait_slowly() {
	poll 1 "$@"
}

# value KEY: of KEY=VALUE lines on stdin; 0 if there is none
value() {
	awk -F= -v key="$1" '$1 == key { v = $2 } END { print v == "" ? 0 : v }'
}
