// SPDX-License-Identifier: GPL-2.0
/* Events as messages to the multicast groups. */
#include "conn.h"
#include "event.h"
#include "net.h"
#include "netlink/netlink.h"
#include "service.h"
#include "trace.h"

static bool nflb_event_open __read_mostly;

/* The family is there: groups have numbers. */
void nflb_event_init(void)
{
	WRITE_ONCE(nflb_event_open, true);
}

/* The family goes, and others may get the numbers of its groups. */
void nflb_event_exit(void)
{
	WRITE_ONCE(nflb_event_open, false);
	synchronize_rcu();
}

static bool event_wanted(struct net *net, enum nflb_group group)
{
	return READ_ONCE(nflb_event_open) &&
	       genl_has_listeners(&nflb_genl_family, net, group);
}

static struct sk_buff *event_begin(enum nflb_event event, size_t size,
				   gfp_t gfp, void **header)
{
	struct sk_buff *msg = genlmsg_new(size, gfp);

	if (!msg)
		return NULL;
	*header = genlmsg_put(msg, 0, 0, &nflb_genl_family, 0, NFLB_CMD_EVENT);
	if (!*header || nla_put_u8(msg, NFLB_A_EVENT, event)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

static void event_send(struct net *net, struct sk_buff *msg, void *header,
		       enum nflb_group group, gfp_t gfp)
{
	genlmsg_end(msg, header);
	genlmsg_multicast_netns(&nflb_genl_family, net, msg, 0, group, gfp);
}

/**
 * nflb_event_service - tell that something happened to a service
 * @service: service; its namespace's lock is held
 * @event: what happened
 *
 * Context: process, may sleep.
 */
void nflb_event_service(const struct nflb_service *service,
			enum nflb_event event)
{
	struct net *net = service->nn->net;
	struct sk_buff *msg;
	void *header;

	lockdep_assert_held(&service->nn->lock);
	if (!event_wanted(net, NFLB_GROUP_SERVICE))
		return;
	msg = event_begin(event, GENLMSG_DEFAULT_SIZE, GFP_KERNEL, &header);
	if (!msg)
		return;
	if (nflb_netlink_put_service(msg, service))
		nlmsg_free(msg);
	else
		event_send(net, msg, header, NFLB_GROUP_SERVICE, GFP_KERNEL);
}

/**
 * nflb_event_backend - tell that something happened to a backend
 * @backend: backend; its namespace's lock is held
 * @event: what happened
 *
 * Context: process, may sleep.
 */
void nflb_event_backend(struct nflb_backend *backend, enum nflb_event event)
{
	struct net *net = backend->service->nn->net;
	struct sk_buff *msg;
	void *header;

	lockdep_assert_held(&backend->service->nn->lock);
	if (!event_wanted(net, NFLB_GROUP_BACKEND))
		return;
	msg = event_begin(event, GENLMSG_DEFAULT_SIZE, GFP_KERNEL, &header);
	if (!msg)
		return;
	if (nflb_netlink_put_backend(msg, backend))
		nlmsg_free(msg);
	else
		event_send(net, msg, header, NFLB_GROUP_BACKEND, GFP_KERNEL);
}

/* Changes of state are traced where they are made. */
static void trace_conn(const struct nflb_conn *conn, enum nflb_event event,
		       enum nflb_end end)
{
	if (event == NFLB_EVENT_CONNECTION_NEW)
		trace_nflb_conn_new(conn);
	else if (event == NFLB_EVENT_CONNECTION_CLOSED)
		trace_nflb_conn_free(conn, end);
}

/**
 * nflb_event_conn - tell that something happened to a connection
 * @conn: connection
 * @event: what happened
 * @end: of NFLB_EVENT_CONNECTION_CLOSED: why; else NFLB_END_UNSPEC
 *
 * Context: any, RCU read side.
 */
void nflb_event_conn(const struct nflb_conn *conn, enum nflb_event event,
		     enum nflb_end end)
{
	struct net *net = conn->backend->service->nn->net;
	struct sk_buff *msg;
	void *header;

	trace_conn(conn, event, end);
	if (likely(!event_wanted(net, NFLB_GROUP_CONNECTION)))
		return;
	msg = event_begin(event, NFLB_CONNECTION_SIZE, GFP_ATOMIC, &header);
	if (!msg)
		return;
	if (nflb_netlink_put_connection(msg, conn, end))
		nlmsg_free(msg);
	else
		event_send(net, msg, header, NFLB_GROUP_CONNECTION, GFP_ATOMIC);
}
