// SPDX-License-Identifier: GPL-2.0
/* Requests about services, and what an answer says of one */
#include <errno.h>
#include <string.h>

#include "priv.h"

/* What the kernel takes for a timeout that a request does not give. */
const uint32_t nflb_default_timeout[NFLB_TIMEOUTS] = {
	[NFLB_TIMEOUT_ESTABLISHED]	= 900,
	[NFLB_TIMEOUT_FIN]		= 60,
	[NFLB_TIMEOUT_SYN]		= 30,
	[NFLB_TIMEOUT_UDP]		= 120,
};

/* And for panic. */
const uint32_t nflb_default_panic = 1;

static const int timeout_attr[NFLB_TIMEOUTS] = {
	[NFLB_TIMEOUT_ESTABLISHED]	= NFLB_SERVICE_TIMEOUT_ESTABLISHED,
	[NFLB_TIMEOUT_FIN]		= NFLB_SERVICE_TIMEOUT_FIN,
	[NFLB_TIMEOUT_SYN]		= NFLB_SERVICE_TIMEOUT_SYN,
	[NFLB_TIMEOUT_UDP]		= NFLB_SERVICE_TIMEOUT_UDP,
};

static const int policy_attr[NFLB_POLICIES] = {
	[NFLB_POLICY_NO_BACKEND]	= NFLB_SERVICE_NO_BACKEND,
	[NFLB_POLICY_BACKEND_DOWN]	= NFLB_SERVICE_BACKEND_DOWN,
	[NFLB_POLICY_MID_STREAM]	= NFLB_SERVICE_MID_STREAM,
};

static int put_timeouts(struct nl_msg *msg, const struct nflb_service *service)
{
	int i, err = 0;

	for (i = 0; !err && i < NFLB_TIMEOUTS; i++) {
		if (service->given & NFLB_GIVEN_TIMEOUT(i))
			err = nla_put_u32(msg, timeout_attr[i],
					  service->timeout[i]);
	}
	return err;
}

static int put_policies(struct nl_msg *msg, const struct nflb_service *service)
{
	int i, err = 0;

	for (i = 0; !err && i < NFLB_POLICIES; i++) {
		if (service->given & NFLB_GIVEN_POLICY(i))
			err = nla_put_u8(msg, policy_attr[i],
					 service->policy[i]);
	}
	return err;
}

static int put_affinity(struct nl_msg *msg, const struct nflb_service *service)
{
	int err = 0;

	if (service->given & NFLB_GIVEN_AFFINITY)
		err = nla_put_u32(msg, NFLB_SERVICE_AFFINITY,
				  service->affinity);
	if (!err && service->given & NFLB_GIVEN_AFFINITY_PREFIX)
		err = nla_put_u8(msg, NFLB_SERVICE_AFFINITY_PREFIX,
				 service->affinity_prefix);
	return err;
}

/**
 * nflb_put_service() - put NFLB_A_SERVICE with all that is given
 * @msg: the request
 * @service: the service
 *
 * Return: 0 or a negative libnl error code.
 */
int nflb_put_service(struct nl_msg *msg, const struct nflb_service *service)
{
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_SERVICE);
	int err;

	if (!nest)
		return -NLE_NOMEM;
	err = nflb_put_service_key(msg, &service->key);
	if (!err && service->given & NFLB_GIVEN_SCHEDULER)
		err = nla_put_string(msg, NFLB_SERVICE_SCHEDULER,
				     service->scheduler);
	if (!err)
		err = nflb_put_options(msg, &service->options);
	if (!err)
		err = put_timeouts(msg, service);
	if (!err && service->given & NFLB_GIVEN_PANIC)
		err = nla_put_u32(msg, NFLB_SERVICE_PANIC, service->panic);
	if (!err && service->given & NFLB_GIVEN_SOURCE_POOL)
		err = nflb_put_source_pool(msg, NFLB_SERVICE_SOURCE_POOL,
					   &service->source_pool);
	if (!err && service->given & NFLB_GIVEN_ONE_PACKET)
		err = nla_put_u8(msg, NFLB_SERVICE_ONE_PACKET,
				 service->one_packet);
	if (!err && service->given & NFLB_GIVEN_ICMP_REPLY)
		err = nla_put_u8(msg, NFLB_SERVICE_ICMP_REPLY,
				 service->icmp_reply);
	if (!err)
		err = put_policies(msg, service);
	if (!err)
		err = put_affinity(msg, service);
	if (!err)
		err = nflb_put_limits(msg, service);
	return err ? err : nla_nest_end(msg, nest);
}

