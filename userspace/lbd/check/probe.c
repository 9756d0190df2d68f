// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <net/if.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "opener.h"
#include "probe.h"

/* A descriptor that is watched; outlives its probe until libuv lets it go. */
struct probe_watch {
	uv_poll_t poll;
	struct probe *probe;
	int fd;
	int events;
	void (*fn)(struct probe *probe, int events);
};

/**
 * probe_check() - the check that a probe is made for
 * @probe: one under way
 *
 * Return: the check; it and all it leads to stay until the probe ends.
 */
const struct config_check *probe_check(const struct probe *probe)
{
	return probe->run;
}

/**
 * probe_state() - what a checker keeps of a probe
 * @probe: one under way
 *
 * Return: checker->probe_size bytes, zeroed at start.
 */
void *probe_state(struct probe *probe)
{
	return probe->state;
}

uv_loop_t *probe_loop(const struct probe *probe)
{
	return check_engine_loop(probe->engine);
}

/**
 * probe_done() - a probe has come to its end
 * @probe: one under way; of others nothing more is heard
 * @verdict: how it ended
 * @reason: why, for people
 *
 * The checker's stop() is called from here. The probe may begin again later,
 * so that the caller leaves it alone from then on.
 */
void probe_done(struct probe *probe, const struct verdict *verdict,
		const char *reason, ...)
{
	struct verdict copy = *verdict;
	char text[HEALTH_REASON_LEN];
	va_list ap;

	if (!probe->run)
		return;
	va_start(ap, reason);
	vsnprintf(text, sizeof(text), reason, ap);
	va_end(ap);
	check_engine_ended(probe, &copy, text);
}

static socklen_t fill(struct sockaddr_storage *storage,
		      const struct nflb_address *address, uint16_t port,
		      const char *interface)
{
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)storage;
	struct sockaddr_in *v4 = (struct sockaddr_in *)storage;

	memset(storage, 0, sizeof(*storage));
	storage->ss_family = address->family;
	if (address->family == AF_INET6) {
		v6->sin6_addr = address->v6;
		v6->sin6_port = htons(port);
		if (interface && IN6_IS_ADDR_LINKLOCAL(&address->v6))
			v6->sin6_scope_id = if_nametoindex(interface);
		return sizeof(*v6);
	}
	v4->sin_addr = address->v4;
	v4->sin_port = htons(port);
	return sizeof(*v4);
}

static int fill_request(struct opener_request *request,
			const struct config_target *target, int type,
			int protocol)
{
	struct nflb_address from = target->bind_address;

	request->family = target->address.family;
	request->type = type;
	request->protocol = protocol;
	request->mark = target->mark;
	if (target->bind_interface) {
		if (strlen(target->bind_interface) >= sizeof(request->device))
			return -ENODEV;
		strcpy(request->device, target->bind_interface);
	}
	if (!from.family && !target->bind_port)
		return 0;
	if (from.family && from.family != request->family)
		return -EAFNOSUPPORT;
	from.family = request->family;
	request->bind_length = fill(&request->bind, &from, target->bind_port,
				    target->bind_interface);
	return 0;
}

/* Linux lets everybody bind an unbound socket to a device. */
static bool needs_privilege(const struct opener_request *request,
			    uint16_t port)
{
	return request->mark || request->type == SOCK_RAW ||
	       (port && port < 1024);
}

/**
 * probe_socket() - a socket from where the target of a probe says
 * @probe: one under way
 * @type: SOCK_*
 * @protocol: IPPROTO_* or 0
 *
 * Return: the socket, which does not block and belongs to the caller, or a
 *	negative errno.
 */
int probe_socket(struct probe *probe, int type, int protocol)
{
	const struct config_target *target = &probe->run->target;
	struct opener_request request = { 0 };
	int err;

	err = fill_request(&request, target, type, protocol);
	if (err)
		return err;
	if (needs_privilege(&request, target->bind_port))
		return opener_ask(&request);
	return opener_open(&request);
}

