# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The site of the demo: a web service on the VIP with three nginx servers behind
# a pair of directors.

# shellcheck source=selftests/lib.sh
. "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../lib.sh"
# shellcheck source=selftests/lbd.sh
. "$NFLB_SELFTESTS/lbd.sh"

# Not a test: there is no done_testing to miss.
trap - EXIT

draw_network() {
	cat <<-'EOT'
		                        service 198.51.100.1
		                                2001:db8:100::1

		                     .- director -.                   .-- b1  10.0.2.11  fd00:2::11
		  client ------------+            +-------------------+-- b2  10.0.2.12  fd00:2::12
		  10.0.1.2           '-- peer ----'                   '-- b3  10.0.2.13  fd00:2::13
		  fd00:1::2          10.0.1.1    10.0.2.1
		                     fd00:1::1   fd00:2::1
	EOT
}

site_backend() {
	cat <<-EOT
		    real_server $1 80 {
		        slow_start 5
		        HTTP_GET {
		            url {
		                path /
		                status_code 200
		            }
		            connect_timeout 2
		            retry 1
		            delay_before_retry 0.5
		        }
		    }
	EOT
}

# What keepalived.conf has for such a site, but for slow_start.
site_service() {
	local backend

	cat <<-EOT
		virtual_server $(vip "$1") 80 {
		    delay_loop 1
		    protocol TCP
		    lb_algo rr
		    lb_kind NAT
	EOT
	for backend in "${backends[@]}"; do
		site_backend "$(backend_address "$1" "$backend")"
	done
	echo "}"
}

# site_config PRIORITY NUMBER PEER
site_config() {
	pair_vrrp "$1"
	pair_sync "$2" "$3"
	site_service 4
	site_service 6
}

# The directors track connections, as many gateways do.
firewall() {
	in_ns "$1" nft -f - <<-EOT
		table inet filter {
			chain input {
				type filter hook input priority filter
				ct state established,related accept
			}
		}
	EOT
}

site_setup() {
	topo_setup --backends 3 --pair
	nginx_start
	firewall director
	firewall peer
	director_load
	site_config 150 5 6 >"$WORK/director.conf"
	site_config 100 6 5 >"$WORK/peer.conf"
}

# The pair at work: director is master, its backends are up
site_start() {
	lbd_start director "$WORK/director.conf"
	lbd_start peer "$WORK/peer.conf"
	wait_until 30 is_master director &&
		wait_until 30 backends_are 4 b1 b2 b3 &&
		wait_until 30 backends_are 6 b1 b2 b3
}

# backends_are FAMILY [bN...]: which get connections
backends_are() {
	local up

	up=$(vip_value "$1" tcp 80 '[.backends[] | select(.state == "up").address] | sort | join(" ")' 2>/dev/null)
	[[ $up == "$(for backend in "${@:2}"; do backend_address "$1" "$backend"; done | sort | xargs)" ]]
}
