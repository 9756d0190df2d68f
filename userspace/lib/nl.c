// SPDX-License-Identifier: GPL-2.0
/*
 * The socket: requests, their answers, and the kernel's text for a refusal
 *
 * One request is under way at a time. libnl calls back for every message; the
 * callbacks leave what they learn in struct exchange.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <linux/ip_vs.h>
#include <linux/netlink.h>
#include <netlink/genl/ctrl.h>
#include <netlink/handlers.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "priv.h"

/* The kernel makes the messages of a dump as large as the reader's buffer, up
 * to 32 KiB.
 */
#define BUFFER_SIZE	32768

struct exchange {
	nflb_reply_fn fn;
	void *arg;
	int err;
	uint32_t offset;	/* of what was refused, in the request; or 0 */
	bool done;
	bool interrupted;
};

struct nflb {
	struct nl_sock *sock;
	struct nl_cb *cb;
	int family;
	struct exchange exchange;
	char error[256];
};

/**
 * nflb_fail() - keep the text of a failure
 * @nflb: the handle
 * @err: negative errno
 * @text: what to say instead of the system's text for @err, or NULL
 *
 * Return: @err.
 */
int nflb_fail(struct nflb *nflb, int err, const char *text)
{
	snprintf(nflb->error, sizeof(nflb->error), "%s",
		 text ? text : strerror(-err));
	return err;
}

static int fail_nl(struct nflb *nflb, int nlerr)
{
	switch (-nlerr) {
	case NLE_NOMEM:
		return nflb_fail(nflb, -ENOMEM, NULL);
	case NLE_PERM:
	case NLE_NOACCESS:
		return nflb_fail(nflb, -EPERM, NULL);
	default:
		return nflb_fail(nflb, -EIO, nl_geterror(nlerr));
	}
}

/* The text among the attributes that follow an error, if the kernel sent any. */
static const char *extack_text(const void *attrs, int len)
{
	struct nlattr *text = nla_find((struct nlattr *)attrs, len,
				       NLMSGERR_ATTR_MSG);
	const char *s;

	if (!text || nla_len(text) < 2)
		return NULL;
	s = nla_data(text);
	return s[nla_len(text) - 1] ? NULL : s;
}

static uint32_t extack_offset(const void *attrs, int len)
{
	struct nlattr *offset = nla_find((struct nlattr *)attrs, len,
					 NLMSGERR_ATTR_OFFS);

	return offset && nla_len(offset) == sizeof(uint32_t) ?
	       nla_get_u32(offset) : 0;
}

static void refused(struct nflb *nflb, int err, const void *attrs, int len)
{
	if (len > 0)
		nflb->exchange.offset = extack_offset(attrs, len);
	nflb->exchange.err = nflb_fail(nflb, err, len > 0 ?
				       extack_text(attrs, len) : NULL);
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *reply, void *arg)
{
	const struct nlmsghdr *nlh = (const struct nlmsghdr *)reply - 1;
	size_t skip = sizeof(*nlh) + sizeof(*reply);
	struct nflb *nflb = arg;
	int len = 0;

	(void)from;
	/* The request comes back behind the error, unless it is capped. */
	if (!(nlh->nlmsg_flags & NLM_F_CAPPED))
		skip += NLMSG_ALIGN(reply->msg.nlmsg_len) - sizeof(reply->msg);
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS && nlh->nlmsg_len > skip)
		len = (int)(nlh->nlmsg_len - skip);

	nflb->exchange.done = true;
	if (reply->error)
		refused(nflb, reply->error, (const char *)nlh + skip, len);
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct nflb *nflb = arg;

	(void)msg;
	nflb->exchange.done = true;
	return NL_STOP;
}

/* A dump that fails half-way says so in the message that ends it. */
static int on_finish(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *nlh = nlmsg_hdr(msg);
	struct nflb *nflb = arg;
	int err, len = 0;

	nflb->exchange.done = true;
	if (nlmsg_datalen(nlh) < (int)sizeof(err))
		return NL_STOP;
	memcpy(&err, nlmsg_data(nlh), sizeof(err));
	if (nlh->nlmsg_flags & NLM_F_ACK_TLVS)
		len = nlmsg_datalen(nlh) - (int)sizeof(err);
	if (err < 0)
		refused(nflb, err, (char *)nlmsg_data(nlh) + sizeof(err), len);
	return NL_STOP;
}

static int on_dump_intr(struct nl_msg *msg, void *arg)
{
	struct nflb *nflb = arg;

	(void)msg;
	nflb->exchange.interrupted = true;
	return NL_OK;
}

