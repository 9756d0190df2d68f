// SPDX-License-Identifier: GPL-2.0
/* The sync role: its socket and its clocks */
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <jansson.h>

#include "../config/config.h"
#include "../log.h"
#include "../role.h"
#include "exchange.h"

#define TICK		10	/* milliseconds */
#define DATAGRAMS	256	/* read in one go */
#define BUFFER		(4 << 20)

static struct {
	uv_loop_t *loop;
	struct config *config;
	int fd;
	uv_poll_t poll;
	bool polled;
	uv_timer_t tick;
	uv_timer_t reading;
	bool active;
} sync_role = { .fd = -1 };

static uint64_t now(void)
{
	uv_update_time(sync_role.loop);
	return uv_now(sync_role.loop);
}

bool exchange_active(void)
{
	return sync_role.active || !sync_role.config->sync.instance;
}

static void ticked(uv_timer_t *timer)
{
	(void)timer;
	exchange_tick(now());
}

/* What is lost is sent again. */
void exchange_send(const struct sockaddr_storage *to, socklen_t size,
		   const uint8_t *bytes, size_t length)
{
	if (sync_role.fd >= 0)
		sendto(sync_role.fd, bytes, length, MSG_DONTWAIT,
		       (const struct sockaddr *)to, size);
}

static void read_changes(uv_timer_t *timer)
{
	(void)timer;
	if (exchange_has_key())
		exchange_read(now());
}

static bool read_datagram(uint64_t when)
{
	uint8_t bytes[SYNC_DATAGRAM_MAX + 1];
	struct sockaddr_storage from = { 0 };
	socklen_t size = sizeof(from);
	ssize_t length;

	length = recvfrom(sync_role.fd, bytes, sizeof(bytes), MSG_DONTWAIT,
			  (struct sockaddr *)&from, &size);
	if (length < 0)
		return errno == ECONNREFUSED;
	exchange_receive(&from, bytes, length, when);
	return true;
}

static void readable(uv_poll_t *poll, int status, int events)
{
	uint64_t when = now();
	int i;

	(void)poll;
	(void)status;
	(void)events;
	for (i = 0; i < DATAGRAMS && read_datagram(when); i++)
		;
	exchange_import_flush(when);
}

static int bind_socket(const struct config_sync *config)
{
	int fd = socket(config->address.family,
			SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	int on = 1, size = BUFFER;
	struct sockaddr_storage own;
	socklen_t length;

	if (fd < 0)
		return -errno;
	/* The address may not be there yet. */
	setsockopt(fd, IPPROTO_IP, IP_FREEBIND, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size));
	setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	length = exchange_socket_address(&config->address, config->port, &own);
	if (bind(fd, (struct sockaddr *)&own, length)) {
		close(fd);
		return -errno;
	}
	return fd;
}

static void socket_closed(uv_handle_t *handle)
{
	(void)handle;
}

static void open_socket(const struct config_sync *config)
{
	char text[NFLB_ENDPOINT_LEN];
	int fd = bind_socket(config);

	if (fd < 0) {
		nflb_endpoint_format(&config->address, config->port, text);
		log_error("sync: address %s: %s", text, strerror(-fd));
		return;
	}
	if (uv_poll_init(sync_role.loop, &sync_role.poll, fd)) {
		close(fd);
		return;
	}
	sync_role.fd = fd;
	sync_role.polled = true;
	uv_poll_start(&sync_role.poll, UV_READABLE, readable);
}

static bool same_ends(const struct config_sync *a, const struct config_sync *b)
{
	size_t i;

	if (!nflb_address_equal(&a->address, &b->address) ||
	    a->port != b->port || a->peer_count != b->peer_count)
		return false;
	for (i = 0; i < a->peer_count; i++) {
		if (!nflb_address_equal(&a->peers[i].address,
					&b->peers[i].address) ||
		    a->peers[i].port != b->peers[i].port)
			return false;
	}
	return true;
}

static bool sync_wanted(const struct config *config)
{
	return config->sync.enabled;
}

static int sync_start(uv_loop_t *loop, struct link *control)
{
	(void)control;
	sync_role.loop = loop;
	uv_timer_init(loop, &sync_role.tick);
	uv_timer_init(loop, &sync_role.reading);
	return 0;
}

static void restart_socket(uv_handle_t *handle)
{
	(void)handle;
	open_socket(&sync_role.config->sync);
}

static void open_again(const struct config_sync *config)
{
	if (!sync_role.polled) {
		open_socket(config);
		return;
	}
	uv_poll_stop(&sync_role.poll);
	close(sync_role.fd);
	sync_role.fd = -1;
	sync_role.polled = false;
	uv_close((uv_handle_t *)&sync_role.poll, restart_socket);
}

static void sync_configure(struct config *config)
{
	const struct config_sync *new = &config->sync;
	struct config *before = sync_role.config;
	uint64_t interval = new->interval / 1000;

	sync_role.config = config;
	exchange_kernel_configure(new);
	/* What goes on keeps its sessions. */
	if (!before || !same_ends(&before->sync, new)) {
		exchange_set_peers(new);
		open_again(new);
	}
	if (before)
		config_free(before);
	uv_timer_start(&sync_role.tick, ticked, TICK, TICK);
	uv_timer_start(&sync_role.reading, read_changes, interval, interval);
}

/* Who becomes active knows what the others may have missed. */
static void take_role(const struct msg_sync_role *msg)
{
	bool before = sync_role.active;

	sync_role.active = msg->active;
	if (before == sync_role.active)
		return;
	log_info("sync: %s", sync_role.active ? "active" : "passive");
	if (sync_role.active)
		exchange_tell_all();
}

static void sync_message(enum message_type type, const void *data, int fd)
{
	const struct msg_sync_key *key = data;

	(void)fd;
	if (type == MSG_SYNC_KEY)
		exchange_set_key(key->known ? key->key : NULL);
	else if (type == MSG_SYNC_ROLE)
		take_role(data);
}

static void sync_stop(void)
{
	exchange_close_sessions();
	exchange_kernel_close();
	if (sync_role.polled)
		uv_close((uv_handle_t *)&sync_role.poll, socket_closed);
	uv_stop(sync_role.loop);
}

static const char *role_text(void)
{
	if (!exchange_has_key())
		return "no key";
	if (!sync_role.config->sync.instance)
		return "both ways";
	return sync_role.active ? "active" : "passive";
}

static json_t *sync_status(void)
{
	json_t *json = json_object();

	if (!sync_role.config)
		return json;
	json_object_set_new(json, "role", json_string(role_text()));
	exchange_status(json, now());
	return json;
}

static const cap_value_t capabilities[] = { CAP_NET_ADMIN };

const struct role role_sync = {
	.name = "lbd-sync",
	.capabilities = capabilities,
	.capability_count = 1,
	.wanted = sync_wanted,
	.start = sync_start,
	.configure = sync_configure,
	.message = sync_message,
	.status = sync_status,
	.stop = sync_stop,
};
