// SPDX-License-Identifier: GPL-2.0
/*
 * Attributes that several objects have in common
 *
 * Answers of a newer module may have more attributes than are known here, and
 * those of an older one fewer: numbers that are absent read as 0, addresses
 * that are absent are errors.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "priv.h"

int nflb_put_address(struct nl_msg *msg, int attr4, int attr6,
		     const struct nflb_address *address)
{
	if (address->family == AF_INET6)
		return nla_put(msg, attr6, sizeof(address->v6), &address->v6);
	return nla_put_u32(msg, attr4, address->v4.s_addr);
}

int nflb_put_port(struct nl_msg *msg, int attr, uint16_t port)
{
	return nla_put_u16(msg, attr, htons(port));
}

static int put_mark(struct nl_msg *msg, const struct nflb_key *key)
{
	int err = nla_put_u32(msg, NFLB_SERVICE_MARK, key->mark);

	return err ? err : nla_put_u8(msg, NFLB_SERVICE_FAMILY,
				      (uint8_t)key->address.family);
}

/**
 * nflb_put_service_key() - put the key of a service into an open nest
 * @msg: the request, inside NFLB_A_SERVICE
 * @key: the key
 *
 * Return: 0 or a negative libnl error code.
 */
int nflb_put_service_key(struct nl_msg *msg, const struct nflb_key *key)
{
	int err;

	if (!key->protocol)
		return put_mark(msg, key);
	err = nla_put_u8(msg, NFLB_SERVICE_PROTOCOL, key->protocol);
	if (!err)
		err = nflb_put_address(msg, NFLB_SERVICE_ADDR4,
				       NFLB_SERVICE_ADDR6, &key->address);
	if (!err)
		err = nflb_put_port(msg, NFLB_SERVICE_PORT, key->port);
	if (!err && key->port_last)
		err = nflb_put_port(msg, NFLB_SERVICE_PORT_LAST,
				    key->port_last);
	if (!err && key->prefix)
		err = nla_put_u8(msg, NFLB_SERVICE_PREFIX, key->prefix);
	return err;
}

/**
 * nflb_put_key() - put NFLB_A_SERVICE with nothing but a key
 * @msg: the request
 * @key: the key
 *
 * Return: 0 or a negative libnl error code.
 */
int nflb_put_key(struct nl_msg *msg, const struct nflb_key *key)
{
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_SERVICE);
	int err = nest ? nflb_put_service_key(msg, key) : -NLE_NOMEM;

	return err ? err : nla_nest_end(msg, nest);
}

/**
 * nflb_put_backend_key() - put what names a backend into an open nest
 * @msg: the request, inside NFLB_A_BACKEND
 * @address: its address
 * @port: its port; 0 is left out
 *
 * Return: 0 or a negative libnl error code.
 */
int nflb_put_backend_key(struct nl_msg *msg,
			 const struct nflb_address *address, uint16_t port)
{
	int err = nflb_put_address(msg, NFLB_BACKEND_ADDR4, NFLB_BACKEND_ADDR6,
				   address);

	if (!err && port)
		err = nflb_put_port(msg, NFLB_BACKEND_PORT, port);
	return err;
}

int nflb_get_address(struct nlattr *attr4, struct nlattr *attr6,
		     struct nflb_address *address)
{
	memset(address, 0, sizeof(*address));
	if (attr4 && nla_len(attr4) == sizeof(address->v4)) {
		address->family = AF_INET;
		memcpy(&address->v4, nla_data(attr4), sizeof(address->v4));
		return 0;
	}
	if (attr6 && nla_len(attr6) == sizeof(address->v6)) {
		address->family = AF_INET6;
		memcpy(&address->v6, nla_data(attr6), sizeof(address->v6));
		return 0;
	}
	return -EPROTO;
}

static void get_number(struct nlattr *attr, void *number, int size)
{
	memset(number, 0, size);
	if (attr && nla_len(attr) == size)
		memcpy(number, nla_data(attr), size);
}

uint16_t nflb_get_port(struct nlattr *attr)
{
	uint16_t port;

	get_number(attr, &port, sizeof(port));
	return ntohs(port);
}

uint64_t nflb_get_u64(struct nlattr *attr)
{
	uint64_t number;

	get_number(attr, &number, sizeof(number));
	return number;
}

uint32_t nflb_get_u32(struct nlattr *attr)
{
	uint32_t number;

	get_number(attr, &number, sizeof(number));
	return number;
}