static int send_service(struct nflb *nflb, uint8_t cmd,
			const struct nflb_service *service)
{
	struct nl_msg *msg = nflb_message(nflb, cmd, 0);

	if (msg && nflb_put_service(msg, service)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return nflb_request(nflb, msg, NULL, NULL);
}

static int send_key(struct nflb *nflb, uint8_t cmd, const struct nflb_key *key)
{
	struct nflb_service service = { .key = *key };

	return send_service(nflb, cmd, &service);
}

/**
 * nflb_service_add() - make a service
 * @nflb: the handle
 * @service: its key and the settings that are given
 *
 * Return: 0 or a negative errno.
 */
int nflb_service_add(struct nflb *nflb, const struct nflb_service *service)
{
	return send_service(nflb, NFLB_CMD_SERVICE_NEW, service);
}

/**
 * nflb_service_set() - change a service
 * @nflb: the handle
 * @service: its key and the settings that change
 *
 * Return: 0 or a negative errno.
 */
int nflb_service_set(struct nflb *nflb, const struct nflb_service *service)
{
	return send_service(nflb, NFLB_CMD_SERVICE_SET, service);
}

/**
 * nflb_service_del() - remove a service, its backends and its connections
 * @nflb: the handle
 * @key: which
 *
 * Return: 0 or a negative errno.
 */
int nflb_service_del(struct nflb *nflb, const struct nflb_key *key)
{
	return send_key(nflb, NFLB_CMD_SERVICE_DEL, key);
}

/**
 * nflb_service_zero() - set the counters of a service and its backends to 0
 * @nflb: the handle
 * @key: which
 *
 * Return: 0 or a negative errno.
 */
int nflb_service_zero(struct nflb *nflb, const struct nflb_key *key)
{
	return send_key(nflb, NFLB_CMD_SERVICE_ZERO, key);
}

static int get_scheduler(struct nlattr *name, struct nflb_service *service)
{
	if (!name)
		return 0;
	if (nla_strlcpy(service->scheduler, name, sizeof(service->scheduler)) >=
	    sizeof(service->scheduler))
		return -EPROTO;
	service->given |= NFLB_GIVEN_SCHEDULER;
	return 0;
}

static void get_timeouts(struct nlattr **attrs, struct nflb_service *service)
{
	int i;

	for (i = 0; i < NFLB_TIMEOUTS; i++) {
		if (!attrs[timeout_attr[i]])
			continue;
		service->given |= NFLB_GIVEN_TIMEOUT(i);
		service->timeout[i] = nflb_get_u32(attrs[timeout_attr[i]]);
	}
}

static void get_policies(struct nlattr **attrs, struct nflb_service *service)
{
	int i;

	for (i = 0; i < NFLB_POLICIES; i++) {
		if (!attrs[policy_attr[i]])
			continue;
		service->given |= NFLB_GIVEN_POLICY(i);
		service->policy[i] = nflb_get_u8(attrs[policy_attr[i]]);
	}
}

static void get_affinity(struct nlattr **attrs, struct nflb_service *service)
{
	if (attrs[NFLB_SERVICE_AFFINITY])
		service->given |= NFLB_GIVEN_AFFINITY;
	if (attrs[NFLB_SERVICE_AFFINITY_PREFIX])
		service->given |= NFLB_GIVEN_AFFINITY_PREFIX;
	service->affinity = nflb_get_u32(attrs[NFLB_SERVICE_AFFINITY]);
	service->affinity_prefix =
		nflb_get_u8(attrs[NFLB_SERVICE_AFFINITY_PREFIX]);
}

/**
 * nflb_service_decode() - read the answer about one service
 * @attrs: the attributes of the top level
 * @service: the result
 *
 * Return: 0 or -EPROTO.
 */
int nflb_service_decode(struct nlattr **attrs, struct nflb_service *service)
{
	struct nlattr *in[NFLB_SERVICE_MAX + 1];

	memset(service, 0, sizeof(*service));
	if (nflb_get_service(attrs[NFLB_A_SERVICE], in) ||
	    nflb_get_key(in, &service->key) ||
	    get_scheduler(in[NFLB_SERVICE_SCHEDULER], service) ||
	    nflb_get_options(in[NFLB_SERVICE_SCHED_OPTIONS],
			     &service->options) ||
	    nflb_get_source_pool(in[NFLB_SERVICE_SOURCE_POOL],
				 &service->source_pool) ||
	    nflb_get_limits(in, service))
		return -EPROTO;
	if (in[NFLB_SERVICE_SOURCE_POOL])
		service->given |= NFLB_GIVEN_SOURCE_POOL;
	get_timeouts(in, service);
	if (in[NFLB_SERVICE_PANIC])
		service->given |= NFLB_GIVEN_PANIC;
	service->panic = nflb_get_u32(in[NFLB_SERVICE_PANIC]);
	if (in[NFLB_SERVICE_ONE_PACKET])
		service->given |= NFLB_GIVEN_ONE_PACKET;
	service->one_packet = nflb_get_u8(in[NFLB_SERVICE_ONE_PACKET]);
	if (in[NFLB_SERVICE_ICMP_REPLY])
		service->given |= NFLB_GIVEN_ICMP_REPLY;
	service->icmp_reply = nflb_get_u8(in[NFLB_SERVICE_ICMP_REPLY]);
	get_policies(in, service);
	get_affinity(in, service);
	service->backends = nflb_get_u32(in[NFLB_SERVICE_BACKENDS]);
	return nflb_get_stats(in[NFLB_SERVICE_STATS], &service->stats);
}
