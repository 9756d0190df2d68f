// SPDX-License-Identifier: GPL-2.0
/* Addresses, ports, prefixes and numbers as text */
#include <errno.h>

#include <nflb/nflb.h>

#include "tap.h"

/* Text that is read, and the canonical text of what was read. */
static const struct {
	const char *text;
	const char *canonical;
} good[] = {
	{ "192.0.2.1:80", "192.0.2.1:80" },
	{ "192.0.2.1", "192.0.2.1" },
	{ "192.0.2.1:1", "192.0.2.1:1" },
	{ "255.255.255.255:65535", "255.255.255.255:65535" },
	{ "192.0.2.1:0080", "192.0.2.1:80" },
	{ "[2001:db8::1]:80", "[2001:db8::1]:80" },
	{ "[2001:db8::1]", "[2001:db8::1]" },
	{ "[2001:DB8:0:0:0:0:0:1]:443", "[2001:db8::1]:443" },
	{ "[::]:53", "[::]:53" },
	{ "[::ffff:192.0.2.1]:53", "[::ffff:192.0.2.1]:53" },
	{ "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535",
	  "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:65535" },
};

static const struct {
	const char *text;
	const char *why;
} bad[] = {
	{ "", "the address is missing" },
	{ ":80", "the address is missing" },
	{ "[]:80", "the address is missing" },
	{ "192.0.2.1:", "the port must be a number from 1 to 65535" },
	{ "192.0.2.1:0", "the port must be a number from 1 to 65535" },
	{ "192.0.2.1:65536", "the port must be a number from 1 to 65535" },
	{ "192.0.2.1:99999999999999999999",
	  "the port must be a number from 1 to 65535" },
	{ "192.0.2.1:-1", "the port must be a number from 1 to 65535" },
	{ "192.0.2.1:+80", "the port must be a number from 1 to 65535" },
	{ "192.0.2.1: 80", "the port must be a number from 1 to 65535" },
	{ "192.0.2.1:0x50", "the port must be a number from 1 to 65535" },
	{ "192.0.2.1:http", "the port must be a number from 1 to 65535" },
	{ "192.0.2.1:any", "the port must be a number from 1 to 65535" },
	{ "192.0.2.1:80-90", "the port must be a number from 1 to 65535" },
	{ "192.0.2.0/24:80", "only a service has a prefix" },
	{ "[2001:db8::]/64:80", "only a service has a prefix" },
	{ "192.0.2.1:80:90", "there is more than one ':'" },
	{ "2001:db8::1:80",
	  "IPv6 addresses are bracketed, as in [2001:db8::1]:80" },
	{ "2001:db8::1",
	  "IPv6 addresses are bracketed, as in [2001:db8::1]:80" },
	{ "::1", "IPv6 addresses are bracketed, as in [2001:db8::1]:80" },
	{ "[2001:db8::1", "']' is missing" },
	{ "[2001:db8::1]80", "only ':PORT' may follow ']'" },
	{ "[192.0.2.1]:80", "only IPv6 addresses are bracketed" },
	{ "[2001:db8::g]:80", "this is not an IPv6 address" },
	{ "[fe80::1%eth0]:80", "this is not an IPv6 address" },
	{ "[2001:db8:::1]:80", "this is not an IPv6 address" },
	{ "192.0.2:80", "this is not an address (names are not looked up)" },
	{ "192.0.2.256:80", "this is not an address (names are not looked up)" },
	{ "192.0.2.01:80", "this is not an address (names are not looked up)" },
	{ "localhost:80", "this is not an address (names are not looked up)" },
	{ "a.name.that.is.longer.than.any.address.could.possibly.be:80",
	  "this is not an address" },
};

static void test_endpoints(void)
{
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(*good); i++) {
		char text[NFLB_ENDPOINT_LEN] = "refused";
		struct nflb_address address;
		const char *why = "";
		uint16_t port;

		if (!nflb_endpoint_parse(good[i].text, &address, &port, &why))
			nflb_endpoint_format(&address, port, text);
		is_text(text, good[i].canonical, good[i].text);
	}
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct nflb_address address;
		const char *why = "accepted";
		uint16_t port;
		int err;

		err = nflb_endpoint_parse(bad[i].text, &address, &port, &why);
		is_text(err == -EINVAL ? why : "accepted", bad[i].why,
			bad[i].text);
	}
}

static void check_prefix(const char *text, const char *address, unsigned int bits)
{
	char got[NFLB_ADDRESS_LEN] = "refused";
	struct nflb_address parsed;
	const char *why = "";
	uint8_t prefix = 0;

	if (!nflb_prefix_parse(text, &parsed, &prefix, &why))
		nflb_address_format(&parsed, got);
	is_text(got, address, text);
	is_number(prefix, bits, text);
}

