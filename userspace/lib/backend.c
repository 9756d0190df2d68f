// SPDX-License-Identifier: GPL-2.0
/* Requests about backends, and what an answer says of one */
#include <errno.h>
#include <string.h>

#include "priv.h"

static int put_source(struct nl_msg *msg, const struct nflb_tunnel *tunnel)
{
	int err = nflb_put_address(msg, NFLB_FORWARD_OPTION_SOURCE4,
				   NFLB_FORWARD_OPTION_SOURCE6,
				   &tunnel->source);

	return err ? err : nla_put_u8(msg, NFLB_FORWARD_OPTION_SOURCE_PREFIX,
				      tunnel->source_prefix);
}

static int put_forward_options(struct nl_msg *msg,
			       const struct nflb_backend *backend)
{
	const struct nflb_tunnel *tunnel = &backend->tunnel;
	unsigned int given = backend->given;
	struct nlattr *nest;
	int err = 0;

	if (!(given & NFLB_GIVEN_FORWARD_OPTIONS))
		return 0;
	nest = nla_nest_start(msg, NFLB_BACKEND_FORWARD_OPTIONS);
	if (!nest)
		return -NLE_NOMEM;
	if (given & NFLB_GIVEN_CHECKSUM)
		err = nla_put_u8(msg, NFLB_FORWARD_OPTION_CHECKSUM,
				 tunnel->checksum);
	if (!err && given & NFLB_GIVEN_TUNNEL_KEY)
		err = nla_put_u32(msg, NFLB_FORWARD_OPTION_KEY, tunnel->key);
	if (!err && given & NFLB_GIVEN_TUNNEL_PORT)
		err = nflb_put_port(msg, NFLB_FORWARD_OPTION_PORT,
				    tunnel->port);
	if (!err && given & NFLB_GIVEN_SOURCE)
		err = put_source(msg, tunnel);
	if (!err && given & NFLB_GIVEN_TOA)
		err = nla_put_u8(msg, NFLB_FORWARD_OPTION_TOA, backend->toa);
	return err ? err : nla_nest_end(msg, nest);
}

static int put_state(struct nl_msg *msg, const struct nflb_backend *backend)
{
	int err = 0;

	if (backend->given & NFLB_GIVEN_STATE)
		err = nla_put_u8(msg, NFLB_BACKEND_STATE, backend->state);
	if (!err && backend->given & NFLB_GIVEN_DRAIN_TIMEOUT)
		err = nla_put_u32(msg, NFLB_BACKEND_DRAIN_TIMEOUT,
				  backend->drain_timeout);
	if (!err && backend->given & NFLB_GIVEN_DRAIN_THEN)
		err = nla_put_u8(msg, NFLB_BACKEND_DRAIN_THEN,
				 backend->drain_then);
	return err;
}

/**
 * nflb_put_backend() - put NFLB_A_BACKEND with all that is given
 * @msg: the request
 * @backend: the backend
 *
 * Return: 0 or a negative libnl error code.
 */
int nflb_put_backend(struct nl_msg *msg, const struct nflb_backend *backend)
{
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_BACKEND);
	int err;

	if (!nest)
		return -NLE_NOMEM;
	err = nflb_put_backend_key(msg, &backend->address, backend->port);
	if (!err && backend->given & NFLB_GIVEN_FORWARD)
		err = nla_put_u8(msg, NFLB_BACKEND_FORWARD, backend->forward);
	if (!err)
		err = put_forward_options(msg, backend);
	if (!err && backend->given & NFLB_GIVEN_WEIGHT)
		err = nla_put_u32(msg, NFLB_BACKEND_WEIGHT, backend->weight);
	if (!err && backend->given & NFLB_GIVEN_MAX_CONNECTIONS)
		err = nla_put_u32(msg, NFLB_BACKEND_MAX_CONNECTIONS,
				  backend->max_connections);
	if (!err && backend->given & NFLB_GIVEN_SLOW_START)
		err = nla_put_u32(msg, NFLB_BACKEND_SLOW_START,
				  backend->slow_start);
	if (!err && backend->given & NFLB_GIVEN_TIER)
		err = nla_put_u8(msg, NFLB_BACKEND_TIER, backend->tier);
	if (!err && backend->given & NFLB_GIVEN_SOURCE_POOL)
		err = nflb_put_source_pool(msg, NFLB_BACKEND_SOURCE_POOL,
					   &backend->source_pool);
	if (!err && backend->given & NFLB_GIVEN_RESPONSE_TIME)
		err = nla_put_u32(msg, NFLB_BACKEND_RESPONSE_TIME,
				  backend->response_time);
	if (!err)
		err = put_state(msg, backend);
	return err ? err : nla_nest_end(msg, nest);
}

