# shellcheck shell=bash
# SPDX-License-Identifier: GPL-2.0
#
# For tests that make checks against real servers: a network namespace and a
# folder of their own, certificates, and verdicts. Each check is told apart by
# its number; all are made at the same time.

# shellcheck disable=SC2034
here=$(dirname "$(readlink -f "$0")")
probe=$(dirname "${LBD:?must name the program}")/../tests/lbd/t_http
names=() wanted=() pids=()

# shellcheck disable=SC2034
good='up -1' bad='down -1'

# begin "$@": what a test does first, with its own arguments; then with those of
# programs it cannot do without
begin() {
	local inside=${1-} program
	shift || :

	for program in unshare ip openssl "$@"; do
		command -v "$program" >/dev/null && continue
		echo "1..0 # SKIP $program is missing"
		exit 0
	done
	if [[ $inside != inside ]]; then
		unshare -n true 2>/dev/null || {
			echo '1..0 # SKIP no network namespace can be made'
			exit 0
		}
		exec unshare -n "$0" inside
	fi
	work=$(mktemp -d)
	trap finish EXIT
	chmod 755 "$work"
	cd "$work" || exit 1
	ip link set lo up
	mkfifo hold
	exec 3<>hold
}

finish() {
	exec 3>&-
	[[ ${#pids[@]} == 0 ]] || kill "${pids[@]}" 2>/dev/null
	wait 2>/dev/null
	rm -rf "$work"
}

# certificate NAME SUBJECTALTNAME: signed by our CA, ca.pem
certificate() {
	local curve=(-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes)

	[[ -e ca.pem ]] || openssl req -x509 "${curve[@]}" -days 2 \
		-keyout ca.key -out ca.pem -subj '/CN=Test CA' 2>/dev/null
	openssl req "${curve[@]}" -keyout "$1.key" -out "$1.csr" \
		-subj "/CN=$1" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -days 2 \
		-extfile <(echo "subjectAltName=$2") -out "$1.pem" 2>/dev/null
}

# wait_for COMMAND...: until it succeeds, at most 10 s
wait_for() {
	local i

	for ((i = 0; i < 200; i++)); do
		"$@" >/dev/null 2>&1 && return
		read -rt 0.05 <> <(:)
	done
	echo "Bail out! $* never came true"
	exit 1
}

# listens PORT
listens() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# server PROGRAM...: which prints "ready"; ends when its input does
server() {
	"$@" <hold >"$work/server.${#pids[@]}" 3>&- &
	pids+=($!)
	wait_for grep -q ready "$work/server.$((${#pids[@]} - 1))"
}

# check NAME 'CHECKER PORT' 'up WEIGHT'|'down -1' PATTERN, the block on stdin; to
# $target
check() {
	names+=("$1")
	wanted+=("$3 $4")
	printf '%s %s %s {\n%s\n}\n' "${2% *}" "${target:-127.0.0.1}" "${2#* }" \
		"$(cat)" >>checks
}

# judge: make the checks, and compare what they say
judge() {
	local i got verdict

	"$probe" checks >out 2>err || {
		sed 's/^/# /' err
		echo 'Bail out! no result'
		exit 1
	}
	for i in "${!names[@]}"; do
		got=$(sed -n "s/^$i //p" out | sed 's/^\(down -1\) [A-Z_]*: /\1 /')
		verdict=ok
		# shellcheck disable=SC2053
		[[ $got == ${wanted[i]} ]] || verdict='not ok'
		echo "$verdict $((i + 1)) - ${names[i]}"
		[[ $verdict == ok ]] ||
			printf '# got: %s\n# expected: %s\n' "$got" "${wanted[i]}"
	done
	echo "1..${#names[@]}"
}
