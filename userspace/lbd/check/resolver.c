// SPDX-License-Identifier: GPL-2.0
#include <ares.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "dns.h"
#include "resolver.h"

#define TIMEOUT_MS	2000
#define TRIES		3

/* A socket of c-ares. */
struct socket_watch {
	uv_poll_t poll;
	struct resolver *resolver;
	ares_socket_t fd;
	struct socket_watch *next;
};

struct resolver {
	uv_loop_t *loop;
	uv_timer_t timer;
	ares_channel channel;
	struct socket_watch *sockets;
};

/**
 * struct resolver_query - a name while it is looked up
 * @resolver: by whom
 * @done: told of the end; NULL: nobody wants to know any more
 * @context: for @done
 * @family: of addresses; AF_UNSPEC: both
 * @left: look-ups under way
 * @status: of the last that failed
 * @targets: of SRV records
 * @answer: so far
 */
struct resolver_query {
	struct resolver *resolver;
	resolver_fn done;
	void *context;
	sa_family_t family;
	unsigned int left;
	int status;
	struct target {
		struct resolver_query *query;
		uint16_t port;
		uint16_t weight;
		uint16_t priority;
	} targets[RESOLVER_TARGETS_MAX];
	struct resolver_answer answer;
};

static void rearm(struct resolver *resolver);

static void expired(uv_timer_t *timer)
{
	struct resolver *resolver = timer->data;

	ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	rearm(resolver);
}

static void rearm(struct resolver *resolver)
{
	struct timeval when;

	if (ares_timeout(resolver->channel, NULL, &when))
		uv_timer_start(&resolver->timer, expired,
			       when.tv_sec * 1000 + when.tv_usec / 1000 + 1, 0);
	else
		uv_timer_stop(&resolver->timer);
}

static void ready(uv_poll_t *poll, int status, int events)
{
	struct socket_watch *watch = poll->data;
	struct resolver *resolver = watch->resolver;
	ares_socket_t fd = watch->fd;

	/* c-ares finds the error itself. */
	if (status < 0)
		events = UV_READABLE | UV_WRITABLE;
	ares_process_fd(resolver->channel,
			events & UV_READABLE ? fd : ARES_SOCKET_BAD,
			events & UV_WRITABLE ? fd : ARES_SOCKET_BAD);
	rearm(resolver);
}

static void free_watch(uv_handle_t *handle)
{
	free(handle->data);
}

static void unwatch(struct socket_watch **at)
{
	struct socket_watch *watch = *at;

	*at = watch->next;
	uv_close((uv_handle_t *)&watch->poll, free_watch);
}

static struct socket_watch *new_watch(struct resolver *resolver,
				      ares_socket_t fd)
{
	struct socket_watch *watch = calloc(1, sizeof(*watch));

	if (!watch || uv_poll_init_socket(resolver->loop, &watch->poll, fd)) {
		free(watch);
		return NULL;
	}
	watch->poll.data = watch;
	watch->resolver = resolver;
	watch->fd = fd;
	watch->next = resolver->sockets;
	resolver->sockets = watch;
	return watch;
}

/* Without memory a socket is not watched; the query then ends by its time. */
static void socket_state(void *context, ares_socket_t fd, int readable,
			 int writable)
{
	struct resolver *resolver = context;
	struct socket_watch **at = &resolver->sockets, *watch;

	while (*at && (*at)->fd != fd)
		at = &(*at)->next;
	if (!readable && !writable) {
		if (*at)
			unwatch(at);
		return;
	}
	watch = *at ? *at : new_watch(resolver, fd);
	if (watch)
		uv_poll_start(&watch->poll, (readable ? UV_READABLE : 0) |
					    (writable ? UV_WRITABLE : 0), ready);
}

/**
 * resolver_open() - get ready to look up names
 * @loop: where answers are awaited
 * @servers: "ADDRESS,[ADDRESS]:PORT,...", or NULL for those of the system
 *
 * Return: the resolver, or NULL.
 */
struct resolver *resolver_open(uv_loop_t *loop, const char *servers)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));
	struct ares_options options = {
		.timeout = TIMEOUT_MS,
		.tries = TRIES,
		.sock_state_cb = socket_state,
		.sock_state_cb_data = resolver,
	};

	if (!resolver || ares_library_init(ARES_LIB_INIT_ALL))
		goto err;
	if (ares_init_options(&resolver->channel, &options,
			      ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS |
			      ARES_OPT_TRIES))
		goto err_library;
	if (servers && ares_set_servers_ports_csv(resolver->channel, servers))
		goto err_channel;
	resolver->loop = loop;
	uv_timer_init(loop, &resolver->timer);
	resolver->timer.data = resolver;
	return resolver;

err_channel:
	ares_destroy(resolver->channel);
err_library:
	ares_library_cleanup();
err:
	free(resolver);
	return NULL;
}

/**
 * resolver_close() - look up no more
 * @resolver: may be NULL. Queries under way end with a failure.
 */
void resolver_close(struct resolver *resolver)
{
	if (!resolver)
		return;
	ares_destroy(resolver->channel);
	while (resolver->sockets)
		unwatch(&resolver->sockets);
	ares_library_cleanup();
	uv_close((uv_handle_t *)&resolver->timer, free_watch);
}

static int by_address(const void *left, const void *right)
{
	const struct resolver_address *a = left, *b = right;
	int order = a->address.family - b->address.family;

	if (!order && a->address.family == AF_INET)
		order = memcmp(&a->address.v4, &b->address.v4,
			       sizeof(a->address.v4));
	else if (!order)
		order = memcmp(&a->address.v6, &b->address.v6,
			       sizeof(a->address.v6));
	if (!order)
		order = a->port - b->port;
	return order ? order : a->priority - b->priority;
}

