// SPDX-License-Identifier: GPL-2.0
/*
 * Connections and affinity that another director tells of: read as a whole
 * first, so that a batch that is malformed changes nothing.
 */
#include <linux/slab.h>

#include "affinity.h"
#include "conn.h"
#include "conn_import.h"
#include "net.h"
#include "netlink/attr.h"
#include "netlink/netlink.h"

#define NFLB_KNOWN_FLAGS	(NFLB_CONNECTION_FIN | \
				 NFLB_CONNECTION_REPLY_FIN | \
				 NFLB_CONNECTION_TOA_SEEN)

/**
 * struct import_entry - one entry of a request
 * @service: its service
 * @backend: its backend
 * @is_affinity: of @conn only the client, the source of its request, and
 *	the seconds that are left are there
 * @prefix: of affinity: how many bits of the client's address count
 * @conn: connection
 */
struct import_entry {
	struct nflb_service_key	service;
	struct nflb_backend_key	backend;
	bool			is_affinity;
	u8			prefix;
	struct nflb_conn_import	conn;
};

/* A request, and what became of it: a counter by enum nflb_import_attr. */
struct import_request {
	struct import_entry	*entries;
	unsigned int		count;
	u32			done[NFLB_IMPORT_MAX + 1];
};

static const struct nla_policy connection_policy[] = {
	[NFLB_CONNECTION_CLIENT_ADDR4]	= { .type = NLA_U32 },
	[NFLB_CONNECTION_CLIENT_ADDR6]	= NLA_POLICY_EXACT_LEN(16),
	[NFLB_CONNECTION_CLIENT_PORT]	= { .type = NLA_U16 },
	[NFLB_CONNECTION_FORWARD]	= NLA_POLICY_MAX(NLA_U8,
							 NFLB_FORWARD_MAX),
	[NFLB_CONNECTION_STATE]		= NLA_POLICY_RANGE(NLA_U8, 1,
							   NFLB_STATE_MAX),
	[NFLB_CONNECTION_EXPIRES]	= { .type = NLA_U32 },
	[NFLB_CONNECTION_SERVICE_ADDR4]	= { .type = NLA_U32 },
	[NFLB_CONNECTION_SERVICE_ADDR6]	= NLA_POLICY_EXACT_LEN(16),
	[NFLB_CONNECTION_SERVICE_PORT]	= { .type = NLA_U16 },
	[NFLB_CONNECTION_PROTOCOL]	= { .type = NLA_U8 },
	[NFLB_CONNECTION_END]		= NLA_POLICY_RANGE(NLA_U8, 1,
							   NFLB_END_MAX),
	[NFLB_CONNECTION_SOURCE_ADDR4]	= { .type = NLA_U32 },
	[NFLB_CONNECTION_SOURCE_ADDR6]	= NLA_POLICY_EXACT_LEN(16),
	[NFLB_CONNECTION_SOURCE_PORT]	= { .type = NLA_U16 },
	[NFLB_CONNECTION_FLAGS]		= NLA_POLICY_MASK(NLA_U8,
							  NFLB_KNOWN_FLAGS),
	[NFLB_CONNECTION_TCP_SEQ]	= { .type = NLA_U8 },
	[NFLB_CONNECTION_TCP_ACK]	= { .type = NLA_U8 },
	[NFLB_CONNECTION_SCTP_TAG]	= { .type = NLA_U32 },
	[NFLB_CONNECTION_SCTP_REPLY_TAG] = { .type = NLA_U32 },
};

static const struct nla_policy affinity_policy[] = {
	[NFLB_AFFINITY_CLIENT_ADDR4]	= { .type = NLA_U32 },
	[NFLB_AFFINITY_CLIENT_ADDR6]	= NLA_POLICY_EXACT_LEN(16),
	[NFLB_AFFINITY_CLIENT_PREFIX]	= NLA_POLICY_MAX(NLA_U8, 128),
	[NFLB_AFFINITY_EXPIRES]		= { .type = NLA_U32 },
};

static const struct nflb_attr_addr source_addr = {
	.addr4		= NFLB_CONNECTION_SOURCE_ADDR4,
	.addr6		= NFLB_CONNECTION_SOURCE_ADDR6,
	.missing	= "source address is missing",
	.both		= "source has an IPv4 and an IPv6 address",
};

static const struct nflb_attr_addr affinity_addr = {
	.addr4		= NFLB_AFFINITY_CLIENT_ADDR4,
	.addr6		= NFLB_AFFINITY_CLIENT_ADDR6,
	.missing	= "client address is missing",
	.both		= "client has an IPv4 and an IPv6 address",
};

/* Is this flow one of the service? */
static bool flow_fits(const struct nflb_tuple *request,
		      const struct nflb_service_key *key)
{
	u16 port = ntohs(request->dport);

	if (request->family != key->family)
		return false;
	if (nflb_service_key_is_mark(key))
		return request->protocol == IPPROTO_TCP ||
		       request->protocol == IPPROTO_UDP ||
		       request->protocol == IPPROTO_SCTP;
	return request->protocol == key->protocol &&
	       (!key->port || (port >= ntohs(key->port) &&
			       port <= ntohs(key->port_last))) &&
	       nflb_addr_in_prefix(nflb_tuple_dst(request), key->addr,
				   key->prefix, key->family);
}

