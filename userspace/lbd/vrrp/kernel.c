// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <netlink/netlink.h>
#include <netlink/route/rtnl.h>

#include "kernel.h"

#define BATCH		32	/* their answers fit into the socket's buffer */
#define BATCH_SIZE	32768
#define ANSWER_SIZE	32768
#define ANSWER_WAIT	2	/* seconds; the answer is there, or never comes */

static int kernel_fd = -1;
static uint32_t kernel_sequence;

/**
 * vrrp_kernel_start() - open the socket
 *
 * Return: 0 or a negative errno.
 */
int vrrp_kernel_start(void)
{
	struct sockaddr_nl local = { .nl_family = AF_NETLINK };
	struct timeval wait = { .tv_sec = ANSWER_WAIT };
	int on = 1, fd;

	fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return -errno;
	setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(fd, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	if (setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait)) ||
	    bind(fd, (struct sockaddr *)&local, sizeof(local))) {
		on = -errno;
		close(fd);
		return on;
	}
	kernel_fd = fd;
	return 0;
}

/** vrrp_kernel_stop() - close the socket */
void vrrp_kernel_stop(void)
{
	close(kernel_fd);
	kernel_fd = -1;
}

/* The messages one behind the other. Return: how many bytes they are. */
static size_t put_together(struct vrrp_request *requests, size_t count,
			   char *buffer, uint32_t first)
{
	size_t length = 0, i;

	for (i = 0; i < count; i++) {
		struct nlmsghdr *header = nlmsg_hdr(requests[i].msg);

		header->nlmsg_seq = first + i;
		header->nlmsg_pid = 0;
		header->nlmsg_flags |= NLM_F_REQUEST | NLM_F_ACK;
		memcpy(buffer + length, header, header->nlmsg_len);
		length += NLMSG_ALIGN(header->nlmsg_len);
	}
	return length;
}

/* As many as fit into a batch. */
static size_t batch_of(struct vrrp_request *requests, size_t count)
{
	size_t length = 0, i;

	for (i = 0; i < count && i < BATCH; i++) {
		length += NLMSG_ALIGN(nlmsg_hdr(requests[i].msg)->nlmsg_len);
		if (length > BATCH_SIZE)
			break;
	}
	return i;
}

static void take_text(const struct nlmsghdr *header, struct vrrp_request *request)
{
	size_t offset = sizeof(struct nlmsgerr);
	struct nlattr *attr;

	if (!(header->nlmsg_flags & NLM_F_ACK_TLVS) ||
	    header->nlmsg_len < NLMSG_HDRLEN + offset)
		return;
	attr = nla_find((struct nlattr *)((char *)NLMSG_DATA(header) + offset),
			(int)(header->nlmsg_len - NLMSG_HDRLEN - offset),
			NLMSGERR_ATTR_MSG);
	if (attr)
		nla_strlcpy(request->text, attr, sizeof(request->text));
}

/* Return: 1 when it is an answer that was waited for. */
static size_t take_answer(const struct nlmsghdr *header,
			  struct vrrp_request *requests, size_t count,
			  uint32_t first)
{
	const struct nlmsgerr *answer = NLMSG_DATA(header);
	uint32_t i = header->nlmsg_seq - first;

	if (header->nlmsg_type != NLMSG_ERROR || i >= count ||
	    header->nlmsg_len < NLMSG_LENGTH(sizeof(*answer)))
		return 0;
	requests[i].error = answer->error;
	take_text(header, &requests[i]);
	return 1;
}

static void take_answers(struct vrrp_request *requests, size_t count,
			 uint32_t first)
{
	char buffer[ANSWER_SIZE] __attribute__((aligned(NLMSG_ALIGNTO)));
	const struct nlmsghdr *header;
	size_t answers = 0;
	ssize_t length;
	int rest;

	while (answers < count) {
		length = recv(kernel_fd, buffer, sizeof(buffer), 0);
		if (length < 0 && errno == EINTR)
			continue;
		if (length < 0)
			return;
		rest = (int)length;
		for (header = (struct nlmsghdr *)buffer; NLMSG_OK(header, (unsigned int)rest);
		     header = NLMSG_NEXT(header, rest))
			answers += take_answer(header, requests, count, first);
	}
}

