// SPDX-License-Identifier: GPL-2.0
/*
 * Addresses and keys as text
 *
 * A listing may have a million connections with four addresses each, which is
 * why numbers are not written by printf() here.
 */
#include <arpa/inet.h>
#include <string.h>

#include <nflb/nflb.h>

/* Return: the end of what was written, without NUL. */
static char *put_number(char *to, unsigned int number)
{
	char digits[10];
	size_t i = sizeof(digits);

	do {
		digits[--i] = '0' + number % 10;
		number /= 10;
	} while (number);
	return mempcpy(to, digits + i, sizeof(digits) - i);
}

static char *put_text(char *to, const char *text)
{
	return mempcpy(to, text, strlen(text));
}

static char *put_v4(char *to, const struct in_addr *address)
{
	const unsigned char *byte = (const unsigned char *)address;
	int i;

	for (i = 0; i < 4; i++) {
		if (i)
			*to++ = '.';
		to = put_number(to, byte[i]);
	}
	return to;
}

/* Room for NFLB_ADDRESS_LEN is there; the NUL counts as the end. */
static char *put_address(char *to, const struct nflb_address *address)
{
	if (address->family == AF_INET)
		return put_v4(to, &address->v4);
	if (!inet_ntop(address->family, &address->v6, to, NFLB_ADDRESS_LEN))
		return put_text(to, "?");
	return to + strlen(to);
}

static char *put_host(char *to, const struct nflb_address *address)
{
	if (address->family != AF_INET6)
		return put_address(to, address);
	*to++ = '[';
	to = put_address(to, address);
	*to++ = ']';
	return to;
}

/**
 * nflb_address_format() - write an address, IPv6 in its canonical form
 * @address: the address
 * @text: where to
 */
void nflb_address_format(const struct nflb_address *address,
			 char text[NFLB_ADDRESS_LEN])
{
	*put_address(text, address) = '\0';
}

/**
 * nflb_endpoint_format() - write an address with its port
 * @address: the address
 * @port: the port; 0 is left out
 * @text: where to
 */
void nflb_endpoint_format(const struct nflb_address *address, uint16_t port,
			  char text[NFLB_ENDPOINT_LEN])
{
	char *to = put_host(text, address);

	if (port) {
		*to++ = ':';
		to = put_number(to, port);
	}
	*to = '\0';
}

static char *put_mark(char *to, const struct nflb_key *key)
{
	to = put_number(put_text(to, "mark "), key->mark);
	return key->address.family == AF_INET6 ? put_text(to, " family 6") : to;
}

static char *put_ports(char *to, const struct nflb_key *key)
{
	*to++ = ':';
	if (!key->port && !key->port_last)
		return put_text(to, "any");
	to = put_number(to, key->port);
	if (key->port_last) {
		*to++ = '-';
		to = put_number(to, key->port_last);
	}
	return to;
}

/**
 * nflb_key_format() - write the key of a service as the command line has it
 * @key: the key
 * @text: where to
 */
void nflb_key_format(const struct nflb_key *key, char text[NFLB_KEY_LEN])
{
	const char *protocol = nflb_name(&nflb_protocols, key->protocol);
	char *to;

	if (!key->protocol) {
		*put_mark(text, key) = '\0';
		return;
	}
	to = put_text(text, protocol ? protocol : "?");
	*to++ = ' ';
	to = put_host(to, &key->address);
	if (key->prefix) {
		*to++ = '/';
		to = put_number(to, key->prefix);
	}
	*put_ports(to, key) = '\0';
}
