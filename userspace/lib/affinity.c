// SPDX-License-Identifier: GPL-2.0
/* Where clients go back to, which may be many: they are handed on one by one */
#include <errno.h>
#include <string.h>

#include "priv.h"

struct listing {
	nflb_affinity_fn fn;
	void *arg;
};

static int put_affinity(struct nl_msg *msg, const struct nflb_filter *filter)
{
	struct nlattr *nest;
	int err;

	if (filter->client.family == AF_UNSPEC && !filter->all)
		return 0;
	nest = nla_nest_start(msg, NFLB_A_AFFINITY);
	if (!nest)
		return -NLE_NOMEM;
	err = nflb_put_client(msg, NFLB_AFFINITY_CLIENT_ADDR4,
			      NFLB_AFFINITY_CLIENT_ADDR6,
			      NFLB_AFFINITY_CLIENT_PREFIX, filter);
	if (!err && filter->all)
		err = nla_put_flag(msg, NFLB_AFFINITY_ALL);
	return err ? err : nla_nest_end(msg, nest);
}

static struct nl_msg *filter_message(struct nflb *nflb, uint8_t cmd, int flags,
				     const struct nflb_filter *filter)
{
	struct nl_msg *msg = nflb_message(nflb, cmd, flags);

	if (msg && (nflb_put_ends(msg, filter) || put_affinity(msg, filter))) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static int get_affinity(struct nlattr *nest, struct nflb_affinity *affinity)
{
	struct nlattr *in[NFLB_AFFINITY_MAX + 1];

	if (!nest || nla_parse_nested(in, NFLB_AFFINITY_MAX, nest, NULL))
		return -EPROTO;
	affinity->expires = nflb_get_u32(in[NFLB_AFFINITY_EXPIRES]);
	affinity->client.length = nflb_get_u8(in[NFLB_AFFINITY_CLIENT_PREFIX]);
	return nflb_get_address(in[NFLB_AFFINITY_CLIENT_ADDR4],
				in[NFLB_AFFINITY_CLIENT_ADDR6],
				&affinity->client.address);
}

/**
 * nflb_affinity_decode() - read what a message says of one client
 * @attrs: the attributes of the top level
 * @affinity: the result
 *
 * Return: 0 or -EPROTO.
 */
int nflb_affinity_decode(struct nlattr **attrs, struct nflb_affinity *affinity)
{
	struct nlattr *service[NFLB_SERVICE_MAX + 1];

	memset(affinity, 0, sizeof(*affinity));
	if (nflb_get_service(attrs[NFLB_A_SERVICE], service) ||
	    nflb_get_key(service, &affinity->service) ||
	    nflb_get_backend_key(attrs[NFLB_A_BACKEND], &affinity->backend,
				 &affinity->backend_port) ||
	    get_affinity(attrs[NFLB_A_AFFINITY], affinity))
		return -EPROTO;
	return 0;
}

static int take_affinity(struct nlattr **attrs, void *arg)
{
	const struct listing *listing = arg;
	struct nflb_affinity affinity;

	if (nflb_affinity_decode(attrs, &affinity))
		return -EPROTO;
	return listing->fn(&affinity, listing->arg);
}

/**
 * nflb_affinity_list() - call a function for every client that goes back to a
 * backend
 * @nflb: the handle
 * @filter: which
 * @fn: the function; it must not use @nflb. A negative errno of it ends the
 *	listing with that error.
 * @arg: for @fn
 *
 * What comes or goes meanwhile may be missing or appear twice.
 *
 * Return: 0 or a negative errno.
 */
int nflb_affinity_list(struct nflb *nflb, const struct nflb_filter *filter,
		       nflb_affinity_fn fn, void *arg)
{
	struct listing listing = { .fn = fn, .arg = arg };

	return nflb_request(nflb,
			    filter_message(nflb, NFLB_CMD_AFFINITY_GET,
					   NLM_F_DUMP, filter),
			    take_affinity, &listing);
}

/**
 * nflb_affinity_del() - make the kernel forget where clients were
 * @nflb: the handle
 * @filter: which; one that lets all pass must say so
 * @count: how many there were
 *
 * Return: 0 or a negative errno.
 */
int nflb_affinity_del(struct nflb *nflb, const struct nflb_filter *filter,
		      uint64_t *count)
{
	return nflb_request_count(nflb,
				  filter_message(nflb, NFLB_CMD_AFFINITY_DEL, 0,
						 filter), count);
}
