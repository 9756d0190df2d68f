// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "link.h"
#include "log.h"

/* A message that the socket did not take yet. */
struct waiting {
	struct waiting *next;
	enum message_type type;
	int fd;
	unsigned char data[];
};

struct link {
	uv_poll_t poll;
	const struct link_ops *ops;
	void *context;
	int fd;
	bool dead;		/* told ops->closed */
	struct waiting *first;
	struct waiting **last;
};

static const size_t sizes[MSG_TYPES] = {
	[MSG_CONFIG] = sizeof(struct msg_config),
	[MSG_STATUS] = sizeof(struct msg_status),
	[MSG_TRACKED] = sizeof(struct msg_tracked),
	[MSG_SCRIPT_DONE] = sizeof(struct msg_script_done),
	[MSG_PASSIVE] = sizeof(struct msg_passive),
	[MSG_RECHECK] = sizeof(struct msg_recheck),
	[MSG_TUNNEL] = sizeof(struct msg_tunnel),
	[MSG_TUNNEL_DONE] = sizeof(struct msg_tunnel_done),
	[MSG_VRRP_COMMAND] = sizeof(struct msg_vrrp_command),
	[MSG_SYNC_ROLE] = sizeof(struct msg_sync_role),
	[MSG_SYNC_KEY] = sizeof(struct msg_sync_key),
	[MSG_READY] = sizeof(struct msg_ready),
	[MSG_STATUS_REPLY] = sizeof(struct msg_status),
	[MSG_HEALTH] = sizeof(struct msg_health),
	[MSG_RESOLVED] = sizeof(struct msg_resolved),
	[MSG_SCRIPT_RUN] = sizeof(struct msg_script_run),
	[MSG_VRRP_STATE] = sizeof(struct msg_vrrp_state),
	[MSG_METRICS] = sizeof(struct msg_metrics),
	[MSG_METRICS_REPLY] = sizeof(struct msg_metrics),
};

#define MESSAGE_MAX	512

#define TEXT_MAX	(256 << 20)
#define TEXT_SEALS	(F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

/* What is on the wire before the structure. */
struct header {
	uint32_t type;
};

static int write_message(int socket, enum message_type type, const void *data,
			 int fd)
{
	struct header header = { .type = type };
	struct iovec parts[] = {
		{ .iov_base = &header, .iov_len = sizeof(header) },
		{ .iov_base = (void *)data, .iov_len = sizes[type] },
	};
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { 0 };
	struct msghdr msg = { .msg_iov = parts, .msg_iovlen = 2 };

	if (fd >= 0) {
		msg.msg_control = &control;
		msg.msg_controllen = sizeof(control);
		control.header.cmsg_level = SOL_SOCKET;
		control.header.cmsg_type = SCM_RIGHTS;
		control.header.cmsg_len = CMSG_LEN(sizeof(int));
		memcpy(CMSG_DATA(&control.header), &fd, sizeof(fd));
	}
	if (sendmsg(socket, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) < 0)
		return -errno;
	return 0;
}

static bool would_block(int err)
{
	return err == -EAGAIN || err == -ENOBUFS || err == -EINTR;
}

static void forget(struct waiting *waiting)
{
	if (waiting->fd >= 0)
		close(waiting->fd);
	free(waiting);
}

static void link_ready(uv_poll_t *poll, int status, int events);

static void watch(struct link *link)
{
	uv_poll_start(&link->poll,
		      UV_READABLE | (link->first ? UV_WRITABLE : 0),
		      link_ready);
}

static void gone(struct link *link)
{
	if (link->dead)
		return;
	link->dead = true;
	uv_poll_stop(&link->poll);
	link->ops->closed(link);
}

static int flush(struct link *link)
{
	struct waiting *waiting;
	int err;

	while ((waiting = link->first)) {
		err = write_message(link->fd, waiting->type, waiting->data,
				    waiting->fd);
		if (err)
			return would_block(err) ? 0 : err;
		link->first = waiting->next;
		if (!link->first)
			link->last = &link->first;
		forget(waiting);
	}
	watch(link);
	return 0;
}

static int received_fd(struct msghdr *msg)
{
	struct cmsghdr *cmsg = CMSG_FIRSTHDR(msg);
	int fd;

	if (!cmsg || cmsg->cmsg_level != SOL_SOCKET ||
	    cmsg->cmsg_type != SCM_RIGHTS ||
	    cmsg->cmsg_len != CMSG_LEN(sizeof(int)))
		return -1;
	memcpy(&fd, CMSG_DATA(cmsg), sizeof(fd));
	return fd;
}

/* A message that arrives. */
struct incoming {
	struct header header;
	uint64_t data[MESSAGE_MAX / sizeof(uint64_t)];
};

