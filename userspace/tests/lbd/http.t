#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# HTTP_GET and SSL_GET against nginx, openssl s_server and servers that mean
# harm. Each check is of a service of its own; all are made at the same time.
set -uo pipefail

# shellcheck source=userspace/tests/lbd/checks.sh
. "$(dirname "$(readlink -f "$0")")/checks.sh"
begin "${1-}" nginx
export http_proxy=http://127.0.0.1:1 https_proxy=http://127.0.0.1:1

certificate www.example.test DNS:www.example.test
certificate address IP:127.0.0.1
certificate client DNS:client.example.test

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
server "$here/hostile.py"
for port in 80 81 443 444 445 446; do
	wait_for listens "$port"
done

url() { echo "url {"; printf '%s\n' "$@"; echo "}"; }

cat >checks <<END
SSL {
	ca $work/ca.pem
}
END
check 'nginx answers' 'HTTP_GET 80' "$good" '' < <(url 'path /')
check 'the digest is right' 'HTTP_GET 80' "$good" '*' < <(url 'path /' "digest $digest")
check 'the digest is wrong' 'HTTP_GET 80' "$bad" "/: digest of the body is $digest" \
	< <(url 'path /' 'digest 00000000000000000000000000000000')
check 'a page is missing' 'HTTP_GET 80' "$bad" '/none: status 404, expected 200-299' \
	< <(url 'path /none')
check 'it may be missing' 'HTTP_GET 80' "$good" '*' \
	< <(url 'path /none' 'status_code 200-299 404')
check 'an error' 'HTTP_GET 80' "$bad" '/fail: status 503*' < <(url 'path /fail')
check 'no redirection is followed' 'HTTP_GET 80' "$bad" '/moved: status 302*' \
	< <(url 'path /moved')
check 'all urls must answer: they do' 'HTTP_GET 80' "$good" '*' \
	< <(url 'path /'; url 'path /weight'; url "path /" "digest $digest")
check 'all urls must answer: the last does not' 'HTTP_GET 80' "$bad" '/fail*' \
	< <(url 'path /'; url 'path /weight'; url 'path /fail')
check 'the regex is found' 'HTTP_GET 80' "$good" '*' < <(url 'regex "is w.ll"')
check 'the regex is not found' 'HTTP_GET 80' "$bad" '*regex is not found*' \
	< <(url 'regex "is bad"')
check 'the regex must not be found' 'HTTP_GET 80' "$bad" '*regex is found*' \
	< <(url 'regex "is w.ll"' regex_no_match)
check 'the regex of other case is found' 'HTTP_GET 80' "$good" '*' \
	< <(url 'regex "IS WELL"' 'regex_options caseless dotall')
check 'the JSON field is right' 'HTTP_GET 80' "$good" '*' \
	< <(url 'path /good.json' 'json_field status ok' 'json_field checks.db true')
check 'the JSON field is wrong' 'HTTP_GET 80' "$bad" \
	"*json_field status is 'degraded', not 'ok'" \
	< <(url 'path /bad.json' 'json_field status ok')
check 'the body is not JSON' 'HTTP_GET 80' "$bad" '*is not JSON*' \
	< <(url 'path /' 'json_field status ok')
check 'a weight is asked for' 'HTTP_GET 80' 'up 42' '*' \
	< <(url 'path /weight'; echo dynamic_weight)
check 'the lowest weight counts' 'HTTP_GET 80' 'up 7' '*' \
	< <(url 'path /weight'; url 'path /low'; url 'path /'; echo dynamic_weight)
check 'nobody listens to the weight' 'HTTP_GET 80' "$good" '*' < <(url 'path /weight')
check 'HTTP/1.1, with the address as host' 'HTTP_GET 80' "$good" '*' \
	< <(url 'path /version' 'regex "^HTTP/1.1 GET 127.0.0.1$"')
check 'HTTP/1.0 and a virtual host' 'HTTP_GET 80' "$good" '*' \
	< <(url 'path /version' 'regex "^HTTP/1.0 GET www.example.test$"'
		echo 'http_protocol 1.0'; echo 'virtualhost www.example.test')
check 'HTTP/2 in the clear' 'HTTP_GET 81' "$good" '*' \
	< <(url 'regex "^HTTP/2.0 127.0.0.1:81$"'; echo 'http2 prior')
check 'HTTP/2 from a server that has none' 'HTTP_GET 80' "$bad" '*' \
	< <(url 'path /'; echo 'http2 on')
