#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Services by firewall mark: ports and protocols that a rule makes one service
# of, beside a stateful firewall that must not get to track their flows.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

# Ports 7000 and 7001 of both protocols are service 5, the others nobody's.
firewall() {
	in_ns director nft -f - <<-EOT
		table inet marks {
			counter marked {}
			chain mangle {
				type filter hook prerouting priority mangle;
				ip daddr $VIP4 tcp dport 7000-7001 meta mark set 5 counter name marked
				ip daddr $VIP4 udp dport 7000-7001 meta mark set 5 counter name marked
				ip6 daddr $VIP6 tcp dport 7000-7001 meta mark set 5 counter name marked
				ip6 daddr $VIP6 udp dport 7000-7001 meta mark set 5 counter name marked
				tcp dport 7002 meta mark set 6
			}
			chain forward {
				type filter hook forward priority 0; policy drop;
				ct state established,related accept
				meta l4proto icmp accept
				meta l4proto icmpv6 accept
			}
			chain post {
				type filter hook postrouting priority 200;
				ct state untracked accept
				oifname back meta l4proto tcp counter drop
				oifname back meta l4proto udp counter drop
			}
		}
	EOT
}

mark() {
	echo "mark 5$([[ $family == 4 ]] || echo ' family 6')"
}

configure() {
	local backend

	echo "service add $(mark) $1"
	for backend in "${@:3}"; do
		echo "backend add $(mark) $(vip_endpoint "$family" "$backend") forward $2"
	done
}

marked() {
	in_ns director nft -j list counter inet marks marked | jq '.nftables[].counter? | select(.) | .packets'
}

echoes() {
	traffic_in client echo "$1" "$(vip "$family")" "$2" --bytes 100000 --size 1000 \
		--timeout 20000 "${@:3}" || true
}

result() {
	grep -E '^(ok|failed|backend\..*|error\..*)=' | sort | xargs
}

tracked() {
	in_ns director cat /proc/sys/net/netfilter/nf_conntrack_count
}

# One client, one backend, whatever it asks for: that is what a mark is for.
test_group() {
	local protocol port before before_tracked

	configure 'scheduler sh' "$1" "${@:2}" | lbadm restore -
	before=$(marked) before_tracked=$(tracked)
	for protocol in tcp udp; do
		for port in 7000 7001; do
			echoes "$protocol" $port
		done
	done >"$WORK/report"
	is "$name: four flows to one backend" \
		"$(grep -E '^(backend\..*|failed)=' "$WORK/report" | sort | uniq -c | awk '{ print $1 }' | xargs)" \
		'4 4'
	is "$name: the mangle table sees the first packet of each" $(($(marked) - before)) 4
	# shellcheck disable=SC2046
	is "$name: connections of both protocols" \
		"$(lbadm -j connection list service $(mark) | jq -r '.[] | "\(.protocol) \(.service.port) \(.service.key)"' | sort | xargs)" \
		"tcp 7000 $(mark) tcp 7001 $(mark) udp 7000 $(mark) udp 7001 $(mark)"
	between "$name: none of them stays tracked" "$(tracked)" 0 "$before_tracked"
}

test_precedence() {
	vip_pool "$family" tcp 7001 'scheduler rr' nat b3 | lbadm restore -
	is "$name: a service of the address comes first" \
		"$(echoes tcp 7001 | result)" 'backend.b3=1 failed=0 ok=1'
	vip_service del "$family" tcp 7001
}

# The client of a connection that is not known, and of a service without backend
test_refused() {
	local before_tracked

	before_tracked=$(tracked)
	hold_start held client tcp "$(vip "$family")" 7000 --period 0 >"$WORK/held"
	# shellcheck disable=SC2046
	lbadm service del $(mark)
	# shellcheck disable=SC2046
	lbadm service add $(mark)
	is "$name: a new service knows nothing of old connections" \
		"$(hold_stop held | result | sed 's/^backend.b.=1 //')" \
		'error.ECONNRESET=1 failed=1 ok=0'
	is "$name: no backend" "$(echoes tcp 7000 | result)" \
		'error.ECONNREFUSED=1 failed=1 ok=0'
	between "$name: neither stays tracked" "$(tracked)" 0 "$before_tracked"
}

# Other marks, the other family and no service: the host's packets
test_others() {
	vip_local
	is "$name: a packet of another mark is the host's" \
		"$(echoes tcp 7002 | result)" 'backend.director=1 failed=0 ok=1'
	# shellcheck disable=SC2046
	lbadm service del $(mark)
	is "$name: without the service all are" \
		"$(echoes tcp 7000 | result)" 'backend.director=1 failed=0 ok=1'
	ip -n director address flush dev lo scope global
}

test_save() {
	lbadm save >"$WORK/saved"
	like "$name: saved" "$(<"$WORK/saved")" "^service add $(mark) scheduler sh"
	# shellcheck disable=SC2046
	lbadm service del $(mark)
	lbadm restore "$WORK/saved"
	is "$name: saved again" "$(lbadm save)" "$(<"$WORK/saved")"
	# shellcheck disable=SC2046
	is "$name: in JSON" "$(lbadm -j service show $(mark) | jq -c '[.mark, .family, .protocol, .port]')" \
		"[5,$family,null,null]"
}

topo_setup --backends 4
director_load
firewall
backend_owns_vip dr b4
for port in 7000 7001; do
	serve $port
done
serve 7000 director
serve 7002 director

for family in 4 6; do
	name="IPv$family nat"
	test_group nat b1 b2
	test_save
	test_precedence
	test_refused
	name="IPv$family"
	test_others
	name="IPv$family dr"
	test_group dr b4
	# shellcheck disable=SC2046
	lbadm service del $(mark)
done

done_testing
