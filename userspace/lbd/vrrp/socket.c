// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <linux/in6.h>
#include <linux/pkt_sched.h>
#include <netinet/ip.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "../log.h"
#include "socket.h"

#define NETWORK_CONTROL		0xc0	/* as TOS and traffic class */
#define RECEIVE_BUFFER		1048576
#define BATCH			64	/* packets in one go */

struct vrrp_socket {
	struct vrrp_socket *next;
	uv_poll_t poll;
	sa_family_t family;
	unsigned int interface;		/* 0: all of them */
	unsigned int users;
	int fd;
};

/* Of the process. */
static struct {
	uv_loop_t *loop;
	vrrp_receive_fn receive;
	struct vrrp_socket *first;
} sockets;

union endpoint {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t to_endpoint(const struct nflb_address *address,
			     unsigned int interface, union endpoint *endpoint)
{
	memset(endpoint, 0, sizeof(*endpoint));
	endpoint->any.sa_family = address->family;
	if (address->family == AF_INET) {
		endpoint->v4.sin_addr = address->v4;
		return sizeof(endpoint->v4);
	}
	endpoint->v6.sin6_addr = address->v6;
	if (IN6_IS_ADDR_LINKLOCAL(&address->v6) ||
	    IN6_IS_ADDR_MC_LINKLOCAL(&address->v6))
		endpoint->v6.sin6_scope_id = interface;
	return sizeof(endpoint->v6);
}

static void from_endpoint(const union endpoint *endpoint,
			  struct nflb_address *address)
{
	address->family = endpoint->any.sa_family;
	if (address->family == AF_INET)
		address->v4 = endpoint->v4.sin_addr;
	else
		address->v6 = endpoint->v6.sin6_addr;
}

/**
 * vrrp_sockets_start() - say who gets packets
 * @loop: where sockets are watched
 * @receive: called for each packet
 */
void vrrp_sockets_start(uv_loop_t *loop, vrrp_receive_fn receive)
{
	sockets.loop = loop;
	sockets.receive = receive;
}

static uint64_t age_of(const struct timespec *stamp)
{
	struct timespec now;
	int64_t age;

	clock_gettime(CLOCK_REALTIME, &now);
	age = (now.tv_sec - stamp->tv_sec) * 1000000LL +
	      (now.tv_nsec - stamp->tv_nsec) / 1000;
	/* Somebody may have set the clock. */
	return age < 0 || age > 60000000 ? 0 : age;
}

static void read_control(struct msghdr *msg, struct vrrp_envelope *envelope,
			 uint64_t *age)
{
	struct in6_pktinfo info6;
	struct in_pktinfo info4;
	struct timespec stamp;
	struct cmsghdr *cmsg;

	for (cmsg = CMSG_FIRSTHDR(msg); cmsg; cmsg = CMSG_NXTHDR(msg, cmsg)) {
		if (cmsg->cmsg_level == SOL_SOCKET &&
		    cmsg->cmsg_type == SCM_TIMESTAMPNS) {
			memcpy(&stamp, CMSG_DATA(cmsg), sizeof(stamp));
			*age = age_of(&stamp);
		} else if (cmsg->cmsg_level == IPPROTO_IP &&
			   cmsg->cmsg_type == IP_PKTINFO) {
			memcpy(&info4, CMSG_DATA(cmsg), sizeof(info4));
			envelope->interface = info4.ipi_ifindex;
		} else if (cmsg->cmsg_level == IPPROTO_IPV6 &&
			   cmsg->cmsg_type == IPV6_PKTINFO) {
			memcpy(&info6, CMSG_DATA(cmsg), sizeof(info6));
			envelope->interface = info6.ipi6_ifindex;
			envelope->destination.family = AF_INET6;
			envelope->destination.v6 = info6.ipi6_addr;
		} else if (cmsg->cmsg_level == IPPROTO_IPV6 &&
			   cmsg->cmsg_type == IPV6_HOPLIMIT) {
			memcpy(&envelope->ttl, CMSG_DATA(cmsg), sizeof(int));
		}
	}
}

/* Return: false when there is nothing more to read. */
static bool receive(struct vrrp_socket *socket)
{
	/* An IPv4 header with options in front. */
	uint8_t data[60 + VRRP_PACKET_MAX + 1];
	union {
		struct cmsghdr first;
		char room[256];
	} control;
	struct iovec part = { .iov_base = data, .iov_len = sizeof(data) };
	struct vrrp_envelope envelope = { .ttl = -1 };
	union endpoint from = { 0 };
	const uint8_t *payload = data;
	struct msghdr msg = {
		.msg_name = &from, .msg_namelen = sizeof(from),
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = &control, .msg_controllen = sizeof(control),
	};
	uint64_t age = 0;
	ssize_t got;
	size_t length;

	got = recvmsg(socket->fd, &msg, MSG_DONTWAIT);
	if (got < 0)
		return errno == EINTR;
	length = got;
	from_endpoint(&from, &envelope.source);
	read_control(&msg, &envelope, &age);
	if (socket->family == AF_INET)
		payload = vrrp_packet_ip4(data, length, &envelope, &length);
	if (msg.msg_flags & MSG_TRUNC)
		payload = NULL;
	sockets.receive(socket, &envelope, payload, length, age);
	return true;
}

static void receive_some(struct vrrp_socket *socket)
{
	int i;

	/* What is called may close the socket, but not within a poll. */
	for (i = 0; i < BATCH && receive(socket); i++)
		;
}

static void readable(uv_poll_t *poll, int status, int events)
{
	(void)events;
	if (status >= 0)
		receive_some(poll->data);
}

/**
 * vrrp_sockets_drain() - take what has come in already
 *
 * Called before a timer is let fire: what came in time counts, even when this
 * process comes late.
 */
void vrrp_sockets_drain(void)
{
	struct vrrp_socket *socket;

	for (socket = sockets.first; socket; socket = socket->next)
		receive_some(socket);
}

static int set(int fd, int level, int option, int value)
{
	return setsockopt(fd, level, option, &value, sizeof(value)) ? -errno : 0;
}

static int set_ip4(int fd)
{
	int err = set(fd, IPPROTO_IP, IP_MULTICAST_LOOP, 0);

	if (!err)
		err = set(fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
	if (!err)
		err = set(fd, IPPROTO_IP, IP_PKTINFO, 1);
	if (!err)
		err = set(fd, IPPROTO_IP, IP_TOS, NETWORK_CONTROL);
	/* Routers on the way of unicast may fragment: a list may be long. */
	if (!err)
		err = set(fd, IPPROTO_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
	return err;
}

static int set_ip6(int fd)
{
	int err = set(fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 0);

	if (!err)
		err = set(fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
	if (!err)
		err = set(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1);
	if (!err)
		err = set(fd, IPPROTO_IPV6, IPV6_RECVHOPLIMIT, 1);
	if (!err)
		err = set(fd, IPPROTO_IPV6, IPV6_TCLASS, NETWORK_CONTROL);
	return err;
}

static int set_options(int fd, sa_family_t family, const char *device)
{
	int err;

	if (device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
				 strlen(device)))
		return -errno;
	set(fd, SOL_SOCKET, SO_RCVBUFFORCE, RECEIVE_BUFFER);
	err = set(fd, SOL_SOCKET, SO_TIMESTAMPNS, 1);
	if (!err)
		err = family == AF_INET ? set_ip4(fd) : set_ip6(fd);
	/* After the TOS, which sets another one. */
	if (!err)
		err = set(fd, SOL_SOCKET, SO_PRIORITY, TC_PRIO_CONTROL);
	return err;
}

static struct vrrp_socket *find(sa_family_t family, unsigned int interface)
{
	struct vrrp_socket *socket;

	for (socket = sockets.first; socket; socket = socket->next) {
		if (socket->family == family && socket->interface == interface)
			return socket;
	}
	return NULL;
}

static struct vrrp_socket *make(sa_family_t family, unsigned int interface,
				const char *device, int *err)
{
	struct vrrp_socket *made = calloc(1, sizeof(*made));

	*err = -ENOMEM;
	if (!made)
		return NULL;
	made->family = family;
	made->interface = interface;
	made->fd = socket(family, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK,
			  VRRP_PROTOCOL);
	*err = made->fd < 0 ? -errno : set_options(made->fd, family, device);
	if (!*err)
		*err = uv_poll_init(sockets.loop, &made->poll, made->fd);
	if (*err) {
		if (made->fd >= 0)
			close(made->fd);
		free(made);
		return NULL;
	}
	made->poll.data = made;
	uv_poll_start(&made->poll, UV_READABLE, readable);
	return made;
}

/**
 * vrrp_socket_open() - get the socket of an interface
 * @family: AF_INET or AF_INET6
 * @interface: index of the interface; 0: unicast by any one
 * @device: name of the interface, or of a VRF without @interface, or NULL
 * @err: set to a negative errno
 *
 * Return: a socket for vrrp_socket_close(), or NULL with *@err set.
 */
struct vrrp_socket *vrrp_socket_open(sa_family_t family, unsigned int interface,
				     const char *device, int *err)
{
	struct vrrp_socket *socket = find(family, interface);

	if (!socket) {
		socket = make(family, interface, device, err);
		if (!socket)
			return NULL;
		socket->next = sockets.first;
		sockets.first = socket;
	}
	socket->users++;
	return socket;
}

static void closed(uv_handle_t *handle)
{
	struct vrrp_socket *socket = handle->data;

	close(socket->fd);
	free(socket);
}

/**
 * vrrp_socket_close() - need a socket no longer
 * @socket: of vrrp_socket_open(), or NULL
 */
void vrrp_socket_close(struct vrrp_socket *socket)
{
	struct vrrp_socket **link;

	if (!socket || --socket->users)
		return;
	for (link = &sockets.first; *link != socket; link = &(*link)->next)
		;
	*link = socket->next;
	uv_close((uv_handle_t *)&socket->poll, closed);
}

/**
 * vrrp_socket_join() - take part in a multicast group
 * @socket: bound to an interface
 * @group: of the socket's family; more than once does no harm
 *
 * Return: 0 or a negative errno.
 */
int vrrp_socket_join(struct vrrp_socket *socket,
		     const struct nflb_address *group)
{
	struct ip_mreqn v4 = { .imr_ifindex = socket->interface };
	struct ipv6_mreq v6 = { .ipv6mr_interface = socket->interface };
	int failed;

	if (group->family == AF_INET) {
		v4.imr_multiaddr = group->v4;
		failed = setsockopt(socket->fd, IPPROTO_IP, IP_ADD_MEMBERSHIP,
				    &v4, sizeof(v4));
	} else {
		v6.ipv6mr_multiaddr = group->v6;
		failed = setsockopt(socket->fd, IPPROTO_IPV6, IPV6_JOIN_GROUP,
				    &v6, sizeof(v6));
	}
	return failed && errno != EADDRINUSE ? -errno : 0;
}

static void put_control(struct msghdr *msg, int level, int type,
			const void *data, size_t length)
{
	struct cmsghdr *cmsg;

	cmsg = (struct cmsghdr *)((char *)msg->msg_control + msg->msg_controllen);
	cmsg->cmsg_level = level;
	cmsg->cmsg_type = type;
	cmsg->cmsg_len = CMSG_LEN(length);
	memcpy(CMSG_DATA(cmsg), data, length);
	msg->msg_controllen += CMSG_SPACE(length);
}

static void write_control(struct msghdr *msg,
			  const struct vrrp_envelope *envelope)
{
	struct in6_pktinfo info6 = { .ipi6_ifindex = envelope->interface };
	struct in_pktinfo info4 = { .ipi_ifindex = envelope->interface };

	if (envelope->source.family == AF_INET) {
		info4.ipi_spec_dst = envelope->source.v4;
		put_control(msg, IPPROTO_IP, IP_PKTINFO, &info4, sizeof(info4));
		put_control(msg, IPPROTO_IP, IP_TTL, &envelope->ttl,
			    sizeof(int));
	} else {
		info6.ipi6_addr = envelope->source.v6;
		put_control(msg, IPPROTO_IPV6, IPV6_PKTINFO, &info6,
			    sizeof(info6));
		put_control(msg, IPPROTO_IPV6, IPV6_HOPLIMIT, &envelope->ttl,
			    sizeof(int));
	}
}

/**
 * vrrp_socket_send() - send a packet
 * @socket: by which
 * @envelope: all of it counts
 * @data: from the VRRP header
 * @length: of @data in bytes
 *
 * Return: 0 or a negative errno; it never blocks.
 */
int vrrp_socket_send(struct vrrp_socket *socket,
		     const struct vrrp_envelope *envelope, const uint8_t *data,
		     size_t length)
{
	struct iovec part = { .iov_base = (void *)data, .iov_len = length };
	union {
		struct cmsghdr first;
		char room[128];
	} control = { 0 };
	union endpoint to;
	struct msghdr msg = {
		.msg_name = &to, .msg_iov = &part, .msg_iovlen = 1,
		.msg_control = &control,
	};

	msg.msg_namelen = to_endpoint(&envelope->destination,
				      envelope->interface, &to);
	write_control(&msg, envelope);
	if (sendmsg(socket->fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0)
		return -errno;
	return 0;
}

unsigned int vrrp_socket_interface(const struct vrrp_socket *socket)
{
	return socket->interface;
}

sa_family_t vrrp_socket_family(const struct vrrp_socket *socket)
{
	return socket->family;
}

/**
 * vrrp_source_to() - the address the kernel would send from
 * @destination: where to
 * @device: a VRF, or NULL
 * @source: set
 *
 * Return: 0 or a negative errno, without a route for instance.
 */
int vrrp_source_to(const struct nflb_address *destination, const char *device,
		   struct nflb_address *source)
{
	union endpoint endpoint;
	socklen_t length = to_endpoint(destination, 0, &endpoint);
	int err = 0, fd;

	fd = socket(destination->family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	/* Nothing is sent: the port only must not be 0. */
	endpoint.v4.sin_port = htons(VRRP_PROTOCOL);
	if ((device && setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, device,
				  strlen(device))) ||
	    connect(fd, &endpoint.any, length))
		err = -errno;
	length = sizeof(endpoint);
	if (!err && getsockname(fd, &endpoint.any, &length))
		err = -errno;
	if (!err)
		from_endpoint(&endpoint, source);
	close(fd);
	return err;
}