/**
 * probe_connect_with() - connect a socket to the target of a probe
 * @probe: one under way
 * @fd: the socket, which does not block; closed when this fails
 *
 * Return: @fd, which may still be connecting, or a negative errno.
 */
int probe_connect_with(struct probe *probe, int fd)
{
	const struct config_target *target = &probe->run->target;
	struct sockaddr_storage to;
	socklen_t length = fill(&to, &target->address, target->port,
				target->bind_interface);
	int err;

	if (!connect(fd, (struct sockaddr *)&to, length) ||
	    errno == EINPROGRESS)
		return fd;
	err = -errno;
	close(fd);
	return err;
}

/**
 * probe_connect() - a socket that connects to the target of a probe
 * @probe: one under way
 * @type: SOCK_STREAM or SOCK_DGRAM
 *
 * Return: the socket, which does not block and may still be connecting and
 *	belongs to the caller, or a negative errno.
 */
int probe_connect(struct probe *probe, int type)
{
	int fd = probe_socket(probe, type, 0);

	return fd < 0 ? fd : probe_connect_with(probe, fd);
}

/**
 * probe_error() - whether a socket is connected
 * @fd: one that was ready for writing
 *
 * Return: 0, or the negative errno that it failed with.
 */
int probe_error(int fd)
{
	socklen_t length = sizeof(int);
	int err = 0;

	if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &err, &length))
		return -errno;
	return -err;
}

/* An error of the socket makes it ready for all; the next call will say it. */
static void ready(uv_poll_t *poll, int status, int events)
{
	struct probe_watch *watch = poll->data;

	watch->fn(watch->probe, status < 0 ? watch->events : events);
}

static void forget_watch(uv_handle_t *handle)
{
	free(handle->data);
}

static struct probe_watch *new_watch(struct probe *probe, int fd)
{
	struct probe_watch *watch = malloc(sizeof(*watch));

	if (!watch)
		return NULL;
	if (uv_poll_init(probe_loop(probe), &watch->poll, fd)) {
		free(watch);
		return NULL;
	}
	watch->poll.data = watch;
	watch->probe = probe;
	watch->fd = fd;
	return watch;
}

/**
 * probe_watch() - have a function called when a descriptor is ready
 * @probe: one under way
 * @fd: belongs to the engine from then on, even when this fails: it closes it
 *	when the probe ends. The only one, unless it is the same again.
 * @events: UV_READABLE, UV_WRITABLE
 * @fn: called as often as @fd is ready
 *
 * Return: 0 or -ENOMEM.
 */
int probe_watch(struct probe *probe, int fd, int events,
		void (*fn)(struct probe *probe, int events))
{
	if (!probe->watch)
		probe->watch = new_watch(probe, fd);
	if (!probe->watch) {
		close(fd);
		return -ENOMEM;
	}
	probe->watch->events = events;
	probe->watch->fn = fn;
	uv_poll_start(&probe->watch->poll, events, ready);
	return 0;
}

/**
 * probe_run_script() - have control run the script of a MISC_CHECK
 * @probe: one under way
 * @fn: called with the exit code; -1: it was killed or could not start, -2: it
 *	took too long
 *
 * Return: 0 or a negative errno.
 */
int probe_run_script(struct probe *probe,
		     void (*fn)(struct probe *probe, int code))
{
	probe->script_done = fn;
	return check_engine_script(probe);
}

/**
 * probe_file() - the number in a tracked file
 * @probe: one under way
 * @name: of the track_file
 * @value: set to the number
 *
 * Return: false while control has not said it.
 */
bool probe_file(const struct probe *probe, const char *name, int *value)
{
	return check_engine_file(probe->engine, name, value);
}

/**
 * probe_close() - end what a probe has open, for the engine
 * @probe: one under way
 */
void probe_close(struct probe *probe)
{
	struct probe_watch *watch = probe->watch;

	if (probe->started && probe->run->checker->stop)
		probe->run->checker->stop(probe);
	probe->started = false;
	probe->script = 0;
	probe->watch = NULL;
	if (!watch)
		return;
	uv_close((uv_handle_t *)&watch->poll, forget_watch);
	close(watch->fd);
}