static int get_source(struct nflb_conn_import *import, struct nlattr **tb,
		      struct netlink_ext_ack *extack)
{
	u8 family;
	int err;

	if (import->forward != NFLB_FORWARD_FULLNAT)
		return 0;
	err = nflb_attr_get_addr(import->source, &family, tb, &source_addr,
				 extack);
	if (err)
		return err;
	if (!tb[NFLB_CONNECTION_SOURCE_PORT] ||
	    family != import->request.family)
		return nflb_attr_refuse(extack, NULL,
					"source is of another address family or has no port");
	import->source_port = nla_get_be16(tb[NFLB_CONNECTION_SOURCE_PORT]);
	return 0;
}

static u8 get_u8(const struct nlattr *attr)
{
	return attr ? nla_get_u8(attr) : 0;
}

static __be32 get_be32(const struct nlattr *attr)
{
	return attr ? nla_get_be32(attr) : 0;
}

static u32 get_seconds(const struct nlattr *attr)
{
	return attr ? min_t(u32, nla_get_u32(attr), NFLB_TIMEOUT_MAX) : 0;
}

static void get_told(struct nflb_told *told, struct nlattr **tb)
{
	u8 flags = get_u8(tb[NFLB_CONNECTION_FLAGS]);

	told->status = nla_get_u8(tb[NFLB_CONNECTION_STATE]) |
		(flags & NFLB_CONNECTION_FIN ? NFLB_CONN_FIN_REQUEST : 0) |
		(flags & NFLB_CONNECTION_REPLY_FIN ? NFLB_CONN_FIN_REPLY : 0) |
		(flags & NFLB_CONNECTION_TOA_SEEN ? NFLB_CONN_TOA_SEEN : 0);
	told->left = get_seconds(tb[NFLB_CONNECTION_EXPIRES]);
	told->seen.seq = get_u8(tb[NFLB_CONNECTION_TCP_SEQ]);
	told->seen.ack = get_u8(tb[NFLB_CONNECTION_TCP_ACK]);
	told->sctp_tag[NFLB_DIR_REQUEST] =
		get_be32(tb[NFLB_CONNECTION_SCTP_TAG]);
	told->sctp_tag[NFLB_DIR_REPLY] =
		get_be32(tb[NFLB_CONNECTION_SCTP_REPLY_TAG]);
}

static int get_connection(struct import_entry *entry, const struct nlattr *nest,
			  struct netlink_ext_ack *extack)
{
	struct nflb_conn_import *import = &entry->conn;
	struct nlattr *tb[ARRAY_SIZE(connection_policy)];
	enum nflb_state state;
	bool is_udp;
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(connection_policy) - 1, nest,
			       connection_policy, extack) ?:
	      nflb_attr_get_flow(&import->request, nest, tb, extack);
	if (err)
		return err;
	if (!tb[NFLB_CONNECTION_FORWARD] || !tb[NFLB_CONNECTION_STATE])
		return nflb_attr_refuse(extack, nest,
					"forward and state are needed");
	import->forward = nla_get_u8(tb[NFLB_CONNECTION_FORWARD]);
	import->end = get_u8(tb[NFLB_CONNECTION_END]);
	get_told(&import->told, tb);
	state = import->told.status & NFLB_CONN_STATE;
	is_udp = import->request.protocol == IPPROTO_UDP;
	if (!flow_fits(&import->request, &entry->service))
		return nflb_attr_refuse(extack, nest,
					"connection is not one of the service");
	if (is_udp ? state != NFLB_STATE_UDP : state == NFLB_STATE_UDP)
		return nflb_attr_refuse(extack, tb[NFLB_CONNECTION_STATE],
					"state is not one of the protocol");
	return get_source(import, tb, extack);
}

static int get_affinity(struct import_entry *entry, const struct nlattr *nest,
			struct netlink_ext_ack *extack)
{
	struct nflb_tuple *client = &entry->conn.request;
	struct nlattr *tb[ARRAY_SIZE(affinity_policy)];
	__be32 addr[4];
	int err;

	err = nla_parse_nested(tb, ARRAY_SIZE(affinity_policy) - 1, nest,
			       affinity_policy, extack) ?:
	      nflb_attr_get_addr(addr, &client->family, tb, &affinity_addr,
				 extack);
	if (err)
		return err;
	if (client->family != entry->service.family)
		return nflb_attr_refuse(extack, nest,
					"client is of another address family than the service");
	memcpy(client->addr, addr, nflb_addr_size(client->family));
	entry->is_affinity = true;
	entry->prefix = get_u8(tb[NFLB_AFFINITY_CLIENT_PREFIX]) ?:
			nflb_addr_bits(client->family);
	entry->conn.told.left = get_seconds(tb[NFLB_AFFINITY_EXPIRES]);
	return 0;
}

