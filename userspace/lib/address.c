// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses and ports as text
 *
 * An endpoint is 192.0.2.1:80 or [2001:db8::1]:80. The brackets are required:
 * without them nobody can tell the port from the end of the address.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <nflb/nflb.h>

/* An endpoint taken apart, nothing interpreted yet. */
struct parts {
	char host[NFLB_ADDRESS_LEN];
	const char *prefix;	/* NULL: none given; ends with the port */
	const char *port;	/* NULL: none given */
	bool bracketed;
};

static int refuse(const char **why, const char *reason)
{
	*why = reason;
	return -EINVAL;
}

/**
 * nflb_number_parse() - read a decimal number
 * @text: digits only: no sign, no space, no other base
 * @number: the result
 *
 * Return: 0; -EINVAL when @text is not a number, -ERANGE when it does not fit.
 */
int nflb_number_parse(const char *text, uint64_t *number)
{
	uint64_t result = 0;
	bool fits = true;
	const char *p;

	for (p = text; *p >= '0' && *p <= '9'; p++)
		fits = fits && !__builtin_mul_overflow(result, 10, &result) &&
		       !__builtin_add_overflow(result, *p - '0', &result);
	if (p == text || *p)
		return -EINVAL;
	if (!fits)
		return -ERANGE;
	*number = result;
	return 0;
}

/**
 * nflb_address_parse() - read an address without brackets and port
 * @text: the address
 * @address: the result
 *
 * Return: 0 or -EINVAL.
 */
int nflb_address_parse(const char *text, struct nflb_address *address)
{
	struct nflb_address result = { 0 };

	if (inet_pton(AF_INET, text, &result.v4) == 1)
		result.family = AF_INET;
	else if (inet_pton(AF_INET6, text, &result.v6) == 1)
		result.family = AF_INET6;
	else
		return -EINVAL;
	*address = result;
	return 0;
}

static int copy_host(struct parts *parts, const char *text, size_t len,
		     const char **why)
{
	if (!len)
		return refuse(why, "the address is missing");
	if (len >= sizeof(parts->host))
		return refuse(why, "this is not an address");
	memcpy(parts->host, text, len);
	parts->host[len] = '\0';
	return 0;
}

static int split_bracketed(const char *text, struct parts *parts,
			   const char **why)
{
	const char *end = strchr(text, ']'), *rest;

	if (!end)
		return refuse(why, "']' is missing");
	rest = end + 1;
	if (*rest == '/') {
		parts->prefix = rest + 1;
		rest = strchr(rest, ':');
	} else if (*rest && *rest != ':') {
		return refuse(why, "only ':PORT' may follow ']'");
	}
	parts->bracketed = true;
	parts->port = rest && *rest ? rest + 1 : NULL;
	return copy_host(parts, text + 1, end - text - 1, why);
}

static int split_plain(const char *text, struct parts *parts, const char **why)
{
	const char *colon = strchr(text, ':');
	size_t len = strcspn(text, "/:");

	if (colon && strchr(colon + 1, ':'))
		return refuse(why, memchr(text, '.', colon - text) ?
			      "there is more than one ':'" :
			      "IPv6 addresses are bracketed, as in [2001:db8::1]:80");
	parts->bracketed = false;
	parts->prefix = text[len] == '/' ? text + len + 1 : NULL;
	parts->port = colon ? colon + 1 : NULL;
	return copy_host(parts, text, len, why);
}

static int parse_host(const struct parts *parts, struct nflb_address *address,
		      const char **why)
{
	if (nflb_address_parse(parts->host, address))
		return refuse(why, parts->bracketed ?
			      "this is not an IPv6 address" :
			      "this is not an address (names are not looked up)");
	if (parts->bracketed && address->family != AF_INET6)
		return refuse(why, "only IPv6 addresses are bracketed");
	return 0;
}

static int split(const char *text, struct parts *parts,
		 struct nflb_address *address, const char **why)
{
	int err;

	parts->prefix = NULL;
	err = text[0] == '[' ? split_bracketed(text, parts, why) :
			       split_plain(text, parts, why);
	return err ? err : parse_host(parts, address, why);
}

static int parse_port(const char *text, uint16_t *port, const char **why)
{
	uint64_t number = 0;

	if (nflb_number_parse(text, &number) || !number || number > UINT16_MAX)
		return refuse(why, "the port must be a number from 1 to 65535");
	*port = (uint16_t)number;
	return 0;
}