/* Servers answer in another order each time, and targets may share addresses. */
static void put_in_order(struct resolver_answer *answer)
{
	size_t i, kept = 0;

	qsort(answer->address, answer->count, sizeof(*answer->address),
	      by_address);
	for (i = 0; i < answer->count; i++) {
		if (kept && nflb_address_equal(&answer->address[kept - 1].address,
					       &answer->address[i].address) &&
		    answer->address[kept - 1].port == answer->address[i].port)
			continue;
		answer->address[kept++] = answer->address[i];
	}
	answer->count = kept;
}

static void finish(struct resolver_query *query)
{
	if (--query->left)
		return;
	put_in_order(&query->answer);
	if (query->done)
		query->done(query->context,
			    query->answer.count ? &query->answer : NULL,
			    query->answer.count ? NULL :
			    ares_strerror(query->status));
	free(query);
}

static void add(struct target *target, const struct ares_addrinfo_node *node)
{
	struct resolver_answer *answer = &target->query->answer;
	struct resolver_address *to = &answer->address[answer->count];
	const struct sockaddr_in6 *v6 = (void *)node->ai_addr;
	const struct sockaddr_in *v4 = (void *)node->ai_addr;

	if (answer->count == RESOLVER_ADDRESSES_MAX ||
	    (node->ai_family != AF_INET && node->ai_family != AF_INET6))
		return;
	memset(to, 0, sizeof(*to));
	to->address.family = node->ai_family;
	if (node->ai_family == AF_INET)
		to->address.v4 = v4->sin_addr;
	else
		to->address.v6 = v6->sin6_addr;
	to->port = target->port;
	to->weight = target->weight;
	to->priority = target->priority;
	if (node->ai_ttl >= 0 && (uint32_t)node->ai_ttl < answer->ttl)
		answer->ttl = node->ai_ttl;
	answer->count++;
}

static void take_addresses(void *context, int status, int timeouts,
			   struct ares_addrinfo *info)
{
	struct target *target = context;
	const struct ares_addrinfo_node *node;

	(void)timeouts;
	if (status)
		target->query->status = status;
	for (node = info ? info->nodes : NULL; node; node = node->ai_next)
		add(target, node);
	ares_freeaddrinfo(info);
	finish(target->query);
}

static void ask_addresses(struct target *target, const char *name)
{
	struct resolver_query *query = target->query;
	const struct ares_addrinfo_hints hints = {
		.ai_family = query->family,
		.ai_flags = ARES_AI_NOSORT,
	};

	query->left++;
	ares_getaddrinfo(query->resolver->channel, name, NULL, &hints,
			 take_addresses, target);
}

/* RFC 2782: a weight of 0 still gets some. */
static bool take_srv(struct resolver_query *query, struct target *target,
		     const struct dns_message *message,
		     const struct dns_record *record)
{
	struct dns_srv srv;

	if (record->type != DNS_SRV || dns_srv_read(message, record, &srv) ||
	    !*srv.target || !srv.port)
		return false;
	*target = (struct target){
		.query = query,
		.port = srv.port,
		.weight = srv.weight ? srv.weight : 1,
		.priority = srv.priority,
	};
	if (record->ttl < query->answer.ttl)
		query->answer.ttl = record->ttl;
	ask_addresses(target, srv.target);
	return true;
}

static void take_targets(void *context, int status, int timeouts,
			 unsigned char *data, int length)
{
	struct resolver_query *query = context;
	struct dns_message message;
	struct dns_record record;
	size_t count = 0;

	(void)timeouts;
	query->status = status ? status : ARES_ENODATA;
	if (!status && !dns_open(&message, data, length)) {
		while (count < RESOLVER_TARGETS_MAX &&
		       dns_next(&message, &record) == 1)
			count += take_srv(query, &query->targets[count],
					  &message, &record);
	}
	finish(query);
}

/**
 * resolver_ask() - look up a name
 * @resolver: by whom
 * @name: of a host, or of SRV records
 * @srv: the latter
 * @family: of addresses; AF_UNSPEC: both
 * @done: called once, from the loop or from here, unless it is forgotten
 * @context: for @done
 *
 * /etc/hosts counts for hosts. The query is gone when @done was called.
 *
 * Return: the query; NULL without memory, or when @done was called already.
 */
struct resolver_query *resolver_ask(struct resolver *resolver, const char *name,
				    bool srv, sa_family_t family,
				    resolver_fn done, void *context)
{
	struct resolver_query *query = calloc(1, sizeof(*query));

	if (!query) {
		done(context, NULL, "no memory");
		return NULL;
	}
	query->resolver = resolver;
	query->done = done;
	query->context = context;
	query->family = family;
	query->answer.ttl = INT32_MAX;
	/* One for us, so that it does not go before we have looked. */
	query->left = 1;
	if (srv) {
		query->left++;
		ares_query(resolver->channel, name, 1, DNS_SRV, take_targets,
			   query);
	} else {
		query->targets[0].query = query;
		ask_addresses(&query->targets[0], name);
	}
	rearm(resolver);
	if (query->left == 1) {
		finish(query);
		return NULL;
	}
	query->left--;
	return query;
}

/**
 * resolver_forget() - have nobody told of an answer
 * @query: under way, or NULL
 */
void resolver_forget(struct resolver_query *query)
{
	if (query)
		query->done = NULL;
}
