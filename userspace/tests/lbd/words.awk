# SPDX-License-Identifier: GPL-2.0
#
# Words of keepalived.conf(5) as text, each behind the blocks it stands in:
# "virtual_server/real_server/ weight". Examples of data, which some blocks
# have in place of words, are left out.
function path(   i, s) {
	for (i = 1; i <= depth; i++)
		s = s stack[i] "/"
	return s
}

# Text between the blocks, and blocks of interfaces, routes and so on.
function is_word(word, where) {
	if (word ~ /^(or|be|For)$/)
		return 0
	if (where == "")
		return opens || word ~ /^(instance|net_namespace|net_namespace_ipvs|namespace_with_ipsets|use_pid_dir|linkbeat_use_polling|child_wait_time)$/
	return where !~ /(interface_up_down_delays|linkbeat_interfaces|track_interface|static_[a-z]*|virtual_r[a-z]*|group|virtual_server_group|track_[a-z]*_?group)\/$/ || where ~ /^(garp_group|vrrp_sync_group)\/$/
}

/^[A-Z]/ { section = $0 }
section ~ /^(NAME|Note|DESCRIPTION|PARAMETER|SCRIPTS|Quoted|CONFIGURATION)/ { next }
section ~ /^(BFD|ADVANCED|Conditional|Parameter|Pre-def|Sequence|List|KERNEL|AUTHORS|SEE)/ { depth = 0; next }
{
	line = $0
	sub(/#.*/, "", line)
	match(line, /^ */)
	indent = RLENGTH
	gsub(/^ *| *$/, "", line)
}
indent < 7 || line == "" { next }
line == "}" { if (depth) depth--; next }
{
	opens = line ~ /\{$/
	split(line, word, /[ \t]+/)
	if (word[1] ~ /^[A-Za-z][A-Za-z0-9_|-]*$/ && is_word(word[1], path())) {
		count = split(word[1], alternative, "|")
		for (i = 1; i <= count; i++)
			print path() " " alternative[i]
	}
	if (opens)
		stack[++depth] = word[1]
}
