// SPDX-License-Identifier: GPL-2.0
/*
 * A probe through a tunnel is a connection of the director's own, whose backend
 * is known before its first packet. The kernel is told of it as another
 * director would.
 */
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "kernel.h"
#include "tunnel_part.h"

static int read_source(const struct msg_tunnel *msg,
		       struct nflb_address *address)
{
	*address = (struct nflb_address){ .family = msg->family };
	if (msg->family == AF_INET)
		memcpy(&address->v4, msg->address, sizeof(address->v4));
	else if (msg->family == AF_INET6)
		memcpy(&address->v6, msg->address, sizeof(address->v6));
	else
		return -EAFNOSUPPORT;
	return 0;
}

/*
 * The checkers are not trusted: they may not say where the packets of others
 * go. One can bind to the host's own addresses only.
 */
static int is_own(const struct nflb_address *address)
{
	struct sockaddr_in6 v6 = { .sin6_family = AF_INET6 };
	struct sockaddr_in v4 = { .sin_family = AF_INET };
	bool six = address->family == AF_INET6;
	int fd, err;

	fd = socket(address->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (six)
		v6.sin6_addr = address->v6;
	else
		v4.sin_addr = address->v4;
	err = bind(fd, six ? (struct sockaddr *)&v6 : (struct sockaddr *)&v4,
		   six ? sizeof(v6) : sizeof(v4)) ? -errno : 0;
	close(fd);
	return err;
}

static const struct config_backend *backend_of(const struct config *config,
					       const struct config_check *check)
{
	const struct config_service *service = &config->services[check->service];

	if (check->backend == service->backend_count)
		return service->sorry;
	return &service->backends[check->backend];
}

/* The seconds that it lasts are those of the probe. */
static void describe(struct nflb_connection *connection,
		     const struct config *config,
		     const struct config_check *check)
{
	const struct nflb_key *key = config->services[check->service].keys;
	const struct config_backend *backend = backend_of(config, check);

	connection->service = *key;
	connection->protocol = key->protocol;
	connection->destination = key->address;
	connection->destination_port = key->port && !key->port_last ?
				       key->port : check->target.port;
	connection->backend = backend->backend.address;
	connection->backend_port = backend->backend.port ?
				   backend->backend.port :
				   connection->destination_port;
	connection->forward = backend->backend.forward;
	connection->state = key->protocol == IPPROTO_UDP ? NFLB_STATE_UDP :
							   NFLB_STATE_SYN_SENT;
	connection->expires = check->timeout / 1000000 + 2;
}

static int make(const struct msg_tunnel *msg)
{
	const struct config *config = control_config();
	struct nflb_change change = { 0 };
	int err;

	if (msg->check >= config->check_count ||
	    !config->checks[msg->check].tunnel || !msg->port)
		return -EINVAL;
	err = read_source(msg, &change.connection.client);
	if (!err)
		err = is_own(&change.connection.client);
	if (err)
		return err;
	change.connection.client_port = msg->port;
	describe(&change.connection, config, &config->checks[msg->check]);
	return kernel_import(&change);
}

static void asked(enum role_id from, enum message_type type, const void *data,
		  int fd)
{
	const struct msg_tunnel *msg = data;
	struct msg_tunnel_done done;

	(void)from;
	(void)fd;
	if (type != MSG_TUNNEL)
		return;
	done = (struct msg_tunnel_done){ .id = msg->id, .error = make(msg) };
	roles_send(ROLE_CHECKERS, MSG_TUNNEL_DONE, &done);
}

const struct control_part tunnel_part = {
	.name = "tunnel",
	.message = asked,
};