static int get_entry(struct import_entry *entry, const struct nlattr *nest,
		     struct netlink_ext_ack *extack)
{
	struct nlattr *tb[NFLB_A_ENTRY + 1];
	int err;

	err = nla_parse_nested(tb, NFLB_A_ENTRY, nest, nflb_policy_entry,
			       extack);
	if (err)
		return err;
	if (!tb[NFLB_A_SERVICE] || !tb[NFLB_A_BACKEND] ||
	    !tb[NFLB_A_CONNECTION] == !tb[NFLB_A_AFFINITY])
		return nflb_attr_refuse(extack, nest,
					"an entry is a service, a backend and a connection or affinity");
	err = nflb_attr_parse_service_key(&entry->service, tb[NFLB_A_SERVICE],
					  extack) ?:
	      nflb_attr_parse_backend_key(&entry->backend, tb[NFLB_A_BACKEND],
					  extack);
	if (err)
		return err;
	if (tb[NFLB_A_AFFINITY])
		return get_affinity(entry, tb[NFLB_A_AFFINITY], extack);
	return get_connection(entry, tb[NFLB_A_CONNECTION], extack);
}

static unsigned int count_entries(const struct genl_info *info)
{
	const struct nlattr *attr;
	unsigned int count = 0;
	int rest;

	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rest)
		if (nla_type(attr) == NFLB_A_ENTRY)
			count++;
	return count;
}

/* A refusal always says which entry it is about. */
static int get_entries(struct import_request *req, struct genl_info *info)
{
	const struct nlattr *attr;
	int err, rest;

	req->entries = kvcalloc(count_entries(info), sizeof(*req->entries),
				GFP_KERNEL_ACCOUNT);
	if (!req->entries)
		return -ENOMEM;
	nlmsg_for_each_attr(attr, info->nlhdr, GENL_HDRLEN, rest) {
		if (nla_type(attr) != NFLB_A_ENTRY)
			continue;
		err = get_entry(&req->entries[req->count], attr, info->extack);
		if (err) {
			NL_SET_BAD_ATTR(info->extack, attr);
			return err;
		}
		req->count++;
	}
	return 0;
}

/* It may have a port of its own, or that of each packet. */
static struct nflb_backend *find_backend(const struct nflb_service *service,
					 const struct nflb_backend_key *key)
{
	return nflb_backend_find(service, key->addr, key->family, key->port) ?:
	       nflb_backend_find(service, key->addr, key->family, 0);
}

static enum nflb_import_attr import_affinity(struct nflb_backend *backend,
					     const struct import_entry *entry)
{
	const struct nflb_service *service = backend->service;
	bool news;

	if ((service->affinity.id & NFLB_AFFINITY_PREFIX) != entry->prefix ||
	    !service->affinity.seconds || nflb_backend_dead(backend))
		return NFLB_IMPORT_UNKNOWN;
	local_bh_disable();
	rcu_read_lock();
	news = nflb_affinity_import(service, &entry->conn.request, backend,
				    entry->conn.told.left);
	rcu_read_unlock();
	local_bh_enable();
	return news ? NFLB_IMPORT_NEW : NFLB_IMPORT_SAME;
}

static enum nflb_import_attr import_entry(struct nflb_net *nn,
					  const struct import_entry *entry)
{
	struct nflb_service *service = nflb_service_find(nn, &entry->service);
	struct nflb_backend *backend;

	backend = service && !service->one_packet ?
		  find_backend(service, &entry->backend) : NULL;
	if (!backend)
		return NFLB_IMPORT_UNKNOWN;
	if (entry->is_affinity)
		return import_affinity(backend, entry);
	return nflb_conn_import(backend, &entry->conn);
}

static void import_entries(struct import_request *req, struct nflb_net *nn)
{
	unsigned int i;

	mutex_lock(&nn->lock);
	for (i = 0; i < req->count; i++)
		req->done[import_entry(nn, &req->entries[i])]++;
	mutex_unlock(&nn->lock);
}

static int put_done(struct sk_buff *msg, void *arg)
{
	struct import_request *req = arg;
	struct nlattr *nest = nla_nest_start(msg, NFLB_A_IMPORT);
	int i;

	if (!nest)
		return -EMSGSIZE;
	for (i = 1; i <= NFLB_IMPORT_MAX; i++)
		if (nla_put_u32(msg, i, req->done[i]))
			return -EMSGSIZE;
	nla_nest_end(msg, nest);
	return 0;
}

int nflb_netlink_import(struct sk_buff *skb, struct genl_info *info)
{
	struct import_request req = {};
	int err;

	if (!info->attrs[NFLB_A_ENTRY])
		return nflb_attr_refuse(info->extack, NULL,
					"entries are missing");
	err = get_entries(&req, info);
	if (!err) {
		import_entries(&req, nflb_net(genl_info_net(info)));
		err = nflb_netlink_answer(info, put_done, &req);
	}
	kvfree(req.entries);
	return err;
}