uint8_t nflb_get_u8(struct nlattr *attr)
{
	uint8_t number;

	get_number(attr, &number, sizeof(number));
	return number;
}

static int get_nest(struct nlattr *nest, struct nlattr **attrs, int max)
{
	if (!nest || nla_parse_nested(attrs, max, nest, NULL))
		return -EPROTO;
	return 0;
}

/**
 * nflb_get_service() - open NFLB_A_SERVICE
 * @nest: the attribute, or NULL
 * @attrs: room for NFLB_SERVICE_MAX + 1
 *
 * Return: 0 or -EPROTO.
 */
int nflb_get_service(struct nlattr *nest, struct nlattr **attrs)
{
	return get_nest(nest, attrs, NFLB_SERVICE_MAX);
}

static int get_mark(struct nlattr **attrs, struct nflb_key *key)
{
	uint8_t family = nflb_get_u8(attrs[NFLB_SERVICE_FAMILY]);

	key->mark = nflb_get_u32(attrs[NFLB_SERVICE_MARK]);
	key->address.family = family;
	return family == AF_INET || family == AF_INET6 ? 0 : -EPROTO;
}

/**
 * nflb_get_key() - key of a service
 * @attrs: what nflb_get_service() found
 * @key: the result
 *
 * Return: 0 or -EPROTO.
 */
int nflb_get_key(struct nlattr **attrs, struct nflb_key *key)
{
	memset(key, 0, sizeof(*key));
	if (attrs[NFLB_SERVICE_MARK])
		return get_mark(attrs, key);
	key->protocol = nflb_get_u8(attrs[NFLB_SERVICE_PROTOCOL]);
	key->prefix = nflb_get_u8(attrs[NFLB_SERVICE_PREFIX]);
	key->port = nflb_get_port(attrs[NFLB_SERVICE_PORT]);
	key->port_last = nflb_get_port(attrs[NFLB_SERVICE_PORT_LAST]);
	return nflb_get_address(attrs[NFLB_SERVICE_ADDR4],
				attrs[NFLB_SERVICE_ADDR6], &key->address);
}

/**
 * nflb_get_backend() - open NFLB_A_BACKEND
 * @nest: the attribute, or NULL
 * @attrs: room for NFLB_BACKEND_MAX + 1
 *
 * Return: 0 or -EPROTO.
 */
int nflb_get_backend(struct nlattr *nest, struct nlattr **attrs)
{
	return get_nest(nest, attrs, NFLB_BACKEND_MAX);
}

/**
 * nflb_get_backend_key() - what names a backend in NFLB_A_BACKEND
 * @nest: the attribute, or NULL
 * @address: its address
 * @port: its port
 *
 * Return: 0 or -EPROTO.
 */
int nflb_get_backend_key(struct nlattr *nest, struct nflb_address *address,
			 uint16_t *port)
{
	struct nlattr *in[NFLB_BACKEND_MAX + 1];

	if (nflb_get_backend(nest, in))
		return -EPROTO;
	*port = nflb_get_port(in[NFLB_BACKEND_PORT]);
	return nflb_get_address(in[NFLB_BACKEND_ADDR4], in[NFLB_BACKEND_ADDR6],
				address);
}

/**
 * nflb_get_stats() - counters of a service, a backend or of everything
 * @nest: the attribute, or NULL: all counters 0
 * @stats: the result
 *
 * Return: 0 or -EPROTO.
 */
int nflb_get_stats(struct nlattr *nest, struct nflb_stats *stats)
{
	struct nlattr *attrs[NFLB_STATS_MAX + 1];

	memset(stats, 0, sizeof(*stats));
	if (!nest)
		return 0;
	if (get_nest(nest, attrs, NFLB_STATS_MAX))
		return -EPROTO;
	stats->connections = nflb_get_u64(attrs[NFLB_STATS_CONNECTIONS]);
	stats->packets_in = nflb_get_u64(attrs[NFLB_STATS_PACKETS_IN]);
	stats->bytes_in = nflb_get_u64(attrs[NFLB_STATS_BYTES_IN]);
	stats->packets_out = nflb_get_u64(attrs[NFLB_STATS_PACKETS_OUT]);
	stats->bytes_out = nflb_get_u64(attrs[NFLB_STATS_BYTES_OUT]);
	return 0;
}
