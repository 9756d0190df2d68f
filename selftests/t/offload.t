#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
# timeout: 600
#
# Segments larger than the MTU, and checksums the sender leaves to its device,
# go through whole; so does everything when the devices can do neither.

# shellcheck source=selftests/lib.sh
. "$(dirname "$0")/../lib.sh"

FILE_SIZE=$((20 << 20))
# forward, data port, web port, backend
methods=(
	'nat  7000 80 b1'
	'ipip 7003 83 b2'
)

configure() {
	local method family forward data web backend

	for method in "${methods[@]}"; do
		read -r forward data web backend <<<"$method"
		for family in 4 6; do
			vip_pool $family tcp "$data" '' "$forward" "$backend:$data"
			vip_pool $family udp "$data" '' "$forward" "$backend:$data"
			vip_pool $family tcp "$web" '' "$forward" "$backend:$web"
		done
	done
}

# How long the segments were that came from the client.
mean_packet() {
	vip_value "$1" tcp "$2" '(.bytes_in / .packets_in) | floor'
}

# move NAME BYTES
move() {
	local method family forward data web backend protocol report

	for method in "${methods[@]}"; do
		read -r forward data web backend <<<"$method"
		for family in 4 6; do
			vip_service zero $family tcp "$data"
			for protocol in tcp udp; do
				report=$(traffic_in client echo $protocol "$(vip $family)" "$data" \
					--count 4 --parallel 4 --bytes $(($2 / 4)) \
					--size 1380 --timeout 20000) || true
				is "$1: IPv$family $forward, $protocol there and back" \
					"$(value bytes <<<"$report")" "$2"
			done

		done
	done
}

fetch() {
	local method family forward data web backend

	for method in "${methods[@]}"; do
		read -r forward data web backend <<<"$method"
		for family in 4 6; do
			in_ns client curl -sS --max-time 60 -o "$WORK/got" \
				"http://$(bracket "$(vip $family)"):$web/files/random" || true
			ok "IPv$family $forward: a file of 20 MB arrives unchanged" \
				cmp "$WORK/got" "$WORK/random"
		done
	done
}

upload_large() {
	local method family forward data web backend report

	for method in "${methods[@]}"; do
		read -r forward data web backend <<<"$method"
		for family in 4 6; do
			vip_service zero $family tcp "$data"
			report=$(traffic_in client echo tcp "$(vip $family)" "$data" \
				--bytes $FILE_SIZE --timeout 20000) || true
			is "IPv$family $forward: 20 MB there and back" \
				"$(value bytes <<<"$report")" $FILE_SIZE
			between "IPv$family $forward: in packets larger than the MTU" \
				"$(mean_packet $family "$data")" 3000 65535
		done
	done
}

topo_setup --backends 2
director_load
backend_owns_vip ipip b2
serve 7000
serve 7003
NGINX_PORTS='80 83' nginx_start
head -c $FILE_SIZE /dev/urandom >"$WORK/random"
for backend in b1 b2; do
	mkdir "$WORK/nginx.$backend/files"
	ln "$WORK/random" "$WORK/nginx.$backend/files/random"
done
lbadm restore - < <(configure)

fetch
upload_large
offloads off director
move 'the director segments and sums' $((4 << 20))
offloads off client b1 b2
move 'nobody has offloads' $((1 << 20))
offloads on director
move 'the director alone has them' $((1 << 20))

done_testing