static void check_bad_prefix(const char *text, const char *expected)
{
	struct nflb_address address;
	const char *why = "accepted";
	uint8_t prefix;

	nflb_prefix_parse(text, &address, &prefix, &why);
	is_text(why, expected, text);
}

static void test_prefixes(void)
{
	check_prefix("192.0.2.0/24", "192.0.2.0", 24);
	check_prefix("192.0.2.1", "192.0.2.1", 32);
	check_prefix("0.0.0.0/0", "0.0.0.0", 0);
	check_prefix("2001:db8::/32", "2001:db8::", 32);
	check_prefix("2001:db8::1", "2001:db8::1", 128);
	check_prefix("::/0", "::", 0);
	check_bad_prefix("192.0.2.0/33",
			 "the prefix length must be a number from 0 to 32");
	check_bad_prefix("2001:db8::/129",
			 "the prefix length must be a number from 0 to 128");
	check_bad_prefix("192.0.2.0/",
			 "the prefix length must be a number from 0 to 32");
	check_bad_prefix("/24", "the address is missing");
	check_bad_prefix("192.0.2.0:80",
			 "this is not ADDRESS or ADDRESS/LENGTH");
}

static void check_number(const char *text, int err, uint64_t expected)
{
	uint64_t number = 0;

	is_number((uint64_t)nflb_number_parse(text, &number), (uint64_t)err,
		  text);
	is_number(number, expected, text);
}

static void test_numbers(void)
{
	check_number("0", 0, 0);
	check_number("18446744073709551615", 0, UINT64_MAX);
	check_number("18446744073709551616", -ERANGE, 0);
	check_number("99999999999999999999999", -ERANGE, 0);
	check_number("184467440737095516160", -ERANGE, 0);
	check_number("", -EINVAL, 0);
	check_number("-1", -EINVAL, 0);
	check_number("1 ", -EINVAL, 0);
	check_number("1e3", -EINVAL, 0);
}

/* What names a service, and its canonical text. */
static const struct {
	const char *text;
	const char *canonical;
} good_keys[] = {
	{ "192.0.2.1:80", "tcp 192.0.2.1:80" },
	{ "192.0.2.1:any", "tcp 192.0.2.1:any" },
	{ "192.0.2.1:8000-8100", "tcp 192.0.2.1:8000-8100" },
	{ "192.0.2.1:1-65535", "tcp 192.0.2.1:1-65535" },
	{ "192.0.2.1:80-80", "tcp 192.0.2.1:80" },
	{ "192.0.2.0/24:443", "tcp 192.0.2.0/24:443" },
	{ "192.0.2.0/24:80-90", "tcp 192.0.2.0/24:80-90" },
	{ "192.0.2.0/24:any", "tcp 192.0.2.0/24:any" },
	{ "192.0.2.1/32:443", "tcp 192.0.2.1:443" },
	{ "[2001:db8::1]:any", "tcp [2001:db8::1]:any" },
	{ "[2001:db8::]/64:443", "tcp [2001:db8::]/64:443" },
	{ "[2001:DB8::]/32:80-90", "tcp [2001:db8::]/32:80-90" },
	{ "[2001:db8::1]/128:443", "tcp [2001:db8::1]:443" },
	{ "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]/127:65534-65535",
	  "tcp [ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]/127:65534-65535" },
};

static const struct {
	const char *text;
	const char *why;
} bad_keys[] = {
	{ "192.0.2.1", "':PORT' is missing" },
	{ "192.0.2.0/24", "':PORT' is missing" },
	{ "[2001:db8::]/64", "':PORT' is missing" },
	{ "192.0.2.1:", "the port must be a number from 1 to 65535" },
	{ "192.0.2.1:0", "the port must be a number from 1 to 65535" },
	{ "192.0.2.1:all", "the port must be a number from 1 to 65535" },
	{ "192.0.2.1:90-80", "the port range ends before it begins" },
	{ "192.0.2.1:0-80",
	  "a port range is two numbers from 1 to 65535, as in 8000-8100" },
	{ "192.0.2.1:80-",
	  "a port range is two numbers from 1 to 65535, as in 8000-8100" },
	{ "192.0.2.1:-80",
	  "a port range is two numbers from 1 to 65535, as in 8000-8100" },
	{ "192.0.2.1:80-90-91",
	  "a port range is two numbers from 1 to 65535, as in 8000-8100" },
	{ "192.0.2.1:123456-123457",
	  "a port range is two numbers from 1 to 65535, as in 8000-8100" },
	{ "192.0.2.0/0:80", "the prefix length must be a number from 1 to 32" },
	{ "192.0.2.0/33:80", "the prefix length must be a number from 1 to 32" },
	{ "192.0.2.0/:80", "the prefix length must be a number from 1 to 32" },
	{ "192.0.2.0/2400:80", "the prefix length must be a number from 1 to 32" },
	{ "[2001:db8::]/129:80",
	  "the prefix length must be a number from 1 to 128" },
	{ "[2001:db8::/64]:80", "this is not an IPv6 address" },
	{ "2001:db8::/64:80",
	  "IPv6 addresses are bracketed, as in [2001:db8::1]:80" },
	{ "[192.0.2.0]/24:80", "only IPv6 addresses are bracketed" },
	{ "/24:80", "the address is missing" },
};

