#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0
#
# DNS_CHECK against name servers, good and bad
set -uo pipefail

# shellcheck source=userspace/tests/lbd/checks.sh
. "$(dirname "$(readlink -f "$0")")/checks.sh"
begin "${1-}" python3
server "$here/dns_server.py"

ask() { printf 'type %s\nname %s\n' "$1" "$2"; shift 2; printf '%s\n' "$@"; }
check 'a server' 'DNS_CHECK 5301' "$good" '' </dev/null
check 'an address' 'DNS_CHECK 5301' "$good" '' < <(ask A www.example.test)
check 'the addresses expected' 'DNS_CHECK 5301' "$good" '' \
	< <(ask A www.example.test. 'answer 192.0.2.2' 'answer 192.0.2.1')
check 'another address' 'DNS_CHECK 5301' "$bad" \
	'no answer 192.0.2.9, but 192.0.2.[12]' \
	< <(ask A www.example.test 'answer 192.0.2.1' 'answer 192.0.2.9')
check 'an IPv6 address, written otherwise' 'DNS_CHECK 5301' "$good" '' \
	< <(ask AAAA www.example.test 'answer 2001:0DB8::0001')
check 'a mail server' 'DNS_CHECK 5301' "$good" '' \
	< <(ask MX example.test 'answer "10 Mail.example.test."')
check 'another preference' 'DNS_CHECK 5301' "$bad" \
	'no answer 20 mail.example.test, but 10 mail.example.test' \
	< <(ask MX example.test 'answer "20 mail.example.test"')
check 'a text of two strings' 'DNS_CHECK 5301' "$good" '' \
	< <(ask TXT example.test 'answer "v=spf1 -all"')
check 'a name server' 'DNS_CHECK 5301' "$good" '' \
	< <(ask NS example.test 'answer ns.example.test')
check 'the server of a zone' 'DNS_CHECK 5301' "$good" '' \
	< <(ask SOA example.test 'answer ns.example.test')
check 'no such name' 'DNS_CHECK 5301' "$bad" 'NXDOMAIN, expected NOERROR' \
	< <(ask A none.example.test)
check 'no such name, as expected' 'DNS_CHECK 5301' "$good" '' \
	< <(ask A none.example.test 'rcode NXDOMAIN')
check 'no record of that type' 'DNS_CHECK 5301' "$bad" \
	'no answer 192.0.2.1, but nothing' < <(ask A example.test 'answer 192.0.2.1')
check 'silence' 'DNS_CHECK 5302' "$bad" 'timed out, no reply' </dev/null
check 'garbage' 'DNS_CHECK 5303' "$bad" 'the reply is not DNS' </dev/null
check 'a server that fails' 'DNS_CHECK 5304' "$bad" 'SERVFAIL, expected NOERROR' </dev/null
check 'the answer to another query' 'DNS_CHECK 5305' "$bad" \
	'the reply is for another query' </dev/null
check 'another id' 'DNS_CHECK 5306' "$bad" 'the reply is for another query' </dev/null
check 'a name that points at itself' 'DNS_CHECK 5307' "$bad" 'the reply is damaged' \
	< <(ask A www.example.test 'answer 192.0.2.1')
check 'a truncated answer' 'DNS_CHECK 5308' "$bad" \
	'truncated, no answer 192.0.2.1, but nothing' \
	< <(ask A www.example.test 'answer 192.0.2.1')
check 'a record that is cut off' 'DNS_CHECK 5309' "$bad" 'the reply is damaged' \
	< <(ask A www.example.test 'answer 192.0.2.1')
check 'nobody listens' 'DNS_CHECK 5399' "$bad" '*Connection refused' </dev/null
judge
