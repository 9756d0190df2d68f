#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# GRPC_CHECK against a server of gRPC's own library, and against others
set -uo pipefail

# shellcheck source=userspace/tests/lbd/checks.sh
. "$(dirname "$(readlink -f "$0")")/checks.sh"
/usr/bin/python3 -c 'import grpc' 2>/dev/null || {
	echo '1..0 # SKIP python3-grpcio is missing'
	exit 0
}
begin "${1-}"
certificate grpc.example.test DNS:grpc.example.test
unset http_proxy https_proxy
server /usr/bin/python3 "$here/grpc_server.py" grpc.example.test.pem grpc.example.test.key
server "$here/hostile.py"
wait_for listens 5003
wait_for listens 8010

cat >checks <<END
SSL {
	ca $work/ca.pem
}
END
check 'a server' 'GRPC_CHECK 5001' "$good" '' </dev/null
check 'a service' 'GRPC_CHECK 5001' "$good" '' <<<'service good'
check 'a service that does not serve' 'GRPC_CHECK 5001' "$bad" \
	'the service is NOT_SERVING' <<<'service bad'
check 'a service that is not known' 'GRPC_CHECK 5001' "$bad" \
	'grpc-status 5: unknown service' <<<'service none'
check 'a slow service' 'GRPC_CHECK 5001' "$bad" 'timed out, no *' <<<'service slow'
check 'no HealthCheckResponse' 'GRPC_CHECK 5001' "$bad" \
	'the reply is not a HealthCheckResponse' <<<'service strange'
check 'a big reply' 'GRPC_CHECK 5001' "$bad" 'reply is longer than 1024 bytes' \
	<<<'service big'
check 'TLS' 'GRPC_CHECK 5002' "$good" '' \
	< <(printf 'tls\nsni_name grpc.example.test\n')
check 'TLS, the name is another' 'GRPC_CHECK 5002' "$bad" '*other.example.test*' \
	< <(printf 'tls\nsni_name other.example.test\n')
check 'TLS, nobody verifies' 'GRPC_CHECK 5002' "$good" '' \
	< <(printf 'tls\nverify off\n')
check 'TLS is expected' 'GRPC_CHECK 5002' "$bad" '*' </dev/null
check 'TLS is not expected' 'GRPC_CHECK 5001' "$bad" '*' <<<tls
check 'no health service' 'GRPC_CHECK 5003' "$bad" 'grpc-status 12: *' </dev/null
check 'HTTP/1.1' 'GRPC_CHECK 8010' "$bad" '*' </dev/null
check 'garbage' 'GRPC_CHECK 8004' "$bad" '*' </dev/null
check 'silence' 'GRPC_CHECK 8005' "$bad" 'timed out, no reply' </dev/null
check 'nobody listens' 'GRPC_CHECK 5099' "$bad" 'connect: Connection refused' </dev/null
judge
