// SPDX-License-Identifier: GPL-2.0
/* A service with all of its backends in one request */
#include <errno.h>

#include "priv.h"

/* More than the settings of a service, and of a backend, ever need. */
#define SERVICE_SIZE	4096
#define BACKEND_SIZE	512

static int put_pool(struct nl_msg *msg, const struct nflb_pool *pool)
{
	int err = nflb_put_service(msg, &pool->service);
	size_t i;

	for (i = 0; !err && i < pool->count; i++)
		err = nflb_put_backend(msg, &pool->backends[i]);
	return err;
}

/* The backend that stands at an offset; their number if none does. */
static size_t backend_at(struct nl_msg *msg, uint32_t offset)
{
	const char *at = (const char *)nlmsg_hdr(msg) + offset;
	struct genlmsghdr *genl = nlmsg_data(nlmsg_hdr(msg));
	struct nlattr *attr;
	size_t i = 0;
	int rest;

	nla_for_each_attr(attr, genlmsg_attrdata(genl, 0),
			  genlmsg_attrlen(genl, 0), rest) {
		if (nla_type(attr) != NFLB_A_BACKEND)
			continue;
		if (at >= (char *)attr && at < (char *)attr + attr->nla_len)
			return i;
		i++;
	}
	return i;
}

static int send_pool(struct nflb *nflb, uint8_t cmd,
		     const struct nflb_pool *pool, size_t *refused)
{
	struct nl_msg *msg;
	int err;

	*refused = pool->count;
	msg = nflb_message_sized(nflb, cmd, 0, SERVICE_SIZE +
				 pool->count * BACKEND_SIZE);
	if (msg && put_pool(msg, pool)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	if (msg)
		nlmsg_get(msg);
	err = nflb_request(nflb, msg, NULL, NULL);
	if (err && msg && nflb_refused_at(nflb))
		*refused = backend_at(msg, nflb_refused_at(nflb));
	nlmsg_free(msg);
	return err;
}

/**
 * nflb_pool_add() - make a service with its backends
 * @nflb: the handle
 * @pool: the service, its backends, and the settings that are given
 * @refused: the backend that a refusal is about, by index; the number of
 *	backends when it is about none of them
 *
 * Return: 0 or a negative errno; then nothing has changed.
 */
int nflb_pool_add(struct nflb *nflb, const struct nflb_pool *pool,
		  size_t *refused)
{
	return send_pool(nflb, NFLB_CMD_SERVICE_NEW, pool, refused);
}

/**
 * nflb_pool_replace() - give a service exactly these settings and backends
 * @nflb: the handle
 * @pool: the service, which need not exist; settings that are not given return
 *	to their defaults
 * @refused: as for nflb_pool_add()
 *
 * It takes effect in one step. A backend that stays, by address and port, keeps
 * its connections and counters.
 *
 * Return: 0 or a negative errno; then nothing has changed.
 */
int nflb_pool_replace(struct nflb *nflb, const struct nflb_pool *pool,
		      size_t *refused)
{
	return send_pool(nflb, NFLB_CMD_SERVICE_REPLACE, pool, refused);
}
