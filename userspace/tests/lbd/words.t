#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# Every word of keepalived.conf(5) is known where that says it may stand: it is
# honoured, or a warning or an error names it with a reason
set -euo pipefail

here=$(cd "$(dirname "$0")" && pwd)
page=$(MANWIDTH=200 man keepalived.conf 2>/dev/null | col -bx) || true
if [[ $page != *virtual_server_group* ]]; then
	echo '1..0 # SKIP keepalived.conf(5) is not installed'
	exit 0
fi
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
awk -f "$here/words.awk" <<<"$page" | sort -u >"$work/words"

# A block as it begins.
block() { # NAME
	case $1 in
	virtual_server) echo "virtual_server 192.0.2.1 80" ;;
	real_server) echo "real_server 192.0.2.2 80" ;;
	'HTTP_GET|SSL_GET') echo HTTP_GET ;;
	CHECKER_TYPE) echo TCP_CHECK ;;
	vrrp_* | track_*) echo "$1 NAME" ;;
	*) echo "$1" ;;
	esac
}

# Words that no lbd knows where they stand; one that is made up is among them.
unknown() { # BLOCKS
	local -a blocks
	local name

	mapfile -t blocks < <(tr / '\n' <<<"$1" | sed '/^$/d')
	{
		for name in "${blocks[@]}"; do
			echo "$(block "$name") {"
		done
		awk -v blocks="$1" '(NF == 1 ? "" : $1) == blocks { print $NF }' \
			"$work/words" | grep -vx CHECKER_TYPE || true
		echo made_up
		for name in "${blocks[@]}"; do
			echo '}'
		done
	} >"$work/conf"
	{ "$LBD" -t "$work/conf" 2>&1 || true; } | sed -n "s/.*: unknown word '\([^']*\)'.*/\1/p"
}

count=0
while read -r blocks; do
	[[ $blocks == TOP ]] && blocks=
	[[ $blocks == *BFD_CHECK/ ]] && continue	# refused as a whole
	count=$((count + 1))
	got=$(unknown "$blocks" | tr '\n' ' ')
	words=$(awk -v blocks="$blocks" '(NF == 1 ? "" : $1) == blocks' \
		"$work/words" | wc -l)
	if [[ $got == 'made_up ' ]]; then
		echo "ok $count - $words words of ${blocks:-the top level}"
	else
		echo "not ok $count - words of ${blocks:-the top level}"
		echo "# unknown: $got"
	fi
done < <(awk '{ print NF == 1 ? "TOP" : $1 }' "$work/words" | sort -u)
count=$((count + 1))
total=$(wc -l <"$work/words")
((total > 300)) || echo -n 'not '
echo "ok $count - $total words were found in the manual page"
echo "1..$count"