static int send_backend(struct nflb *nflb, uint8_t cmd,
			const struct nflb_key *key,
			const struct nflb_backend *backend)
{
	struct nl_msg *msg = nflb_message(nflb, cmd, 0);

	if (msg && (nflb_put_key(msg, key) || nflb_put_backend(msg, backend))) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return nflb_request(nflb, msg, NULL, NULL);
}

/**
 * nflb_backend_add() - give a service a backend
 * @nflb: the handle
 * @key: the service
 * @backend: its address, perhaps port, and the settings that are given
 *
 * Return: 0 or a negative errno.
 */
int nflb_backend_add(struct nflb *nflb, const struct nflb_key *key,
		     const struct nflb_backend *backend)
{
	return send_backend(nflb, NFLB_CMD_BACKEND_NEW, key, backend);
}

/**
 * nflb_backend_set() - change a backend
 * @nflb: the handle
 * @key: the service
 * @backend: its address, perhaps port, and the settings that change
 *
 * Return: 0 or a negative errno.
 */
int nflb_backend_set(struct nflb *nflb, const struct nflb_key *key,
		     const struct nflb_backend *backend)
{
	return send_backend(nflb, NFLB_CMD_BACKEND_SET, key, backend);
}

/**
 * nflb_backend_del() - take a backend from a service
 * @nflb: the handle
 * @key: the service
 * @backend: its address, perhaps port; what else it says does not matter
 *
 * Return: 0 or a negative errno.
 */
int nflb_backend_del(struct nflb *nflb, const struct nflb_key *key,
		     const struct nflb_backend *backend)
{
	struct nflb_backend bare = *backend;

	bare.given = 0;
	return send_backend(nflb, NFLB_CMD_BACKEND_DEL, key, &bare);
}

static int get_source(struct nlattr **in, struct nflb_backend *backend)
{
	struct nflb_tunnel *tunnel = &backend->tunnel;

	if (!in[NFLB_FORWARD_OPTION_SOURCE_PREFIX])
		return 0;
	backend->given |= NFLB_GIVEN_SOURCE;
	tunnel->source_prefix =
		nflb_get_u8(in[NFLB_FORWARD_OPTION_SOURCE_PREFIX]);
	return nflb_get_address(in[NFLB_FORWARD_OPTION_SOURCE4],
				in[NFLB_FORWARD_OPTION_SOURCE6],
				&tunnel->source);
}

static int get_forward_options(struct nlattr *nest,
			       struct nflb_backend *backend)
{
	struct nlattr *in[NFLB_FORWARD_OPTION_MAX + 1];
	struct nflb_tunnel *tunnel = &backend->tunnel;

	if (!nest)
		return 0;
	if (nla_parse_nested(in, NFLB_FORWARD_OPTION_MAX, nest, NULL))
		return -EPROTO;
	tunnel->checksum = nflb_get_u8(in[NFLB_FORWARD_OPTION_CHECKSUM]);
	if (in[NFLB_FORWARD_OPTION_CHECKSUM])
		backend->given |= NFLB_GIVEN_CHECKSUM;
	tunnel->key = nflb_get_u32(in[NFLB_FORWARD_OPTION_KEY]);
	if (in[NFLB_FORWARD_OPTION_KEY])
		backend->given |= NFLB_GIVEN_TUNNEL_KEY;
	tunnel->port = nflb_get_port(in[NFLB_FORWARD_OPTION_PORT]);
	if (in[NFLB_FORWARD_OPTION_PORT])
		backend->given |= NFLB_GIVEN_TUNNEL_PORT;
	backend->toa = nflb_get_u8(in[NFLB_FORWARD_OPTION_TOA]);
	if (in[NFLB_FORWARD_OPTION_TOA])
		backend->given |= NFLB_GIVEN_TOA;
	return get_source(in, backend);
}

