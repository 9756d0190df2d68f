# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The site of the demo: a web service on the VIP with three nginx servers.

# shellcheck source=selftests/lib.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../lib.sh"

# Not a test: there is no done_testing to miss.
trap - EXIT

draw_network() {
	cat <<-'EOT'
		                        service 198.51.100.1
		                                2001:db8:100::1
		                                                      .-- b1  10.0.2.11  fd00:2::11
		  client -------------- director ---------------------+-- b2  10.0.2.12  fd00:2::12
		  10.0.1.2              10.0.1.1   10.0.2.1           '-- b3  10.0.2.13  fd00:2::13
		  fd00:1::2             fd00:1::1  fd00:2::1
	EOT
}

# What lbadm is given, a line per command.
site_config() {
	local family service backend

	for family in 4 6; do
		service="tcp $(bracket "$(vip $family)"):80"
		echo "service add $service scheduler rr"
		for backend in "${backends[@]}"; do
			echo "backend add $service $(bracket "$(backend_address $family "$backend")"):80 forward nat"
		done
	done
}

# The director tracks connections, as many gateways do.
firewall() {
	in_ns director nft -f - <<-EOT
		table inet filter {
			chain input {
				type filter hook input priority filter
				ct state established,related accept
			}
		}
	EOT
}

site_setup() {
	topo_setup --backends 3
	nginx_start
	firewall
	director_load
}