/**
 * nflb_endpoint_parse() - read an address with or without a port
 * @text: ADDRESS, ADDRESS:PORT, [ADDRESS6] or [ADDRESS6]:PORT
 * @address: the address
 * @port: the port, 0 when there is none
 * @why: on failure, a sentence that says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int nflb_endpoint_parse(const char *text, struct nflb_address *address,
			uint16_t *port, const char **why)
{
	struct parts parts;
	int err;

	if (strchr(text, '/'))
		return refuse(why, "only a service has a prefix");
	err = split(text, &parts, address, why);
	if (err)
		return err;
	*port = 0;
	return parts.port ? parse_port(parts.port, port, why) : 0;
}

static int parse_bits(const char *text, size_t len, sa_family_t family,
		      uint8_t *prefix, const char **why)
{
	uint64_t bits = 0, max = family == AF_INET ? 32 : 128;
	char digits[sizeof("128")] = "";

	if (len < sizeof(digits))
		memcpy(digits, text, len);
	if (nflb_number_parse(digits, &bits) || !bits || bits > max)
		return refuse(why, max == 32 ?
			      "the prefix length must be a number from 1 to 32" :
			      "the prefix length must be a number from 1 to 128");
	*prefix = bits == max ? 0 : (uint8_t)bits;
	return 0;
}

static int parse_ports(const char *text, struct nflb_key *key, const char **why)
{
	const char *dash = strchr(text, '-');
	char first[sizeof("65535")] = "";

	if (!strcmp(text, "any"))
		return 0;
	if (!dash)
		return parse_port(text, &key->port, why);
	if ((size_t)(dash - text) < sizeof(first))
		memcpy(first, text, dash - text);
	if (parse_port(first, &key->port, why) ||
	    parse_port(dash + 1, &key->port_last, why))
		return refuse(why, "a port range is two numbers from 1 to 65535, as in 8000-8100");
	if (key->port_last < key->port)
		return refuse(why, "the port range ends before it begins");
	if (key->port_last == key->port)
		key->port_last = 0;
	return 0;
}

/**
 * nflb_key_parse() - read what a service is at
 * @text: ADDRESS[/PREFIX]:PORTS, where PORTS is PORT, PORT-PORT or "any" and an
 *	IPv6 address is in brackets: [2001:db8::]/64:80
 * @key: the key, of which all but the protocol is set
 * @why: on failure, a sentence that says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int nflb_key_parse(const char *text, struct nflb_key *key, const char **why)
{
	struct parts parts;

	key->prefix = 0;
	key->port = 0;
	key->port_last = 0;
	if (split(text, &parts, &key->address, why))
		return -EINVAL;
	if (parts.prefix &&
	    parse_bits(parts.prefix, strcspn(parts.prefix, ":"),
		       key->address.family, &key->prefix, why))
		return -EINVAL;
	if (!parts.port)
		return refuse(why, "':PORT' is missing");
	return parse_ports(parts.port, key, why);
}

/**
 * nflb_prefix_parse() - read an address with or without a prefix length
 * @text: ADDRESS or ADDRESS/LENGTH; brackets are not needed, there is no port
 * @address: the address
 * @prefix: the length, all bits when there is none
 * @why: on failure, a sentence that says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int nflb_prefix_parse(const char *text, struct nflb_address *address,
		      uint8_t *prefix, const char **why)
{
	const char *slash = strchr(text, '/');
	struct parts parts;
	uint64_t bits, max;

	if (copy_host(&parts, text, slash ? (size_t)(slash - text) :
		      strlen(text), why))
		return -EINVAL;
	if (nflb_address_parse(parts.host, address))
		return refuse(why, "this is not ADDRESS or ADDRESS/LENGTH");

	max = address->family == AF_INET ? 32 : 128;
	bits = max;
	if (slash && (nflb_number_parse(slash + 1, &bits) || bits > max))
		return refuse(why, max == 32 ?
			      "the prefix length must be a number from 0 to 32" :
			      "the prefix length must be a number from 0 to 128");
	*prefix = (uint8_t)bits;
	return 0;
}

/**
 * nflb_address_bits() - length of an address
 * @address: the address
 *
 * Return: 32 or 128.
 */
int nflb_address_bits(const struct nflb_address *address)
{
	return address->family == AF_INET6 ? 128 : 32;
}

/**
 * nflb_address_equal() - compare two addresses
 * @a: one
 * @b: the other
 *
 * Return: whether they are the same, the family included.
 */
bool nflb_address_equal(const struct nflb_address *a,
			const struct nflb_address *b)
{
	if (a->family != b->family)
		return false;
	if (a->family == AF_INET)
		return a->v4.s_addr == b->v4.s_addr;
	return !memcmp(&a->v6, &b->v6, sizeof(a->v6));
}

/**
 * nflb_key_equal() - compare the keys of two services
 * @a: one
 * @b: the other
 *
 * Return: whether they name the same service.
 */
bool nflb_key_equal(const struct nflb_key *a, const struct nflb_key *b)
{
	return a->protocol == b->protocol && a->mark == b->mark &&
	       a->port == b->port &&
	       a->port_last == b->port_last && a->prefix == b->prefix &&
	       nflb_address_equal(&a->address, &b->address);
}
