# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# The module and its command in a test.

director_loaded=

# lbadm ARG...: in the director's namespace
lbadm() {
	in_ns "${LBADM_NS:-director}" lbadm "$@"
}

# director_load [PARAMETER=VALUE]...: load nflb.ko of the running kernel
director_load() {
	local release

	release=$(uname -r)
	modprobe -a nf_defrag_ipv6 nf_reject_ipv4 nf_reject_ipv6 \
		libcrc32c
	insmod "$NFLB_BUILD/$release/src/kmod/nflb.ko" "$@"
	director_loaded=1
	PATH=$NFLB_BUILD/userspace/lbadm:$PATH
}

# populated N: the director has N connections or more
populated() {
	local count

	count=$(lbadm -j connection count | jq .count)
	((count >= $1))
}

no_connections() {
	[[ $(lbadm -j stats | jq .connections_current) == 0 ]]
}

# What a test sets: the fields of each way to a backend, and the protocols if
# those matter
methods=()
protocols=('')

# each_method FUNCTION [ARG]...: called for each with FAMILY [PROTOCOL] FIELD...
# ARG...
each_method() {
	local method family protocol
	local -a fields

	for method in "${methods[@]}"; do
		read -ra fields <<<"$method"
		for family in 4 6; do
			for protocol in "${protocols[@]}"; do
				"$1" "$family" ${protocol:+"$protocol"} \
					"${fields[@]}" "${@:2}"
			done
		done
	done
}

# With every namespace gone nothing may hold the module.
director_unload() {
	[[ -n $director_loaded ]] || return 0
	director_loaded=
	ok 'nflb unloads' rmmod nflb
}

# vip_key FAMILY PROTOCOL PORT: the KEY of a service on the VIP
vip_key() {
	echo "$2 $(bracket "$(vip "$1")"):$3"
}

# vip_endpoint FAMILY bN[:PORT]: how lbadm calls the backend
vip_endpoint() {
	local name=${2%%:*}

	echo "$(bracket "$(backend_address "$1" "$name")")${2#"$name"}"
}

# vip_service VERB FAMILY PROTOCOL PORT [WORD...]: lbadm service, on the VIP
vip_service() {
	local key

	read -ra key <<<"$(vip_key "$2" "$3" "$4")"
	lbadm service "$1" "${key[@]}" "${@:5}"
}

# vip_backend VERB FAMILY PROTOCOL PORT bN[:PORT] [WORD...]: of such a service
vip_backend() {
	local key

	read -ra key <<<"$(vip_key "$2" "$3" "$4")"
	lbadm backend "$1" "${key[@]}" "$(vip_endpoint "$2" "$5")" "${@:6}"
}

# vip_pool FAMILY PROTOCOL PORT SERVICE-OPTIONS FORWARD bN[:PORT]...: a service
# and its backends as lines for `lbadm restore -`, much faster than one by one
vip_pool() {
	local key options=$4 forward=$5 backend

	key=$(vip_key "$1" "$2" "$3")
	echo "service add $key $options"
	for backend in "${@:6}"; do
		echo "backend add $key $(vip_endpoint "$1" "$backend") forward $forward"
	done
}

# vip_value FAMILY PROTOCOL PORT FILTER: what jq finds in the service's JSON
vip_value() {
	local key

	read -ra key <<<"$(vip_key "$1" "$2" "$3")"
	lbadm -j service show "${key[@]}" | jq -r "$4"
}