static int refuse_answer(struct nflb *nflb)
{
	return nflb_fail(nflb, -EPROTO,
			 "the kernel's answer is malformed (module of another version?)");
}

/* After an error the rest of a dump is read and thrown away, so that the
 * socket stays usable.
 */
static int on_valid(struct nl_msg *msg, void *arg)
{
	struct nlattr *attrs[NFLB_A_MAX + 1];
	struct nflb *nflb = arg;
	struct exchange *exchange = &nflb->exchange;

	if (exchange->err || !exchange->fn)
		return NL_OK;
	if (genlmsg_parse(nlmsg_hdr(msg), 0, attrs, NFLB_A_MAX, NULL)) {
		exchange->err = refuse_answer(nflb);
		return NL_OK;
	}
	exchange->err = exchange->fn(attrs, exchange->arg);
	if (exchange->err == -EPROTO)
		refuse_answer(nflb);
	else if (exchange->err)
		nflb_fail(nflb, exchange->err, NULL);
	return NL_OK;
}

static int set_callbacks(struct nflb *nflb)
{
	nflb->cb = nl_cb_alloc(NL_CB_CUSTOM);
	if (!nflb->cb)
		return -ENOMEM;
	nl_cb_err(nflb->cb, NL_CB_CUSTOM, on_error, nflb);
	nl_cb_set(nflb->cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, nflb);
	nl_cb_set(nflb->cb, NL_CB_FINISH, NL_CB_CUSTOM, on_finish, nflb);
	nl_cb_set(nflb->cb, NL_CB_DUMP_INTR, NL_CB_CUSTOM, on_dump_intr, nflb);
	nl_cb_set(nflb->cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, nflb);
	return 0;
}

static int connect_socket(struct nflb *nflb)
{
	int fd, on = 1;

	nflb->sock = nl_socket_alloc();
	if (!nflb->sock)
		return -ENOMEM;
	if (genl_connect(nflb->sock))
		return -EPROTONOSUPPORT;
	nl_socket_set_msg_buf_size(nflb->sock, BUFFER_SIZE);
	nl_socket_disable_msg_peek(nflb->sock);

	fd = nl_socket_get_fd(nflb->sock);
	if (setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) ||
	    setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)))
		return -errno;
	return 0;
}

static int open_family(struct nflb **nflb, const char *name)
{
	struct nflb *handle = calloc(1, sizeof(*handle));
	int err;

	if (!handle)
		return -ENOMEM;
	err = set_callbacks(handle);
	if (!err)
		err = connect_socket(handle);
	if (err)
		goto close;

	handle->family = genl_ctrl_resolve(handle->sock, name);
	if (handle->family < 0) {
		err = handle->family == -NLE_OBJ_NOTFOUND ? -ENOENT : -EIO;
		goto close;
	}
	*nflb = handle;
	return 0;

close:
	nflb_close(handle);
	return err;
}

/**
 * nflb_open() - begin to talk to the kernel
 * @nflb: the handle, for nflb_close()
 *
 * Return: 0; -ENOENT when the kernel has no family nflb, that is when the
 * module is not loaded; another negative errno.
 */
int nflb_open(struct nflb **nflb)
{
	return open_family(nflb, NFLB_GENL_NAME);
}

/**
 * nflb_ipvs_open() - begin to talk to IPVS, for nflb_ipvs_write() alone
 * @ipvs: the handle, for nflb_close()
 *
 * Return: 0; -ENOENT when IPVS is not loaded; another negative errno.
 */
int nflb_ipvs_open(struct nflb **ipvs)
{
	return open_family(ipvs, IPVS_GENL_NAME);
}

/**
 * nflb_close() - end what nflb_open() began
 * @nflb: the handle, or NULL
 */
void nflb_close(struct nflb *nflb)
{
	if (!nflb)
		return;
	nl_cb_put(nflb->cb);
	nl_socket_free(nflb->sock);
	free(nflb);
}

/**
 * nflb_error() - text of the last failure
 * @nflb: the handle
 *
 * Return: a text that stays until the next failure of this handle.
 */
const char *nflb_error(const struct nflb *nflb)
{
	return nflb->error;
}

/**
 * nflb_message_sized() - begin a request that may be large
 * @nflb: the handle
 * @cmd: enum nflb_cmd
 * @flags: NLM_F_DUMP or 0
 * @size: room for the whole message, bytes
 *
 * Return: the message, which nflb_request() or nflb_dump() frees; NULL when
 * there is no memory.
 */
