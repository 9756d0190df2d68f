// SPDX-License-Identifier: GPL-2.0
/* What becomes of the lines that ipvsadm -Sn prints */
#include "../lbadm/import.h"
#include "tap.h"

static const struct {
	const char *line;
	const char *text;
	const char *lost;
} lines[] = {
	{ "", "", "" },
	{ "# nothing\n", "", "" },
	{ "-A -t 192.0.2.1:80 -s rr\n",
	  "service add tcp 192.0.2.1:80 scheduler rr", "" },
	{ "-A -t 192.0.2.1:80", "service add tcp 192.0.2.1:80 scheduler wlc", "" },
	{ "--add-service --udp-service [2001:db8::1]:53 --scheduler wrr --ops",
	  "service add udp [2001:db8::1]:53 scheduler wrr one-packet on", "" },
	{ "-A --sctp-service 192.0.2.1:3868 -s lc",
	  "service add sctp 192.0.2.1:3868 scheduler lc", "" },
	{ "-A -f 5 -s wlc", "service add mark 5 family 4 scheduler wlc", "" },
	{ "-A -f 5 -6 -s wlc", "service add mark 5 family 6 scheduler wlc", "" },
	{ "-A -t 192.0.2.1:0 -s wlc -p 60",
	  "service add tcp 192.0.2.1:any scheduler wlc affinity 60", "" },
	{ "-A -t [2001:db8::1]:0 -s wlc -p",
	  "service add tcp [2001:db8::1]:any scheduler wlc affinity 300", "" },
	{ "-A -t 192.0.2.1:80 -s wlc -p 300 -M 255.255.255.0",
	  "service add tcp 192.0.2.1:80 scheduler wlc affinity 300 mask 24", "" },
	{ "-A -t [2001:db8::1]:80 -s wlc -p 300 -M 64",
	  "service add tcp [2001:db8::1]:80 scheduler wlc affinity 300 mask 64",
	  "" },
	{ "-A -t 192.0.2.1:80 -s sh -b sh-fallback,sh-port",
	  "service add tcp 192.0.2.1:80 scheduler sh fallback on hash address-port",
	  "" },
	{ "-A -t 192.0.2.1:80 -s sh -b flag-1",
	  "service add tcp 192.0.2.1:80 scheduler sh fallback on", "" },
	{ "-A -t 192.0.2.1:80 -s mh",
	  "service add tcp 192.0.2.1:80 scheduler maglev hash address", "" },
	{ "-A -t 192.0.2.1:80 -s mh -b mh-port",
	  "service add tcp 192.0.2.1:80 scheduler maglev hash address-port", "" },
	{ "-A -t 192.0.2.1:80 -s twos",
	  "service add tcp 192.0.2.1:80 scheduler p2c", "" },
	{ "-A -t 192.0.2.1:80 -s own", "service add tcp 192.0.2.1:80",
	  "scheduler own has no equivalent" },
	{ "-A -u 192.0.2.1:5060 -s rr -p 60 --pe sip",
	  "service add udp 192.0.2.1:5060 scheduler rr affinity 60",
	  "persistence engine sip has no equivalent" },
	{ "-A -t 192.0.2.1:80 -s sh -b flag-3",
	  "service add tcp 192.0.2.1:80 scheduler sh",
	  "flag flag-3 has no equivalent" },
	{ "-a -t 192.0.2.1:80 -r 198.51.100.1:8080 -m -w 3",
	  "backend add tcp 192.0.2.1:80 198.51.100.1:8080 forward nat weight 3",
	  "" },
	{ "-a -t 192.0.2.1:80 -r 198.51.100.1:80 -g -w 0",
	  "backend add tcp 192.0.2.1:80 198.51.100.1 forward dr weight 0", "" },
	{ "-a -t 192.0.2.1:80 -r 198.51.100.1",
	  "backend add tcp 192.0.2.1:80 198.51.100.1 forward dr weight 1", "" },
	{ "-a -t [2001:db8::1]:80 -r [2001:db8::2]:80 -i -w 1",
	  "backend add tcp [2001:db8::1]:80 [2001:db8::2] forward ipip weight 1",
	  "" },
	{ "-a -f 5 -r 198.51.100.1:0 -m -w 1",
	  "backend add mark 5 family 4 198.51.100.1 forward nat weight 1", "" },
	{ "-a -t 192.0.2.1:80 -r 198.51.100.1:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-csum",
	  "backend add tcp 192.0.2.1:80 198.51.100.1 forward gue port 6080 checksum on weight 1",
	  "" },
	{ "-a -t 192.0.2.1:80 -r 198.51.100.1:80 -i -w 1 --tun-type gue --tun-port 6080 --tun-nocsum",
	  "backend add tcp 192.0.2.1:80 198.51.100.1 forward gue port 6080 checksum off weight 1",
	  "" },
	{ "-a -t 192.0.2.1:80 -r 198.51.100.1:80 -i -w 1 --tun-type gre --tun-nocsum",
	  "backend add tcp 192.0.2.1:80 198.51.100.1 forward gre weight 1", "" },
	{ "-a -t 192.0.2.1:80 -r 198.51.100.1:80 -m -w 1 -x 100 -y 50",
	  "backend add tcp 192.0.2.1:80 198.51.100.1:80 forward nat weight 1 max-connections 100",
	  "lower threshold 50 has no equivalent" },
	{ "-a -t 192.0.2.1:80 -r 198.51.100.1:80 -m -w 1 -x 0 -y 0",
	  "backend add tcp 192.0.2.1:80 198.51.100.1:80 forward nat weight 1", "" },
};

static const struct {
	const char *line;
	const char *why;
} bad[] = {
	{ "-D -t 192.0.2.1:80", "neither -A nor -a: '-D'" },
	{ "ipvsadm -A", "neither -A nor -a: 'ipvsadm'" },
	{ "-A", "no service in '-A'" },
	{ "-A -t", "a value is missing after '-t'" },
	{ "-A -t -s rr", "a value is missing after '-t'" },
	{ "-A -t 192.0.2.1:80 -s", "a value is missing after '-s'" },
	{ "-A -t 192.0.2.1:80 --frob", "unknown option '--frob'" },
	{ "-A -t 192.0.2.1:80 -p 60 -M 255.0.255.0",
	  "bad netmask '255.0.255.0'" },
	{ "-a -t 192.0.2.1:80 -m", "no server in '-a'" },
	{ "-a -t 192.0.2.1:80 -r 192.0.2.2 -i --tun-type vxlan",
	  "unknown tunnel type 'vxlan'" },
};

int main(void)
{
	struct import import;
	char copy[512];
	size_t i;

	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		snprintf(copy, sizeof(copy), "%s", lines[i].line);
		ok(!import_line(copy, &import), "'%s' is understood",
		   lines[i].line);
		is_text(import.text, lines[i].text, "in other words");
		is_text(import.lost, lines[i].lost, "and this is lost");
	}
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		snprintf(copy, sizeof(copy), "%s", bad[i].line);
		ok(import_line(copy, &import), "'%s' is refused", bad[i].line);
		is_text(import.lost, bad[i].why, "and the reason fits");
	}
	return tap_end();
}