check 'method, headers and body arrive' 'HTTP_GET 8010' "$good" '*' \
	< <(url 'path /x?y=z' 'method PUT' 'header X-Test "one two"' 'body "the body"' \
		'regex "^PUT /x.y=z HTTP/1.1\r\nHost: 127.0.0.1:8010\r\n.*X-Test: one two\r\n.*\r\n\r\nthe body$"' \
		'regex_options dotall')
check 'HEAD has no body' 'HTTP_GET 80' "$good" '*' < <(url 'path /' 'method HEAD')
check 'the certificate is good' 'SSL_GET 443' "$good" '*' \
	< <(url 'regex "^HTTP/1.1 www.example.test.$"'; echo 'virtualhost www.example.test')
check 'HTTP/2 with TLS' 'SSL_GET 443' "$good" '*' \
	< <(url 'regex "^HTTP/2.0 www.example.test.$"'; echo 'sni_name www.example.test'; echo http2)
check 'HTTP/2 with a server of TLS that has none' 'SSL_GET 444' "$bad" '*HTTP/2*' \
	< <(url 'path /'; echo http2)
check 'the name is another' 'SSL_GET 443' "$bad" '*other.example.test*' \
	< <(url 'path /'; echo 'sni_name other.example.test')
check 'the address is not in the certificate' 'SSL_GET 443' "$bad" '*127.0.0.1*' \
	< <(url 'path /')
check 'the address is in the certificate' 'SSL_GET 444' "$good" '*' < <(url 'path /')
check 'nobody verifies' 'SSL_GET 443' "$good" '*' < <(url 'path /'; echo 'verify off')
check 'the CA is another' 'SSL_GET 444' "$bad" '*certificate*' \
	< <(url 'path /'; echo "ca $work/client.pem")
check 'the CA is not there' 'SSL_GET 444' "$bad" '*' < <(url 'path /'; echo "ca $work/none.pem")
check 'the server is not told the name' 'SSL_GET 443' "$good" '*' \
	< <(url 'regex "^HTTP/1.1 [.]$"'; echo 'sni_name www.example.test'; echo 'enable_sni off')
check 'the server is not told the name, which is another' 'SSL_GET 443' "$bad" '*' \
	< <(url 'path /'; echo 'sni_name other.example.test'; echo 'enable_sni off')
check 'a certificate of ours is missing' 'SSL_GET 445' "$bad" '/: status 400*' \
	< <(url 'path /'; echo 'sni_name www.example.test')
check 'a certificate of ours is sent' 'SSL_GET 445' "$good" '*' \
	< <(url 'path /'; echo 'sni_name www.example.test'
		echo "certificate $work/client.pem"; echo "key $work/client.key")
check 'openssl s_server' 'SSL_GET 446' "$good" '*' < <(url 'path /')
check 'TLS with a server that has none' 'SSL_GET 80' "$bad" '*' < <(url 'path /')
check 'TLS with a server that means nothing' 'SSL_GET 8013' "$bad" '*' < <(url 'path /')
check 'nobody listens' 'HTTP_GET 79' "$bad" '/: connect: Connection refused' < <(url 'path /')
check 'headers without an end' 'HTTP_GET 8001' "$bad" '/: headers are longer than 65536 bytes' \
	< <(url 'path /')
check 'a header line without an end' 'HTTP_GET 8002' "$bad" '/: *header*' < <(url 'path /')
check 'a body without an end' 'HTTP_GET 8003' "$bad" '/: body is longer than 1048576 bytes' \
	< <(url 'path /')
check 'max_body' 'HTTP_GET 80' "$bad" '/: body is longer than 5 bytes' \
	< <(url 'path /'; echo 'max_body 5')
check 'garbage' 'HTTP_GET 8004' "$bad" '/: *' < <(url 'path /')
check 'silence' 'HTTP_GET 8005' "$bad" '/: timed out, no reply' < <(url 'path /')
check 'a byte at a time' 'HTTP_GET 8006' "$bad" '/: timed out, no end of the reply' \
	< <(url 'path /')
check 'interim replies without an end' 'HTTP_GET 8007' "$bad" '/: headers are longer*' \
	< <(url 'path /')
check 'closed at once' 'HTTP_GET 8008' "$bad" '/: *' < <(url 'path /')
check 'a body that is cut off' 'HTTP_GET 8009' "$bad" '/: transfer closed*' < <(url 'path /')
check 'chunks of no size' 'HTTP_GET 8011' "$bad" '/: *' < <(url 'path /')
check 'a regex that takes for ever' 'HTTP_GET 8012' "$bad" '/: regex takes too long*' \
	< <(url 'regex "(a+)+[bc]"')
check 'a check without url' 'HTTP_GET 80' "$good" '*' </dev/null

judge
