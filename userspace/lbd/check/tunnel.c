// SPDX-License-Identifier: GPL-2.0
/*
 * Probes through a tunnel: they go to the address of the service, and reach the
 * backend as its clients' packets do
 *
 * Before such a probe begins, control tells the kernel of a connection from the
 * address and port that it will come from to the service, at that backend. So
 * the prober needs no privilege, no route or rule is added to the host, and any
 * checker will do. The answers come from the backend itself.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "engine_state.h"

static socklen_t fill(struct sockaddr_storage *storage,
		      const struct nflb_address *address, uint16_t port)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)storage;
	struct sockaddr_in *v4 = (struct sockaddr_in *)storage;

	memset(storage, 0, sizeof(*storage));
	storage->ss_family = address->family;
	if (address->family == AF_INET6) {
		v6->sin6_addr = address->v6;
		v6->sin6_port = htons(port);
		return sizeof(*v6);
	}
	v4->sin_addr = address->v4;
	v4->sin_port = htons(port);
	return sizeof(*v4);
}

static int read_name(int fd, struct nflb_address *address, uint16_t *port)
{
	struct sockaddr_storage name;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&name;
	struct sockaddr_in *v4 = (struct sockaddr_in *)&name;
	socklen_t length = sizeof(name);

	if (getsockname(fd, (struct sockaddr *)&name, &length))
		return -errno;
	address->family = name.ss_family;
	if (name.ss_family == AF_INET6) {
		address->v6 = v6->sin6_addr;
		*port = ntohs(v6->sin6_port);
	} else {
		address->v4 = v4->sin_addr;
		*port = ntohs(v4->sin_port);
	}
	return 0;
}

/*
 * The address that the host has on the way to the backend: on the way to the
 * service it may well be that of the service. Nothing is sent.
 */
static int find_source(const struct nflb_address *backend,
		       struct nflb_address *source)
{
	struct sockaddr_storage to;
	socklen_t length = fill(&to, backend, 9);
	uint16_t port;
	int fd, err;

	fd = socket(backend->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = connect(fd, (struct sockaddr *)&to, length) ? -errno : 0;
	if (!err)
		err = read_name(fd, source, &port);
	close(fd);
	return err;
}

static int find_port(const struct nflb_address *source, int protocol,
		     uint16_t *port)
{
	int type = protocol == IPPROTO_UDP ? SOCK_DGRAM : SOCK_STREAM;
	struct sockaddr_storage from;
	socklen_t length = fill(&from, source, 0);
	struct nflb_address same;
	int fd, err;

	fd = socket(source->family, type | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	err = bind(fd, (struct sockaddr *)&from, length) ? -errno : 0;
	if (!err)
		err = read_name(fd, &same, port);
	close(fd);
	return err;
}

static int aim(struct config_target *target,
	       const struct config_service *service,
	       const struct config_backend *backend)
{
	const struct nflb_key *key = service->keys;
	int err = 0;

	target->address = key->address;
	if (key->port && !key->port_last)
		target->port = key->port;
	if (!target->bind_address.family)
		err = find_source(&backend->backend.address,
				  &target->bind_address);
	if (!err && target->bind_address.family != target->address.family)
		err = -EAFNOSUPPORT;
	return err ? err : find_port(&target->bind_address, key->protocol,
				     &target->bind_port);
}

static int ask(struct probe *probe, const struct config_target *target)
{
	struct check_engine *engine = probe->engine;
	const struct config *config = check_config(engine);
	struct msg_tunnel msg = {
		.generation = config->generation,
		.check = probe->check - config->checks,
		.id = ++engine->scripts,
		.family = target->bind_address.family,
		.port = target->bind_port,
	};

	memcpy(msg.address, &target->bind_address.v4,
	       msg.family == AF_INET6 ? sizeof(struct in6_addr) :
					sizeof(struct in_addr));
	probe->tunnel = msg.id;
	return engine->ops->tunnel(engine->context, &msg);
}

/**
 * check_tunnel_begin() - prepare the way of a probe
 * @probe: one that begins; its checker starts when control has answered
 *
 * Return: 0 or a negative errno.
 */
int check_tunnel_begin(struct probe *probe)
{
	const struct config *config = check_config(probe->engine);
	const struct config_check *check = probe->run;
	const struct config_service *service = &config->services[check->service];
	const struct config_backend *backend = check_backend(service,
							     check->backend);
	int err;

	probe->tunnelled = malloc(sizeof(*check));
	if (!probe->tunnelled)
		return -ENOMEM;
	*probe->tunnelled = *check;
	err = aim(&probe->tunnelled->target, service, backend);
	if (err)
		return err;
	probe->run = probe->tunnelled;
	return ask(probe, &probe->tunnelled->target);
}

void check_tunnel_end(struct probe *probe)
{
	free(probe->tunnelled);
	probe->tunnelled = NULL;
	probe->tunnel = 0;
}

/**
 * check_engine_tunnel_done() - control has made the way of a probe, or not
 * @engine: which
 * @done: left alone if nobody waits for it any more
 */
void check_engine_tunnel_done(struct check_engine *engine,
			      const struct msg_tunnel_done *done)
{
	struct probe *probe;
	size_t i;

	for (i = 0; done->id && i < engine->plan.probe_count; i++) {
		probe = engine->plan.probes[i];
		if (probe->tunnel != done->id)
			continue;
		probe->tunnel = 0;
		if (done->error)
			probe_done(probe, &VERDICT_FAILED, "tunnel: %s",
				   strerror(-done->error));
		else
			check_engine_start(probe);
		return;
	}
}
