// SPDX-License-Identifier: GPL-2.0
#include "backend.h"
#include "netlink/match.h"
#include "service.h"

/**
 * nflb_match_get - read the service and the backend of a filter
 * @match: result; all 0
 * @attrs: attributes of the top level
 * @extack: told why not
 *
 * Return: 0 or a negative errno.
 */
int nflb_match_get(struct nflb_match *match, struct nlattr **attrs,
		   struct netlink_ext_ack *extack)
{
	const struct nlattr *service = attrs[NFLB_A_SERVICE];
	const struct nlattr *backend = attrs[NFLB_A_BACKEND];
	int err = 0;

	match->by_service = service;
	match->by_backend = backend;
	if (service)
		err = nflb_attr_parse_service_key(&match->service, service,
						  extack);
	if (!err && backend)
		err = nflb_attr_parse_backend_key(&match->backend, backend,
						  extack);
	return err;
}

/**
 * nflb_match_get_client - read the client of a filter, if it has one
 * @match: result
 * @tb: parsed attributes
 * @kind: which of them are its address
 * @prefix: and which the length of its prefix
 * @extack: told why not
 *
 * Return: 0 or -EINVAL.
 */
int nflb_match_get_client(struct nflb_match *match, struct nlattr **tb,
			  const struct nflb_attr_addr *kind, int prefix,
			  struct netlink_ext_ack *extack)
{
	const struct nlattr *length = tb[prefix];
	u8 longest;
	int err;

	if (!tb[kind->addr4] && !tb[kind->addr6] && !length)
		return 0;
	match->by_client = true;
	err = nflb_attr_get_addr(match->client, &match->client_family, tb,
				 kind, extack);
	if (err)
		return err;
	longest = nflb_addr_bits(match->client_family);
	match->client_prefix = length ? nla_get_u8(length) : longest;
	if (match->client_prefix > longest)
		return nflb_attr_refuse(extack, length,
					"client prefix is longer than the address");
	nflb_addr_mask(match->client, match->client_prefix,
		       match->client_family);
	return 0;
}

/* Everything matches. */
bool nflb_match_is_empty(const struct nflb_match *match)
{
	return !match->by_service && !match->by_backend && !match->by_client &&
	       !match->state;
}

static bool match_backend(const struct nflb_backend_key *want,
			  const struct nflb_backend *backend, __be16 port)
{
	return want->family == backend->family &&
	       (!want->port || want->port == port) &&
	       nflb_addr_equal(want->addr, backend->addr, want->family);
}

static bool match_client(const struct nflb_match *match, const __be32 *client,
			 u8 family)
{
	return match->client_family == family &&
	       nflb_addr_in_prefix(client, match->client, match->client_prefix,
				   family);
}

/**
 * nflb_match_ends - is this what a request asks for?
 * @match: what it asks for
 * @backend: backend, which knows its service
 * @port: port of the backend; 0 if it has none
 * @client: client, of the family of the service
 *
 * Context: any, RCU read side.
 */
bool nflb_match_ends(const struct nflb_match *match,
		     const struct nflb_backend *backend, __be16 port,
		     const __be32 *client)
{
	const struct nflb_service_key *service = &backend->service->key;

	return (!match->by_service ||
		!memcmp(&match->service, service, sizeof(*service))) &&
	       (!match->by_backend ||
		match_backend(&match->backend, backend, port)) &&
	       (!match->by_client ||
		match_client(match, client, service->family));
}

/**
 * nflb_match_put_ends - put the service and the backend of something
 * @skb: message
 * @backend: backend, which knows its service
 * @port: port of the backend; 0 if it has none
 *
 * Context: any, RCU read side.
 * Return: 0 or -EMSGSIZE.
 */
int nflb_match_put_ends(struct sk_buff *skb, const struct nflb_backend *backend,
			__be16 port)
{
	struct nlattr *nest;

	if (nflb_attr_put_service(skb, &backend->service->key))
		return -EMSGSIZE;
	nest = nla_nest_start(skb, NFLB_A_BACKEND);
	if (!nest ||
	    nflb_attr_put_addr(skb, NFLB_BACKEND_ADDR4, NFLB_BACKEND_ADDR6,
			       backend->addr, backend->family) ||
	    nla_put_be16(skb, NFLB_BACKEND_PORT, port))
		return -EMSGSIZE;
	nla_nest_end(skb, nest);
	return 0;
}
