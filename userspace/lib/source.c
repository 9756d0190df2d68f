// SPDX-License-Identifier: GPL-2.0
/* Pools of source addresses: as text, in requests and in answers */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "priv.h"

static int refuse(const char **why, const char *reason)
{
	*why = reason;
	return -EINVAL;
}

static int parse_one(const char *text, size_t len,
		     struct nflb_source_pool *pool, const char **why)
{
	char word[NFLB_ADDRESS_LEN + sizeof("/128")];
	struct nflb_prefix *prefix = &pool->prefix[pool->count];

	if (pool->count == NFLB_SOURCE_PREFIXES_MAX)
		return refuse(why, "more than 16 prefixes");
	if (len >= sizeof(word))
		return refuse(why, "this is not ADDRESS or ADDRESS/LENGTH");
	memcpy(word, text, len);
	word[len] = '\0';
	if (nflb_prefix_parse(word, &prefix->address, &prefix->length, why))
		return -EINVAL;
	if (prefix->address.family != pool->prefix[0].address.family)
		return refuse(why, "addresses of both families");
	pool->count++;
	return 0;
}

/**
 * nflb_source_pool_parse() - read the addresses of a pool
 * @text: ADDRESS[/LENGTH][,ADDRESS[/LENGTH]]..., without brackets; or none
 * @pool: the result, with the default ports
 * @why: on failure, a sentence that says what is wrong
 *
 * Return: 0 or -EINVAL.
 */
int nflb_source_pool_parse(const char *text, struct nflb_source_pool *pool,
			   const char **why)
{
	size_t len;

	*pool = (struct nflb_source_pool){
		.port_min = NFLB_SOURCE_PORT_MIN,
		.port_max = NFLB_SOURCE_PORT_MAX,
	};
	if (!strcmp(text, "none"))
		return 0;
	for (;; text += len + 1) {
		len = strcspn(text, ",");
		if (parse_one(text, len, pool, why))
			return -EINVAL;
		if (!text[len])
			return 0;
	}
}

static int format_one(const struct nflb_prefix *prefix, char *text, size_t size)
{
	unsigned int bits = prefix->address.family == AF_INET ? 32 : 128;
	char address[NFLB_ADDRESS_LEN];

	nflb_address_format(&prefix->address, address);
	if (prefix->length == bits)
		return snprintf(text, size, "%s", address);
	return snprintf(text, size, "%s/%u", address, prefix->length);
}

/**
 * nflb_prefix_format() - write a prefix; one of a single address without length
 * @prefix: the prefix
 * @text: where to
 */
void nflb_prefix_format(const struct nflb_prefix *prefix,
			char text[NFLB_PREFIX_LEN])
{
	format_one(prefix, text, NFLB_PREFIX_LEN);
}

/**
 * nflb_source_pool_format() - write the addresses of a pool
 * @pool: the pool
 * @text: where to, as nflb_source_pool_parse() reads it
 */
void nflb_source_pool_format(const struct nflb_source_pool *pool,
			     char text[NFLB_SOURCE_POOL_LEN])
{
	size_t len = 0;
	unsigned int i;

	snprintf(text, NFLB_SOURCE_POOL_LEN, "none");
	for (i = 0; i < pool->count; i++) {
		if (i)
			text[len++] = ',';
		len += format_one(&pool->prefix[i], text + len,
				  NFLB_SOURCE_POOL_LEN - len);
	}
}

static int put_prefix(struct nl_msg *msg, const struct nflb_prefix *prefix)
{
	struct nlattr *nest = nla_nest_start(msg, NFLB_SOURCE_POOL_PREFIX);
	int err;

	if (!nest)
		return -NLE_NOMEM;
	err = nflb_put_address(msg, NFLB_SOURCE_PREFIX_ADDR4,
			       NFLB_SOURCE_PREFIX_ADDR6, &prefix->address);
	if (!err)
		err = nla_put_u8(msg, NFLB_SOURCE_PREFIX_LENGTH,
				 prefix->length);
	return err ? err : nla_nest_end(msg, nest);
}

/**
 * nflb_put_source_pool() - put a pool; an empty nest for none
 * @msg: the request
 * @attr: type of the nest
 * @pool: the pool
 *
 * Return: 0 or a negative libnl error code.
 */
int nflb_put_source_pool(struct nl_msg *msg, int attr,
			 const struct nflb_source_pool *pool)
{
	struct nlattr *nest = nla_nest_start(msg, attr);
	unsigned int i;
	int err = 0;

	if (!nest)
		return -NLE_NOMEM;
	for (i = 0; !err && i < pool->count; i++)
		err = put_prefix(msg, &pool->prefix[i]);
	if (!err && pool->count)
		err = nla_put_u16(msg, NFLB_SOURCE_POOL_PORT_MIN,
				  pool->port_min);
	if (!err && pool->count)
		err = nla_put_u16(msg, NFLB_SOURCE_POOL_PORT_MAX,
				  pool->port_max);
	if (err)
		return err;
	/* nla_nest_end() takes an empty nest away. */
	return nla_nest_end_keep_empty(msg, nest);
}

static int get_prefix(struct nlattr *nest, struct nflb_source_pool *pool)
{
	struct nflb_prefix *prefix = &pool->prefix[pool->count];
	struct nlattr *in[NFLB_SOURCE_PREFIX_MAX + 1];

	if (pool->count == NFLB_SOURCE_PREFIXES_MAX ||
	    nla_parse_nested(in, NFLB_SOURCE_PREFIX_MAX, nest, NULL) ||
	    nflb_get_address(in[NFLB_SOURCE_PREFIX_ADDR4],
			     in[NFLB_SOURCE_PREFIX_ADDR6], &prefix->address))
		return -EPROTO;
	prefix->length = nflb_get_u8(in[NFLB_SOURCE_PREFIX_LENGTH]);
	pool->count++;
	return 0;
}

static uint16_t get_u16(struct nlattr *attr)
{
	return nla_len(attr) == sizeof(uint16_t) ? nla_get_u16(attr) : 0;
}

/**
 * nflb_get_source_pool() - read a pool
 * @nest: the attribute, or NULL: no pool
 * @pool: the result
 *
 * Return: 0 or -EPROTO.
 */
int nflb_get_source_pool(struct nlattr *nest, struct nflb_source_pool *pool)
{
	struct nlattr *attr;
	int left;

	*pool = (struct nflb_source_pool){ 0 };
	if (!nest)
		return 0;
	nla_for_each_nested(attr, nest, left) {
		switch (nla_type(attr)) {
		case NFLB_SOURCE_POOL_PREFIX:
			if (get_prefix(attr, pool))
				return -EPROTO;
			break;
		case NFLB_SOURCE_POOL_PORT_MIN:
			pool->port_min = get_u16(attr);
			break;
		case NFLB_SOURCE_POOL_PORT_MAX:
			pool->port_max = get_u16(attr);
			break;
		}
	}
	return 0;
}
