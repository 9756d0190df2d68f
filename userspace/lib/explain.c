// SPDX-License-Identifier: GPL-2.0
/* Where a packet would go, and why */
#include <errno.h>
#include <string.h>

#include "priv.h"

static int put_flow(struct nl_msg *msg, const struct nflb_flow *flow)
{
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_CONNECTION);
	int err;

	if (!nest)
		return -NLE_NOMEM;
	err = nla_put_u8(msg, NFLB_CONNECTION_PROTOCOL, flow->protocol);
	if (!err)
		err = nflb_put_address(msg, NFLB_CONNECTION_CLIENT_ADDR4,
				       NFLB_CONNECTION_CLIENT_ADDR6,
				       &flow->client);
	if (!err)
		err = nflb_put_port(msg, NFLB_CONNECTION_CLIENT_PORT,
				    flow->client_port);
	if (!err)
		err = nflb_put_address(msg, NFLB_CONNECTION_SERVICE_ADDR4,
				       NFLB_CONNECTION_SERVICE_ADDR6,
				       &flow->destination);
	if (!err)
		err = nflb_put_port(msg, NFLB_CONNECTION_SERVICE_PORT,
				    flow->destination_port);
	return err ? err : nla_nest_end(msg, nest);
}

static void get_text(struct nlattr *attr, char *text, size_t size)
{
	if (attr)
		nla_strlcpy(text, attr, size);
}

static int get_verdict(struct nlattr *nest, struct nflb_explanation *ex)
{
	struct nlattr *in[NFLB_EXPLAIN_A_MAX + 1];

	if (!nest || nla_parse_nested(in, NFLB_EXPLAIN_A_MAX, nest, NULL))
		return -EPROTO;
	ex->verdict = nflb_get_u8(in[NFLB_EXPLAIN_A_VERDICT]);
	ex->reason = nflb_get_u8(in[NFLB_EXPLAIN_A_REASON]);
	ex->forward = nflb_get_u8(in[NFLB_EXPLAIN_A_FORWARD]);
	ex->by_affinity = in[NFLB_EXPLAIN_A_AFFINITY];
	ex->affinity_expires = nflb_get_u32(in[NFLB_EXPLAIN_A_AFFINITY]);
	get_text(in[NFLB_EXPLAIN_A_SCHEDULER], ex->scheduler,
		 sizeof(ex->scheduler));
	get_text(in[NFLB_EXPLAIN_A_DEVICE], ex->device, sizeof(ex->device));
	ex->local = in[NFLB_EXPLAIN_A_LOCAL];
	return 0;
}

static int get_service(struct nlattr *nest, struct nflb_explanation *ex)
{
	struct nlattr *in[NFLB_SERVICE_MAX + 1];

	ex->has_service = nest;
	if (!nest)
		return 0;
	return nflb_get_service(nest, in) || nflb_get_key(in, &ex->service) ?
	       -EPROTO : 0;
}

static int get_backend(struct nlattr *nest, struct nflb_explanation *ex)
{
	return nest ? nflb_get_backend_key(nest, &ex->backend,
					   &ex->backend_port) : 0;
}

static int take_explanation(struct nlattr **attrs, void *arg)
{
	struct nflb_explanation *ex = arg;

	memset(ex, 0, sizeof(*ex));
	if (get_verdict(attrs[NFLB_A_EXPLAIN], ex) ||
	    get_service(attrs[NFLB_A_SERVICE], ex) ||
	    get_backend(attrs[NFLB_A_BACKEND], ex))
		return -EPROTO;
	return attrs[NFLB_A_CONNECTION] ?
	       nflb_connection_decode(attrs, &ex->connection) : 0;
}

/**
 * nflb_explain() - say where the first packet of a flow would go, and why
 * @nflb: the handle
 * @flow: the flow; client and destination are of one family
 * @explanation: the result
 *
 * Nothing is changed and nothing is counted.
 *
 * Return: 0 or a negative errno.
 */
int nflb_explain(struct nflb *nflb, const struct nflb_flow *flow,
		 struct nflb_explanation *explanation)
{
	struct nl_msg *msg = nflb_message(nflb, NFLB_CMD_EXPLAIN, 0);

	if (msg && put_flow(msg, flow)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return nflb_request(nflb, msg, take_explanation, explanation);
}
