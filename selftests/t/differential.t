#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# The same packets through IPVS and through nflb, on the same host with the
# same addresses and routes: what leaves it must be the same, byte by byte.
# Where it is not, this file says why, and all else must be the same. The other
# side is the IPVS of Debian's kernels, not of one built for debugging.
# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"
# shellcheck source=selftests/crafted.sh
. "$NFLB_SELFTESTS/crafted.sh"

cases=(open data close reset bad_checksum no_udp_checksum other_port
	no_connection ttl options fragments error_about_request
	error_about_reply too_big)

# combination CASE FAMILY PROTOCOL FORWARD: is there such a thing?
combination() {
	case $1:$2:$3:$4 in
	close:*:udp:* | reset:*:udp:* | no_connection:*:udp:*) return 1 ;;
	no_udp_checksum:v6:* | no_udp_checksum:*:tcp:*) return 1 ;;
	esac
}

# Every case with a client port of its own: "CASE FAMILY PROTOCOL FORWARD PORT"
combinations() {
	local name family protocol forward port=20000

	for name in "${cases[@]}"; do
		for family in v4 v6; do
			for protocol in tcp udp; do
				for forward in nat dr ipip; do
					combination "$name" $family $protocol $forward || continue
					port=$((port + 1))
					echo "$name $family $protocol $forward $port"
				done
			done
		done
	done
}

# services: "KEY-ADDRESS PROTOCOL PORT FORWARD BACKEND:PORT" of all services
services() {
	local family address backend protocol

	for family in 4 6; do
		address=$(bracket "$(vip $family)")
		backend=PHANTOM_BACKEND$family
		backend=$(bracket "${!backend}")
		for protocol in tcp udp; do
			echo "$address $protocol 2000 nat $backend:8000"
			echo "$address $protocol 2001 dr $backend:2001"
			echo "$address $protocol 2002 ipip $backend:2002"
		done
	done
}

ipvs_rules() {
	local address protocol port forward backend
	local -A method=([nat]=-m [dr]=-g [ipip]=-i)

	while read -r address protocol port forward backend; do
		echo "-A -${protocol:0:1} $address:$port -s rr"
		echo "-a -${protocol:0:1} $address:$port -r $backend ${method[$forward]}"
	done < <(services)
}

nflb_rules() {
	local address protocol port forward backend

	while read -r address protocol port forward backend; do
		echo "service add $protocol $address:$port scheduler rr"
		echo "backend add $protocol $address:$port $backend forward $forward"
	done < <(services)
}

# record SYSTEM
record() {
	local name family protocol forward port

	while read -r name family protocol forward port; do
		case_run record "$1" "$name" "$family" "$protocol" "$forward" "$port" ||
			diag "$1: $name $family $protocol $forward could not be sent"
	done < <(combinations)
}

# excuse CASE FAMILY PROTOCOL FORWARD: in what they differ, and are meant to
excuse() {
	case $1:$2:$3:$4 in
	# IPVS writes a checksum where the sender had none.
	no_udp_checksum:*:nat) echo udp-checksum ;;
	# IPVS leaves that of the quoted packet as it was before translation.
	error_about_*:*:nat)
		if [[ $1:$2 == error_about_request:v6 && $RELEASE != 6.1.* ]]; then
			# Later ones lose such errors; 6.1 does not.
			echo errors-lost
		else
			echo quoted-checksum
		fi
		;;
	# IPVS cuts anew; nflb passes the pieces on as they came.
	fragments:*) echo pieces ;;
	# IPVS complains in the name of the service, nflb in the director's own
	# (RFC 1812, section 4.3.2.4).
	ttl:v4:*) echo error-source ;;
	# The same, and IPVS quotes a packet that has lost a hop here; nflb quotes
	# what the client sent.
	too_big:*) echo quoted-hop ;;
	esac
}

compare() {
	local excuse

	excuse=$(excuse "$@")
	crafted "$*: the same leaves${excuse:+ but for $excuse}" compare "$@" \
		${excuse:+"$excuse"}
}

RELEASE=$(uname -r)
[[ $RELEASE == *deb* || $RELEASE == *-amd64 ]] || skip_all "$RELEASE is not Debian's"
topo_setup --backends 1
vip_local
net_mtu back 1400
phantom_neighbours
# No checksum is left for a device that is none to fill in.
for device in front back; do
	in_ns director ethtool -K $device tx off >/dev/null
done
cases_start

modprobe -a ip_vs ip_vs_rr
in_ns director ipvsadm --restore < <(ipvs_rules)
record ipvs
in_ns director ipvsadm --clear
modprobe -r ip_vs_rr ip_vs

director_load
lbadm restore - < <(nflb_rules)
record nflb

while read -r name family protocol forward _; do
	compare "$name" "$family" "$protocol" "$forward"
done < <(combinations)

done_testing
