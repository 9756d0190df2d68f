#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# tags: smoke debug
#
# The kernel's unit tests, kmod/test: loading their module runs them, and the
# kernel log has their results.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

[[ -n ${NFLB_TEST-m} ]] || skip_all 'the module was left out of the build: NFLB_TEST is empty'

# tell diag|note COMMENT...
tell() {
	local how=$1 comment
	shift

	for comment in "$@"; do
		"$how" "$comment"
	done
}

# Make the lines on stdin, TAP, tests of ours; comments come before the result
# they explain. Sets planned.
relay() {
	local line result how comments=()

	while IFS= read -r line; do
		case $line in
		'1..'*) planned=${line#1..} ;;
		'# '*) comments+=("${line#\# }") ;;
		'ok '* | 'not ok '*)
			result=1 how=diag
			[[ $line != 'ok '* ]] || result=0 how=note
			verdict "${line#*ok +([0-9]) - }" $result
			tell $how "${comments[@]}"
			comments=()
			;;
		esac
	done
	tell diag "${comments[@]}"
}

shopt -s extglob
planned=none
loaded=0
modprobe libcrc32c
insmod "$NFLB_BUILD/$(uname -r)/src/kmod/test/nflb_test.ko" || loaded=$?
relay < <(dmesg --notime | sed -n 's/^nflb_test: //p')
is 'all unit tests ran' "$tap_count" "$planned"
verdict 'their module says that all passed' $loaded
((loaded)) || ok 'their module unloads' rmmod nflb_test

done_testing
