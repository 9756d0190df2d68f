// SPDX-License-Identifier: GPL-2.0
/* Requests that say which of many they are about */
#include <errno.h>

#include "priv.h"

static int put_backend(struct nl_msg *msg, const struct nflb_filter *filter)
{
	struct nlattr *nest;
	int err;

	if (filter->backend.family == AF_UNSPEC)
		return 0;
	nest = nla_nest_start(msg, NFLB_A_BACKEND);
	if (!nest)
		return -NLE_NOMEM;
	err = nflb_put_backend_key(msg, &filter->backend,
				   filter->backend_port);
	return err ? err : nla_nest_end(msg, nest);
}

/**
 * nflb_put_ends() - put the service and the backend of a filter, if it has them
 * @msg: the request
 * @filter: the filter
 *
 * Return: 0 or a negative libnl error code.
 */
int nflb_put_ends(struct nl_msg *msg, const struct nflb_filter *filter)
{
	int err = 0;

	if (filter->service.address.family != AF_UNSPEC)
		err = nflb_put_key(msg, &filter->service);
	return err ? err : put_backend(msg, filter);
}

/**
 * nflb_put_client() - put the client of a filter, if it has one
 * @msg: the request, inside the nest of what is filtered
 * @attr4: attribute for its address
 * @attr6: the same for IPv6
 * @prefix: attribute for how many bits count
 * @filter: the filter
 *
 * Return: 0 or a negative libnl error code.
 */
int nflb_put_client(struct nl_msg *msg, int attr4, int attr6, int prefix,
		    const struct nflb_filter *filter)
{
	int err;

	if (filter->client.family == AF_UNSPEC)
		return 0;
	err = nflb_put_address(msg, attr4, attr6, &filter->client);
	return err ? err : nla_put_u8(msg, prefix, filter->client_prefix);
}

static int take_count(struct nlattr **attrs, void *arg)
{
	if (!attrs[NFLB_A_COUNT])
		return -EPROTO;
	*(uint64_t *)arg = nflb_get_u64(attrs[NFLB_A_COUNT]);
	return 0;
}

/**
 * nflb_request_count() - send a request that is answered with a number
 * @nflb: the handle
 * @msg: the request, or NULL: there is no memory
 * @count: the result
 *
 * Return: 0 or a negative errno.
 */
int nflb_request_count(struct nflb *nflb, struct nl_msg *msg, uint64_t *count)
{
	return nflb_request(nflb, msg, take_count, count);
}
