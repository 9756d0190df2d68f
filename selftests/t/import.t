#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# lbadm import ipvs: from a running IPVS to a running nflb.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

topo_setup --backends 1
director_load
modprobe -a ip_vs ip_vs_rr ip_vs_wlc ip_vs_sh

ipvsadm_restore() {
	in_ns director ipvsadm -R
}

# What IPVS has is what it was told, said anew by itself.
ipvsadm_restore <<-EOT
	-A -t 198.51.100.1:80 -s wlc
	-a -t 198.51.100.1:80 -r 10.0.2.11:8080 -m -w 3 -x 100
	-a -t 198.51.100.1:80 -r 10.0.2.12:80 -g -w 0
	-A -u [2001:db8:100::1]:53 -s rr
	-a -u [2001:db8:100::1]:53 -r [fd00:2::11]:53 -i -w 1
	-A -t 198.51.100.1:443 -s sh -b sh-port
	-A -f 5 -s wlc
	-a -f 5 -r 10.0.2.11:0 -m -w 1
	-A -f 5 -6 -s rr
	-a -f 5 -6 -r [fd00:2::11]:0 -m -w 2
	-A -u 198.51.100.1:53 -s rr -o
	-a -u 198.51.100.1:53 -r 10.0.2.11:53 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum
	-A -t 198.51.100.1:8443 -s rr -p 600 -M 255.255.255.0
	-A -t [2001:db8:100::1]:8443 -s rr -p 360 -M 64
EOT
cat >"$WORK/wanted" <<EOT
service add udp [2001:db8:100::1]:53 scheduler rr
backend add udp [2001:db8:100::1]:53 [fd00:2::11]:53 forward ipip weight 1
service add tcp 198.51.100.1:80 scheduler wlc
backend add tcp 198.51.100.1:80 10.0.2.11:8080 forward nat weight 3 max-connections 100
backend add tcp 198.51.100.1:80 10.0.2.12:80 forward dr weight 0
service add tcp 198.51.100.1:443 scheduler sh hash address-port
service add mark 5 scheduler wlc
backend add mark 5 10.0.2.11 forward nat weight 1
service add mark 5 family 6 scheduler rr
backend add mark 5 family 6 [fd00:2::11] forward nat weight 2
service add udp 198.51.100.1:53 scheduler rr one-packet on
backend add udp 198.51.100.1:53 10.0.2.11:53 forward gue checksum off weight 1
service add tcp 198.51.100.1:8443 scheduler rr affinity 600 mask 24
service add tcp [2001:db8:100::1]:8443 scheduler rr affinity 360 mask 64
EOT

in_ns director ipvsadm -Sn >"$WORK/ipvs"
ok 'the running IPVS is imported' lbadm import ipvs
lbadm import ipvs >"$WORK/file"
ok 'and restored' lbadm restore "$WORK/file"
is 'nflb has then what IPVS had' "$(lbadm save | sort)" "$(sort "$WORK/wanted")"
lbadm import ipvs "$WORK/ipvs" >"$WORK/text"
is 'a file gives the same but for thresholds' "$(sort "$WORK/text")" \
	"$(sed 's/ max-connections 100//' "$WORK/file" | sort)"
ok 'so does the standard input' cmp "$WORK/text" <(lbadm import ipvs - <"$WORK/ipvs")
is 'as JSON, the commands of a list' \
	"$(lbadm -j import ipvs | jq -r '.[].command')" "$(<"$WORK/file")"
ok 'apply of an import changes nothing more' lbadm apply "$WORK/file"

echo '-A -t 198.51.100.1:81 -s own' | cat - "$WORK/ipvs" >"$WORK/more"
code=0
said=$(lbadm import ipvs "$WORK/more" 2>&1 >/dev/null) || code=$?
is 'what has no equivalent is told' "$code $said" \
	"1 lbadm: $WORK/more:1: scheduler own has no equivalent"
is 'the rest is there all the same' \
	"$(lbadm import ipvs "$WORK/more" 2>/dev/null | wc -l)" 15
code=0
said=$(lbadm import ipvs "$WORK/none" 2>&1) || code=$?
is 'a file that is not there' "$code $said" \
	"1 lbadm: $WORK/none: No such file or directory"

in_ns director ipvsadm -C
is 'nothing is imported as nothing' "$(lbadm import ipvs)" ''

done_testing