static void test_key_texts(void)
{
	size_t i;

	for (i = 0; i < sizeof(good_keys) / sizeof(*good_keys); i++) {
		struct nflb_key key = { .protocol = IPPROTO_TCP };
		char text[NFLB_KEY_LEN] = "refused";
		const char *why = "";

		if (!nflb_key_parse(good_keys[i].text, &key, &why))
			nflb_key_format(&key, text);
		is_text(text, good_keys[i].canonical, good_keys[i].text);
	}
	for (i = 0; i < sizeof(bad_keys) / sizeof(*bad_keys); i++) {
		const char *why = "accepted";
		struct nflb_key key;
		int err;

		err = nflb_key_parse(bad_keys[i].text, &key, &why);
		is_text(err == -EINVAL ? why : "accepted", bad_keys[i].why,
			bad_keys[i].text);
	}
}

static void test_keys(void)
{
	struct nflb_key a = { .protocol = IPPROTO_TCP, .port = 80 };
	char text[NFLB_KEY_LEN];
	struct nflb_key b;

	nflb_address_parse("2001:db8::1", &a.address);
	nflb_key_format(&a, text);
	is_text(text, "tcp [2001:db8::1]:80", "a key as text");

	b = a;
	ok(nflb_key_equal(&a, &b), "a key equals its copy");
	b.protocol = IPPROTO_UDP;
	ok(!nflb_key_equal(&a, &b), "another protocol is another key");
	b = a;
	b.port = 81;
	ok(!nflb_key_equal(&a, &b), "another port is another key");
	b = a;
	b.port_last = 81;
	ok(!nflb_key_equal(&a, &b), "a range is another key");
	b = a;
	b.prefix = 127;
	ok(!nflb_key_equal(&a, &b), "a prefix is another key");
	b = a;
	b.mark = 5;
	b.protocol = 0;
	ok(!nflb_key_equal(&a, &b), "a mark is another key");
	nflb_key_format(&b, text);
	is_text(text, "mark 5 family 6", "a mark as text");
	a = b;
	ok(nflb_key_equal(&a, &b), "which equals its copy");
	a.mark = 6;
	ok(!nflb_key_equal(&a, &b), "and no other mark");
	a = b;
	a.address.family = AF_INET;
	ok(!nflb_key_equal(&a, &b), "nor that of another family");
	a = (struct nflb_key){ .protocol = IPPROTO_TCP, .port = 80 };
	nflb_address_parse("2001:db8::1", &a.address);
	b = a;
	b.address.v6.s6_addr[15] = 2;
	ok(!nflb_key_equal(&a, &b), "another address is another key");
	nflb_address_parse("32.1.13.184", &b.address);
	ok(!nflb_key_equal(&a, &b), "another family is another key");
}

static void check_names(const struct nflb_names *names, const char *what)
{
	unsigned int i, wrong = 0;

	for (i = 0; i < names->count; i++) {
		const char *name = nflb_name(names, i);

		if (name && nflb_value(names, name) != (int)i)
			wrong++;
	}
	ok(!wrong, "every name of a %s leads back to its number", what);
	ok(!nflb_name(names, names->count), "an unknown %s has no name", what);
	ok(nflb_value(names, "nothing") == -1, "'nothing' is no %s", what);
}

int main(void)
{
	test_endpoints();
	test_prefixes();
	test_numbers();
	test_key_texts();
	test_keys();
	check_names(&nflb_protocols, "protocol");
	check_names(&nflb_forwards, "forward");
	check_names(&nflb_states, "state");
	check_names(&nflb_timeouts, "timeout");
	check_names(&nflb_drops, "drop");
	return tap_end();
}