static void get_state(struct nlattr **attrs, struct nflb_backend *backend)
{
	if (attrs[NFLB_BACKEND_STATE])
		backend->given |= NFLB_GIVEN_STATE;
	if (attrs[NFLB_BACKEND_DRAIN_TIMEOUT])
		backend->given |= NFLB_GIVEN_DRAIN_TIMEOUT |
				  NFLB_GIVEN_DRAIN_THEN;
	backend->state = nflb_get_u8(attrs[NFLB_BACKEND_STATE]);
	backend->drain_timeout =
		nflb_get_u32(attrs[NFLB_BACKEND_DRAIN_TIMEOUT]);
	backend->drain_then = nflb_get_u8(attrs[NFLB_BACKEND_DRAIN_THEN]);
}

/* Not there in answers of an older module. */
static int get_failures(struct nlattr *nest, struct nflb_failures *failures)
{
	struct nlattr *in[NFLB_FAILURES_MAX + 1];

	if (!nest)
		return 0;
	if (nla_parse_nested(in, NFLB_FAILURES_MAX, nest, NULL))
		return -EPROTO;
	failures->unanswered = nflb_get_u64(in[NFLB_FAILURES_UNANSWERED]);
	failures->refused = nflb_get_u64(in[NFLB_FAILURES_REFUSED]);
	failures->reset = nflb_get_u64(in[NFLB_FAILURES_RESET]);
	failures->unreachable = nflb_get_u64(in[NFLB_FAILURES_UNREACHABLE]);
	return 0;
}

/**
 * nflb_backend_decode() - read the answer about one backend
 * @attrs: the attributes of the top level
 * @key: the service it belongs to
 * @backend: the result
 *
 * Return: 0 or -EPROTO.
 */
int nflb_backend_decode(struct nlattr **attrs, struct nflb_key *key,
			struct nflb_backend *backend)
{
	struct nlattr *service[NFLB_SERVICE_MAX + 1];
	struct nlattr *in[NFLB_BACKEND_MAX + 1];

	memset(backend, 0, sizeof(*backend));
	if (nflb_get_service(attrs[NFLB_A_SERVICE], service) ||
	    nflb_get_key(service, key) ||
	    nflb_get_backend(attrs[NFLB_A_BACKEND], in) ||
	    nflb_get_address(in[NFLB_BACKEND_ADDR4], in[NFLB_BACKEND_ADDR6],
			     &backend->address) ||
	    get_forward_options(in[NFLB_BACKEND_FORWARD_OPTIONS], backend))
		return -EPROTO;
	backend->given |= NFLB_GIVEN_FORWARD | NFLB_GIVEN_WEIGHT |
			 NFLB_GIVEN_MAX_CONNECTIONS |
			 NFLB_GIVEN_SLOW_START | NFLB_GIVEN_TIER |
			 NFLB_GIVEN_RESPONSE_TIME;
	backend->port = nflb_get_port(in[NFLB_BACKEND_PORT]);
	backend->forward = nflb_get_u8(in[NFLB_BACKEND_FORWARD]);
	backend->weight = nflb_get_u32(in[NFLB_BACKEND_WEIGHT]);
	backend->max_connections =
		nflb_get_u32(in[NFLB_BACKEND_MAX_CONNECTIONS]);
	backend->slow_start = nflb_get_u32(in[NFLB_BACKEND_SLOW_START]);
	backend->tier = nflb_get_u8(in[NFLB_BACKEND_TIER]);
	backend->response_time = nflb_get_u32(in[NFLB_BACKEND_RESPONSE_TIME]);
	backend->response_measured =
		nflb_get_u32(in[NFLB_BACKEND_RESPONSE_MEASURED]);
	backend->weight_percent =
		nflb_get_u32(in[NFLB_BACKEND_WEIGHT_PERCENT]);
	get_state(in, backend);
	backend->active = nflb_get_u32(in[NFLB_BACKEND_CONNECTIONS_ACTIVE]);
	backend->inactive = nflb_get_u32(in[NFLB_BACKEND_CONNECTIONS_INACTIVE]);
	if (in[NFLB_BACKEND_SOURCE_POOL])
		backend->given |= NFLB_GIVEN_SOURCE_POOL;
	if (nflb_get_source_pool(in[NFLB_BACKEND_SOURCE_POOL],
				 &backend->source_pool) ||
	    get_failures(in[NFLB_BACKEND_FAILURES], &backend->failures))
		return -EPROTO;
	return nflb_get_stats(in[NFLB_BACKEND_STATS], &backend->stats);
}