static void send_batch(struct vrrp_request *requests, size_t count)
{
	static char buffer[BATCH_SIZE];
	uint32_t first = kernel_sequence + 1;
	size_t length, i;
	int error = -EIO;

	kernel_sequence += count;
	length = put_together(requests, count, buffer, first);
	if (send(kernel_fd, buffer, length, 0) < 0)
		error = -errno;
	for (i = 0; i < count; i++)
		requests[i].error = error;
	if (error == -EIO)
		take_answers(requests, count, first);
}

/**
 * vrrp_kernel_send() - have the kernel do things, one after the other
 * @requests: what; each gets its own error. Those whose @msg is NULL are left
 *	out, with -ENODEV.
 * @count: of @requests
 */
void vrrp_kernel_send(struct vrrp_request *requests, size_t count)
{
	size_t part;

	while (count) {
		if (!requests->msg) {
			requests->error = -ENODEV;
			requests++;
			count--;
			continue;
		}
		for (part = 1; part < count && requests[part].msg; part++)
			;
		part = batch_of(requests, part);
		if (!part) {
			requests->error = -EMSGSIZE;
			part = 1;
		} else {
			send_batch(requests, part);
		}
		requests += part;
		count -= part;
	}
}

/**
 * vrrp_kernel_send_one() - have the kernel do one thing
 * @msg: what; freed here; NULL: there was no memory for it
 * @text: gets what the kernel says about an error
 * @size: of @text
 *
 * Return: 0 or a negative errno.
 */
int vrrp_kernel_send_one(struct nl_msg *msg, char *text, size_t size)
{
	struct vrrp_request request = { .msg = msg };

	if (!msg)
		return -ENOMEM;
	vrrp_kernel_send(&request, 1);
	nlmsg_free(msg);
	if (size)
		snprintf(text, size, "%s", request.text);
	return request.error;
}

static int call_fn(struct nl_msg *msg, void *arg)
{
	void (**fn)(const struct nlmsghdr *header) = arg;

	(*fn)(nlmsg_hdr(msg));
	return NL_OK;
}

/**
 * vrrp_kernel_dump() - look at all there is of a kind
 * @type: RTM_GET*
 * @family: of addresses; AF_UNSPEC: all
 * @fn: called for each message
 *
 * Return: 0 or a negative errno.
 */
int vrrp_kernel_dump(int type, int family,
		     void (*fn)(const struct nlmsghdr *header))
{
	struct nl_sock *sock = nl_socket_alloc();
	int err;

	if (!sock)
		return -ENOMEM;
	err = nl_connect(sock, NETLINK_ROUTE);
	if (!err)
		err = nl_socket_modify_cb(sock, NL_CB_VALID, NL_CB_CUSTOM,
					  call_fn, &fn);
	if (!err)
		err = nl_rtgen_request(sock, type, family, NLM_F_DUMP);
	if (err >= 0)
		err = nl_recvmsgs_default(sock);
	nl_socket_free(sock);
	return err < 0 ? -EIO : 0;
}

/**
 * vrrp_kernel_address() - an address as libnl has it
 * @address: it
 * @prefix: its length in bits; -1: all
 *
 * Return: what nl_addr_put() frees, or NULL.
 */
struct nl_addr *vrrp_kernel_address(const struct nflb_address *address,
				    int prefix)
{
	struct nl_addr *result;

	result = nl_addr_build(address->family,
			       address->family == AF_INET ? (const void *)&address->v4 :
							    &address->v6,
			       address->family == AF_INET ? 4 : 16);
	if (result && prefix >= 0)
		nl_addr_set_prefixlen(result, prefix);
	return result;
}

/**
 * vrrp_kernel_read_address() - the address that an address message is about
 * @attrs: IFA_*, parsed
 * @family: of the message
 * @address: the result
 *
 * Return: false when the message has none.
 */
bool vrrp_kernel_read_address(struct nlattr **attrs, sa_family_t family,
			      struct nflb_address *address)
{
	struct nlattr *attr = attrs[IFA_LOCAL] ? : attrs[IFA_ADDRESS];
	int size = family == AF_INET ? 4 : 16;

	if (!attr || nla_len(attr) != size)
		return false;
	*address = (struct nflb_address){ .family = family };
	memcpy(&address->v6, nla_data(attr), size);
	return true;
}