struct nl_msg *nflb_message_sized(const struct nflb *nflb, uint8_t cmd,
				  int flags, size_t size)
{
	struct nl_msg *msg = nlmsg_alloc_size(size);

	if (msg && !genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nflb->family, 0,
				flags, cmd, NFLB_GENL_VERSION)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/* As nflb_message_sized(), with room for one service and one backend. */
struct nl_msg *nflb_message(const struct nflb *nflb, uint8_t cmd, int flags)
{
	return nflb_message_sized(nflb, cmd, flags, 4096);
}

/*
 * A message must fit into the send buffer. Whoever may not make that larger
 * than the administrator allows is told by sendmsg().
 */
static void make_room(const struct nflb *nflb, struct nl_msg *msg)
{
	int fd = nl_socket_get_fd(nflb->sock);
	int size = (int)nlmsg_hdr(msg)->nlmsg_len;

	if (size <= BUFFER_SIZE)
		return;
	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &size, sizeof(size));
}

/**
 * nflb_refused_at() - where in the last request stands what was refused
 * @nflb: the handle
 *
 * Return: bytes from its beginning; 0 when the kernel did not say.
 */
uint32_t nflb_refused_at(const struct nflb *nflb)
{
	return nflb->exchange.offset;
}

/**
 * nflb_request() - send a request and take its answer until it is complete
 * @nflb: the handle
 * @msg: the request, freed here; NULL fails with -ENOMEM
 * @fn: takes each message of the answer, may be NULL
 * @arg: for @fn
 *
 * Return: 0; a negative errno, of the kernel, of @fn or of the socket.
 */
int nflb_request(struct nflb *nflb, struct nl_msg *msg, nflb_reply_fn fn,
		 void *arg)
{
	int err;

	if (!msg)
		return nflb_fail(nflb, -ENOMEM, NULL);
	nflb->exchange = (struct exchange){ .fn = fn, .arg = arg };
	make_room(nflb, msg);
	err = nl_send_auto(nflb->sock, msg);
	nlmsg_free(msg);
	while (err >= 0 && !nflb->exchange.done)
		err = nl_recvmsgs(nflb->sock, nflb->cb);
	if (!nflb->exchange.done)
		return fail_nl(nflb, err);
	return nflb->exchange.err;
}

/**
 * nflb_dump() - like nflb_request(), for a dump that may be inconsistent
 * @nflb: the handle
 * @msg: the request, freed here
 * @fn: takes each message of the answer
 * @arg: for @fn
 * @interrupted: whether the objects changed meanwhile
 *
 * Return: as nflb_request().
 */
int nflb_dump(struct nflb *nflb, struct nl_msg *msg, nflb_reply_fn fn,
	      void *arg, bool *interrupted)
{
	int err = nflb_request(nflb, msg, fn, arg);

	*interrupted = nflb->exchange.interrupted;
	return err;
}

/* Events are no answers: they have no sequence. */
static int accept_any(struct nl_msg *msg, void *arg)
{
	(void)msg;
	(void)arg;
	return NL_OK;
}

/**
 * nflb_group() - find a multicast group
 * @nflb: the handle, which has joined none: events would pass for the answer
 * @name: name of the group
 *
 * Return: its number or a negative errno.
 */
int nflb_group(struct nflb *nflb, const char *name)
{
	int number = genl_ctrl_resolve_grp(nflb->sock, NFLB_GENL_NAME, name);

	return number < 0 ? fail_nl(nflb, number) : number;
}

/**
 * nflb_listen() - join a multicast group; the handle takes no requests then
 * @nflb: the handle
 * @group: number of the group
 *
 * Return: 0 or a negative errno.
 */
int nflb_listen(struct nflb *nflb, int group)
{
	int size = 1 << 22, fd = nl_socket_get_fd(nflb->sock), err;

	/* Events come faster than they are printed, for a while. */
	if (setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)))
		setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
	err = nl_socket_add_membership(nflb->sock, group);
	if (err)
		return fail_nl(nflb, err);
	nl_cb_set(nflb->cb, NL_CB_SEQ_CHECK, NL_CB_CUSTOM, accept_any, NULL);
	return 0;
}

/**
 * nflb_hear() - wait for messages of the groups that were joined
 * @nflb: the handle
 * @fn: takes each of those that come at once
 * @arg: for @fn
 *
 * Return: 0; -ENOBUFS when messages were lost; an error of @fn or of the
 * socket.
 */
int nflb_hear(struct nflb *nflb, nflb_reply_fn fn, void *arg)
{
	int err;

	nflb->exchange = (struct exchange){ .fn = fn, .arg = arg };
	err = nl_recvmsgs(nflb->sock, nflb->cb);
	if (err == -NLE_NOMEM)
		return nflb_fail(nflb, -ENOBUFS, "events were lost");
	return err < 0 ? fail_nl(nflb, err) : nflb->exchange.err;
}