/* Return: false when there is nothing more to read. */
static bool read_message(struct link *link)
{
	struct incoming in;
	struct iovec parts[] = {
		{ .iov_base = &in.header, .iov_len = sizeof(in.header) },
		{ .iov_base = in.data, .iov_len = sizeof(in.data) },
	};
	char control[CMSG_SPACE(sizeof(int))];
	struct msghdr msg = {
		.msg_iov = parts, .msg_iovlen = 2,
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	ssize_t length;
	int fd;

	length = recvmsg(link->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (length < 0 && would_block(-errno))
		return false;
	if (length <= 0) {
		gone(link);
		return false;
	}
	fd = received_fd(&msg);
	if ((size_t)length < sizeof(in.header) || in.header.type >= MSG_TYPES ||
	    (size_t)length != sizeof(in.header) + sizes[in.header.type])
		log_error("a message of %zd bytes is none of ours", length);
	else
		link->ops->message(link, in.header.type, in.data, fd);
	if (fd >= 0)
		close(fd);
	return true;
}

/* So many messages in one go, so that timers have their turn too. */
#define BATCH	64

static void link_ready(uv_poll_t *poll, int status, int events)
{
	struct link *link = poll->data;
	int i;

	if (status < 0) {
		gone(link);
		return;
	}
	if ((events & UV_WRITABLE) && flush(link)) {
		gone(link);
		return;
	}
	if (!(events & (UV_READABLE | UV_DISCONNECT)))
		return;
	for (i = 0; i < BATCH && !link->dead; i++) {
		if (!read_message(link))
			break;
	}
}

/**
 * link_open() - take one end of a link
 * @loop: where it is watched
 * @fd: a SOCK_SEQPACKET socket; belongs to the link from then on, even when
 *	this fails
 * @ops: what is called
 * @context: for link_context()
 *
 * Return: the link, or NULL without memory.
 */
struct link *link_open(uv_loop_t *loop, int fd, const struct link_ops *ops,
		       void *context)
{
	struct link *link = calloc(1, sizeof(*link));

	if (!link || uv_poll_init(loop, &link->poll, fd)) {
		free(link);
		close(fd);
		return NULL;
	}
	link->poll.data = link;
	link->ops = ops;
	link->context = context;
	link->fd = fd;
	link->last = &link->first;
	watch(link);
	return link;
}

static void link_closed(uv_handle_t *handle)
{
	struct link *link = handle->data;
	struct waiting *waiting;

	while ((waiting = link->first)) {
		link->first = waiting->next;
		forget(waiting);
	}
	close(link->fd);
	free(link);
}

/**
 * link_close() - give a link up
 * @link: may be the one whose function this is called from
 *
 * Nothing of its ops is called any more. What waits to be sent is lost.
 */
void link_close(struct link *link)
{
	link->dead = true;
	if (!uv_is_closing((uv_handle_t *)&link->poll))
		uv_close((uv_handle_t *)&link->poll, link_closed);
}

void *link_context(const struct link *link)
{
	return link->context;
}

static int keep(struct link *link, enum message_type type, const void *data,
		int fd)
{
	struct waiting *waiting = malloc(sizeof(*waiting) + sizes[type]);

	if (!waiting)
		return -ENOMEM;
	waiting->next = NULL;
	waiting->type = type;
	waiting->fd = fd < 0 ? -1 : dup(fd);
	memcpy(waiting->data, data, sizes[type]);
	*link->last = waiting;
	link->last = &waiting->next;
	watch(link);
	return 0;
}

/**
 * link_send() - say something
 * @link: to whom
 * @type: what it is
 * @data: the structure that belongs to @type; NULL if there is none
 * @fd: goes along; stays the caller's. -1: none.
 *
 * Return: 0 when it is sent or will be; -EPIPE on a link whose other end is
 *	gone, -ENOMEM.
 */
int link_send(struct link *link, enum message_type type, const void *data,
	      int fd)
{
	int err;

	if (link->dead)
		return -EPIPE;
	if (link->first)
		return keep(link, type, data, fd);
	err = write_message(link->fd, type, data, fd);
	if (err && would_block(err))
		return keep(link, type, data, fd);
	return err;
}

/**
 * link_send_text() - say something longer
 * @link: to whom
 * @type: what it is
 * @data: the structure that belongs to @type
 * @text: goes along in memory that nobody can change any more
 * @length: of @text in bytes
 *
 * Return: as link_send().
 */
int link_send_text(struct link *link, enum message_type type, const void *data,
		   const char *text, size_t length)
{
	int err, fd = memfd_create("lbd", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	size_t done = 0;
	ssize_t some;

	if (fd < 0)
		return -errno;
	while (done < length) {
		some = write(fd, text + done, length - done);
		if (some < 0) {
			err = -errno;
			goto out;
		}
		done += some;
	}
	fcntl(fd, F_ADD_SEALS, TEXT_SEALS | F_SEAL_SEAL);
	err = link_send(link, type, data, fd);
out:
	close(fd);
	return err;
}

/* Only sealed memory is read: that never blocks, and does not change. */
static off_t text_size(int fd)
{
	int seals = fd < 0 ? -1 : fcntl(fd, F_GET_SEALS);
	off_t size;

	if (seals < 0 || (seals & TEXT_SEALS) != TEXT_SEALS)
		return -1;
	size = lseek(fd, 0, SEEK_END);
	return size <= TEXT_MAX ? size : -1;
}

/**
 * link_read_text() - the text that came with a message
 * @fd: its file descriptor
 * @length: set to the length of the text without the NUL after it
 *
 * Return: the text, for free(); NULL when there is none or no memory, or who
 * sent it may still change it.
 */
char *link_read_text(int fd, size_t *length)
{
	off_t size = text_size(fd);
	char *text = size < 0 ? NULL : malloc(size + 1);
	ssize_t some = 1;

	*length = 0;
	while (text && (off_t)*length < size && some > 0) {
		some = pread(fd, text + *length, size - *length, *length);
		if (some > 0)
			*length += some;
	}
	if (text)
		text[*length] = '\0';
	return text;
}
