#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# HTTP_GET and SSL_GET against nginx, openssl s_server and servers that mean
# harm. Each check is of a service of its own; all are made at the same time.
set -uo pipefail

here=$(dirname "$(readlink -f "$0")")
probe=$(dirname "${LBD:?must name the program}")/../tests/lbd/t_http

if [[ ${1-} != inside ]]; then
	command -v nginx openssl >/dev/null || {
		echo '1..0 # SKIP nginx or openssl is missing'
		exit 0
	}
	unshare -n true 2>/dev/null || {
		echo '1..0 # SKIP no network namespace can be made'
		exit 0
	}
	exec unshare -n "$0" inside
fi

work=$(mktemp -d)
pids=()
# shellcheck disable=SC2329
finish() {
	kill "${pids[@]}" 2>/dev/null
	wait 2>/dev/null
	rm -rf "$work"
}
trap finish EXIT
chmod 755 "$work"
cd "$work" || exit 1
ip link set lo up
export http_proxy=http://127.0.0.1:1 https_proxy=http://127.0.0.1:1

# certificate NAME SUBJECTALTNAME: signed by our CA
certificate() {
	openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
		-keyout "$1.key" -out "$1.csr" -subj "/CN=$1" 2>/dev/null
	openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca.key -days 2 \
		-extfile <(echo "subjectAltName=$2") -out "$1.pem" 2>/dev/null
}

openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
	-keyout ca.key -out ca.pem -subj '/CN=Test CA' 2>/dev/null
