// SPDX-License-Identifier: GPL-2.0
/* Limits of services, in requests and in answers */
#include <errno.h>

#include "priv.h"

/* What the kernel takes for limits that a request does not give. */
const uint32_t nflb_default_half_open = 65536;

/**
 * nflb_default_client_prefix() - how much of an address makes a client
 * @address: an address of the family
 *
 * Return: the prefix length that the kernel takes where none is given.
 */
uint8_t nflb_default_client_prefix(const struct nflb_address *address)
{
	return address->family == AF_INET6 ? 64 : 32;
}

static int put_rate(struct nl_msg *msg, int attr, const struct nflb_rate *rate)
{
	struct nlattr *nest = nla_nest_start(msg, attr);
	int err;

	if (!nest)
		return -NLE_NOMEM;
	err = nla_put_u32(msg, NFLB_RATE_PER_SECOND, rate->per_second);
	if (!err && rate->burst)
		err = nla_put_u32(msg, NFLB_RATE_BURST, rate->burst);
	if (!err && rate->prefix)
		err = nla_put_u8(msg, NFLB_RATE_PREFIX, rate->prefix);
	return err ? err : nla_nest_end(msg, nest);
}

/**
 * nflb_put_limits() - put the limits of a service that are given
 * @msg: the request
 * @service: the service
 *
 * Return: 0 or a negative libnl error code.
 */
int nflb_put_limits(struct nl_msg *msg, const struct nflb_service *service)
{
	int err = 0;

	if (service->given & NFLB_GIVEN_MAX_CONNECTIONS)
		err = nla_put_u32(msg, NFLB_SERVICE_MAX_CONNECTIONS,
				  service->max_connections);
	if (!err && service->given & NFLB_GIVEN_MAX_HALF_OPEN)
		err = nla_put_u32(msg, NFLB_SERVICE_MAX_HALF_OPEN,
				  service->max_half_open);
	if (!err && service->given & NFLB_GIVEN_RATE_LIMIT)
		err = put_rate(msg, NFLB_SERVICE_RATE_LIMIT,
			       &service->rate_limit);
	if (!err && service->given & NFLB_GIVEN_CLIENT_RATE_LIMIT)
		err = put_rate(msg, NFLB_SERVICE_CLIENT_RATE_LIMIT,
			       &service->client_rate_limit);
	return err;
}

static int get_rate(struct nlattr *nest, struct nflb_rate *rate)
{
	struct nlattr *in[NFLB_RATE_ATTR_MAX + 1];

	*rate = (struct nflb_rate){ 0 };
	if (!nest)
		return 0;
	if (nla_parse_nested(in, NFLB_RATE_ATTR_MAX, nest, NULL))
		return -EPROTO;
	rate->per_second = nflb_get_u32(in[NFLB_RATE_PER_SECOND]);
	rate->burst = nflb_get_u32(in[NFLB_RATE_BURST]);
	rate->prefix = nflb_get_u8(in[NFLB_RATE_PREFIX]);
	return 0;
}

static void note_given(struct nlattr **attrs, struct nflb_service *service)
{
	if (attrs[NFLB_SERVICE_MAX_CONNECTIONS])
		service->given |= NFLB_GIVEN_MAX_CONNECTIONS;
	if (attrs[NFLB_SERVICE_MAX_HALF_OPEN])
		service->given |= NFLB_GIVEN_MAX_HALF_OPEN;
	if (attrs[NFLB_SERVICE_RATE_LIMIT])
		service->given |= NFLB_GIVEN_RATE_LIMIT;
	if (attrs[NFLB_SERVICE_CLIENT_RATE_LIMIT])
		service->given |= NFLB_GIVEN_CLIENT_RATE_LIMIT;
}

/**
 * nflb_get_limits() - read the limits of a service and where they stand
 * @attrs: the attributes of the service
 * @service: gets them
 *
 * Return: 0 or -EPROTO.
 */
int nflb_get_limits(struct nlattr **attrs, struct nflb_service *service)
{
	if (get_rate(attrs[NFLB_SERVICE_RATE_LIMIT], &service->rate_limit) ||
	    get_rate(attrs[NFLB_SERVICE_CLIENT_RATE_LIMIT],
		     &service->client_rate_limit))
		return -EPROTO;
	note_given(attrs, service);
	service->max_connections =
		nflb_get_u32(attrs[NFLB_SERVICE_MAX_CONNECTIONS]);
	service->max_half_open =
		nflb_get_u32(attrs[NFLB_SERVICE_MAX_HALF_OPEN]);
	service->active = nflb_get_u32(attrs[NFLB_SERVICE_CONNECTIONS_ACTIVE]);
	service->half_open =
		nflb_get_u32(attrs[NFLB_SERVICE_CONNECTIONS_HALF_OPEN]);
	service->stateless = nflb_get_u64(attrs[NFLB_SERVICE_STATELESS]);
	return 0;
}
