#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# tags: smoke debug
#
# Netlink requests that no tool of ours would send: refused with the errno and
# the text that name what is wrong, and nothing changes.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

topo_setup --backends 1
director_load

code=0
in_ns director python3 "$NFLB_SELFTESTS/tools/badnl.py" >"$WORK/tap" || code=$?
while IFS= read -r line; do
	case $line in
	'ok '*) verdict "${line#* - }" 0 ;;
	'not ok '*) verdict "${line#* - }" 1 ;;
	'# '*) diag "${line#* }" ;;
	1..*) plan=${line#1..} ;;
	*) diag "$line" ;;
	esac
done <"$WORK/tap"
is 'the tool ran to its end' "${plan:-none}" "$tap_count"
is 'and says how it went' "$code" $((tap_failed > 0))

done_testing
