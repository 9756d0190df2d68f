#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# SMTP_CHECK against mail servers, good and bad
set -uo pipefail

# shellcheck source=userspace/tests/lbd/checks.sh
. "$(dirname "$(readlink -f "$0")")/checks.sh"
begin "${1-}" python3
certificate mail.example.test DNS:mail.example.test
server "$here/smtp_server.py" mail.example.test.pem mail.example.test.key
wait_for listens 2514

cat >checks <<END
SSL {
	ca $work/ca.pem
}
END
tls() { printf 'starttls\nsni_name mail.example.test\n%s\n' "$*"; }
check 'a server' 'SMTP_CHECK 2501' "$good" '' </dev/null
check 'with a name of ours' 'SMTP_CHECK 2501' "$good" '' <<<'helo_name lbd.example.test'
check 'a slow server' 'SMTP_CHECK 2512' "$good" '' </dev/null
check 'STARTTLS' 'SMTP_CHECK 2502' "$good" '' < <(tls)
check 'STARTTLS without verification' 'SMTP_CHECK 2502' "$good" '' \
	< <(printf 'starttls\nverify off\n')
check 'the name is another' 'SMTP_CHECK 2502' "$bad" 'TLS: *mismatch' \
	< <(printf 'starttls\nsni_name other.example.test\n')
check 'the address is not in the certificate' 'SMTP_CHECK 2502' "$bad" \
	'TLS: *mismatch' <<<starttls
check 'the CA is another' 'SMTP_CHECK 2502' "$bad" 'TLS: *certificate*' \
	< <(tls "ca /etc/ssl/certs/ca-certificates.crt")
check 'the CA is not there' 'SMTP_CHECK 2502' "$bad" "TLS: $work/none.pem" \
	< <(tls "ca $work/none.pem")
check 'STARTTLS is not offered' 'SMTP_CHECK 2501' "$bad" \
	'reply to HELO: STARTTLS is not offered' < <(tls)
check 'no TLS after STARTTLS' 'SMTP_CHECK 2513' "$bad" '*' < <(tls)
check 'no STARTTLS now' 'SMTP_CHECK 2514' "$bad" 'reply to STARTTLS: 454 not now' \
	< <(tls)
check 'text before TLS' 'SMTP_CHECK 2510' "$bad" \
	'reply to STARTTLS: more than one reply' < <(tls)
check 'a server that does not serve' 'SMTP_CHECK 2503' "$bad" 'greeting: 554 no' \
	</dev/null
check 'a server that knows no HELO' 'SMTP_CHECK 2508' "$bad" \
	'reply to HELO: 502 what?' </dev/null
check 'two codes' 'SMTP_CHECK 2509' "$bad" '*is not SMTP' < <(tls)
check 'silence' 'SMTP_CHECK 2504' "$bad" 'timed out, no greeting' </dev/null
check 'garbage' 'SMTP_CHECK 2505' "$bad" 'greeting: the reply is not SMTP' </dev/null
check 'a greeting without an end' 'SMTP_CHECK 2506' "$bad" \
	'greeting: the reply is too long' </dev/null
check 'a line without an end' 'SMTP_CHECK 2507' "$bad" \
	'greeting: the reply is too long' </dev/null
check 'closed after QUIT' 'SMTP_CHECK 2511' "$good" '' </dev/null
check 'nobody listens' 'SMTP_CHECK 2599' "$bad" 'connection: Connection refused' \
	</dev/null
judge