certificate www.example.test DNS:www.example.test
certificate address IP:127.0.0.1
certificate client DNS:client.example.test
chmod 644 ./*.key

mkdir html
printf 'All is well.\n' >html/index.html
printf '{"status":"ok","checks":{"db":true}}' >html/good.json
printf '{"status":"degraded","checks":{"db":false}}' >html/bad.json
digest=$(md5sum <html/index.html | cut -d' ' -f1)

cat >nginx.conf <<END
daemon off; worker_processes 1; pid $work/nginx.pid; error_log $work/error.log;
user root;
events { worker_connections 256; }
http {
	access_log off; root $work/html;
	client_body_temp_path $work/t1; proxy_temp_path $work/t2;
	fastcgi_temp_path $work/t3; uwsgi_temp_path $work/t4; scgi_temp_path $work/t5;
	ssl_certificate $work/www.example.test.pem;
	ssl_certificate_key $work/www.example.test.key;
	server {
		listen 127.0.0.1:80;
		location = /weight { add_header X-Load-Balancing-Endpoint-Weight 42; return 200 "w"; }
		location = /low { add_header X-Load-Balancing-Endpoint-Weight 7; return 200 "w"; }
		location = /fail { return 503 "no"; }
		location = /moved { return 302 http://127.0.0.1/; }
		location = /version { return 200 "\$server_protocol \$request_method \$http_host"; }
	}
	server { listen 127.0.0.1:81 http2; location / { return 200 "\$server_protocol \$http_host"; } }
	server { listen 127.0.0.1:443 ssl http2; server_name www.example.test;
		location / { return 200 "\$server_protocol \$ssl_server_name."; } }
	server { listen 127.0.0.1:444 ssl; ssl_certificate $work/address.pem; ssl_certificate_key $work/address.key; }
	server { listen 127.0.0.1:445 ssl; ssl_client_certificate $work/ca.pem; ssl_verify_client on; }
}
END
nginx -p "$work" -c nginx.conf 2>nginx.out &
pids+=($!)
openssl s_server -accept 127.0.0.1:446 -cert address.pem -key address.key -www \
	>/dev/null 2>&1 </dev/null &
pids+=($!)
mkfifo hold
"$here/hostile.py" <hold >hostile.out &
pids+=($!)
exec 3>hold

# wait_for COMMAND...: at most 10 s
wait_for() {
	local i
	for ((i = 0; i < 200; i++)); do
		"$@" >/dev/null 2>&1 && return
		read -rt 0.05 <> <(:)
	done
	echo "Bail out! $* never came true"
	exit 1
}
listens() { (: <"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for port in 80 81 443 444 445 446 8001 8013; do
	wait_for listens "$port"
done

names=() wanted=()
# check NAME PORT CHECKER 'up WEIGHT'|down PATTERN, with the block on stdin
check() {
	names+=("$1")
	wanted+=("$4 $5")
	printf '%s 127.0.0.1 %s {\n%s\n}\n' "$3" "$2" "$(cat)" >>checks
}
url() { echo "url {"; printf '%s\n' "$@"; echo "}"; }

cat >checks <<END
SSL {
	ca $work/ca.pem
}
END
good='up -1' bad='down -1'
check 'nginx answers' 80 HTTP_GET "$good" '' < <(url 'path /')
check 'the digest is right' 80 HTTP_GET "$good" '*' < <(url 'path /' "digest $digest")
check 'the digest is wrong' 80 HTTP_GET "$bad" "/: digest of the body is $digest" \
	< <(url 'path /' 'digest 00000000000000000000000000000000')
check 'a page is missing' 80 HTTP_GET "$bad" '/none: status 404, expected 200-299' \
	< <(url 'path /none')
check 'it may be missing' 80 HTTP_GET "$good" '*' \
	< <(url 'path /none' 'status_code 200-299 404')
check 'an error' 80 HTTP_GET "$bad" '/fail: status 503*' < <(url 'path /fail')
check 'no redirection is followed' 80 HTTP_GET "$bad" '/moved: status 302*' \
	< <(url 'path /moved')
check 'all urls must answer: they do' 80 HTTP_GET "$good" '*' \
	< <(url 'path /'; url 'path /weight'; url "path /" "digest $digest")
check 'all urls must answer: the last does not' 80 HTTP_GET "$bad" '/fail*' \
	< <(url 'path /'; url 'path /weight'; url 'path /fail')
check 'the regex is found' 80 HTTP_GET "$good" '*' < <(url 'regex "is w.ll"')
check 'the regex is not found' 80 HTTP_GET "$bad" '*regex is not found*' \
	< <(url 'regex "is bad"')
check 'the regex must not be found' 80 HTTP_GET "$bad" '*regex is found*' \
	< <(url 'regex "is w.ll"' regex_no_match)
check 'the regex of other case is found' 80 HTTP_GET "$good" '*' \
	< <(url 'regex "IS WELL"' 'regex_options caseless dotall')
check 'the JSON field is right' 80 HTTP_GET "$good" '*' \
	< <(url 'path /good.json' 'json_field status ok' 'json_field checks.db true')
check 'the JSON field is wrong' 80 HTTP_GET "$bad" \
	"*json_field status is 'degraded', not 'ok'" \
	< <(url 'path /bad.json' 'json_field status ok')
check 'the body is not JSON' 80 HTTP_GET "$bad" '*is not JSON*' \
	< <(url 'path /' 'json_field status ok')
check 'a weight is asked for' 80 HTTP_GET 'up 42' '*' \
	< <(url 'path /weight'; echo dynamic_weight)
check 'the lowest weight counts' 80 HTTP_GET 'up 7' '*' \
	< <(url 'path /weight'; url 'path /low'; url 'path /'; echo dynamic_weight)
check 'nobody listens to the weight' 80 HTTP_GET "$good" '*' < <(url 'path /weight')
check 'HTTP/1.1, with the address as host' 80 HTTP_GET "$good" '*' \
	< <(url 'path /version' 'regex "^HTTP/1.1 GET 127.0.0.1$"')
check 'HTTP/1.0 and a virtual host' 80 HTTP_GET "$good" '*' \
	< <(url 'path /version' 'regex "^HTTP/1.0 GET www.example.test$"'
		echo 'http_protocol 1.0'; echo 'virtualhost www.example.test')
check 'HTTP/2 in the clear' 81 HTTP_GET "$good" '*' \
	< <(url 'regex "^HTTP/2.0 127.0.0.1:81$"'; echo 'http2 prior')
check 'HTTP/2 from a server that has none' 80 HTTP_GET "$bad" '*' \
	< <(url 'path /'; echo 'http2 on')
check 'method, headers and body arrive' 8010 HTTP_GET "$good" '*' \
	< <(url 'path /x?y=z' 'method PUT' 'header X-Test "one two"' 'body "the body"' \
		'regex "^PUT /x.y=z HTTP/1.1\r\nHost: 127.0.0.1:8010\r\n.*X-Test: one two\r\n.*\r\n\r\nthe body$"' \
		'regex_options dotall')
check 'HEAD has no body' 80 HTTP_GET "$good" '*' < <(url 'path /' 'method HEAD')
check 'the certificate is good' 443 SSL_GET "$good" '*' \
	< <(url 'regex "^HTTP/1.1 www.example.test.$"'; echo 'virtualhost www.example.test')
check 'HTTP/2 with TLS' 443 SSL_GET "$good" '*' \
	< <(url 'regex "^HTTP/2.0 www.example.test.$"'; echo 'sni_name www.example.test'; echo http2)
check 'HTTP/2 with a server of TLS that has none' 444 SSL_GET "$bad" '*HTTP/2*' \
	< <(url 'path /'; echo http2)
check 'the name is another' 443 SSL_GET "$bad" '*other.example.test*' \
	< <(url 'path /'; echo 'sni_name other.example.test')
check 'the address is not in the certificate' 443 SSL_GET "$bad" '*127.0.0.1*' \
	< <(url 'path /')
check 'the address is in the certificate' 444 SSL_GET "$good" '*' < <(url 'path /')
check 'nobody verifies' 443 SSL_GET "$good" '*' < <(url 'path /'; echo 'verify off')
check 'the CA is another' 444 SSL_GET "$bad" '*certificate*' \
	< <(url 'path /'; echo "ca $work/client.pem")
check 'the CA is not there' 444 SSL_GET "$bad" '*' < <(url 'path /'; echo "ca $work/none.pem")
check 'the server is not told the name' 443 SSL_GET "$good" '*' \
	< <(url 'regex "^HTTP/1.1 [.]$"'; echo 'sni_name www.example.test'; echo 'enable_sni off')
check 'the server is not told the name, which is another' 443 SSL_GET "$bad" '*' \
	< <(url 'path /'; echo 'sni_name other.example.test'; echo 'enable_sni off')
check 'a certificate of ours is missing' 445 SSL_GET "$bad" '/: status 400*' \
	< <(url 'path /'; echo 'sni_name www.example.test')
check 'a certificate of ours is sent' 445 SSL_GET "$good" '*' \
	< <(url 'path /'; echo 'sni_name www.example.test'
		echo "certificate $work/client.pem"; echo "key $work/client.key")
check 'openssl s_server' 446 SSL_GET "$good" '*' < <(url 'path /')
check 'TLS with a server that has none' 80 SSL_GET "$bad" '*' < <(url 'path /')
check 'TLS with a server that means nothing' 8013 SSL_GET "$bad" '*' < <(url 'path /')
check 'nobody listens' 79 HTTP_GET "$bad" '/: connect: Connection refused' < <(url 'path /')
check 'headers without an end' 8001 HTTP_GET "$bad" '/: headers are longer than 65536 bytes' \
	< <(url 'path /')
check 'a header line without an end' 8002 HTTP_GET "$bad" '/: *header*' < <(url 'path /')
check 'a body without an end' 8003 HTTP_GET "$bad" '/: body is longer than 1048576 bytes' \
	< <(url 'path /')
check 'max_body' 80 HTTP_GET "$bad" '/: body is longer than 5 bytes' \
	< <(url 'path /'; echo 'max_body 5')
check 'garbage' 8004 HTTP_GET "$bad" '/: *' < <(url 'path /')
check 'silence' 8005 HTTP_GET "$bad" '/: timed out, no reply' < <(url 'path /')
check 'a byte at a time' 8006 HTTP_GET "$bad" '/: timed out, no end of the reply' \
	< <(url 'path /')
check 'interim replies without an end' 8007 HTTP_GET "$bad" '/: headers are longer*' \
	< <(url 'path /')
check 'closed at once' 8008 HTTP_GET "$bad" '/: *' < <(url 'path /')
check 'a body that is cut off' 8009 HTTP_GET "$bad" '/: transfer closed*' < <(url 'path /')
check 'chunks of no size' 8011 HTTP_GET "$bad" '/: *' < <(url 'path /')
check 'a regex that takes for ever' 8012 HTTP_GET "$bad" '/: regex takes too long*' \
	< <(url 'regex "(a+)+[bc]"')
check 'a check without url' 80 HTTP_GET "$good" '*' </dev/null

"$probe" checks >out 2>err || { cat err; echo 'Bail out! no result'; exit 1; }
for i in "${!names[@]}"; do
	got=$(sed -n "s/^$i //p" out | sed 's/^\(down -1\) [A-Z]*_GET: /\1 /')
	verdict=ok
	# shellcheck disable=SC2053
	[[ $got == ${wanted[i]} ]] || verdict='not ok'
	echo "$verdict $((i + 1)) - ${names[i]}"
	[[ $verdict == ok ]] || printf '# got: %s\n# expected: %s\n' "$got" "${wanted[i]}"
done
echo "1..${#names[@]}"
