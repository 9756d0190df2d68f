// SPDX-License-Identifier: GPL-2.0
/* A client's UDP flow: one datagram at a time, sent again until answered. */
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/uio.h>

#include "flow.h"

static void idle(struct flow *flow)
{
	flow->state = FLOW_IDLE;
	if (!flow->options->report)
		flow_close(flow);
}

static size_t next_length(const struct flow *flow)
{
	uint64_t left = flow->wanted - flow->returned;

	return left < flow->options->size ? left : flow->options->size;
}

/* Data of one datagram may lie in two pieces. */
void udp_send(struct flow *flow)
{
	struct udp_header header = {
		.flow = flow->id, .offset = htobe64(flow->returned),
	};
	size_t length = next_length(flow), first = length, second;
	struct iovec pieces[3] = { { &header, sizeof(header) } };
	const char *data;

	data = data_at(flow->id, flow->returned, &first);
	pieces[1] = (struct iovec){ (char *)data, first };
	second = length - first;
	data = data_at(flow->id, flow->returned + first, &second);
	pieces[2] = (struct iovec){ (char *)data, second };

	flow->state = FLOW_BUSY;
	flow->sent = flow->returned + length;
	flow->sent_us = now_us();
	if (writev(flow->fd, pieces, 3) < 0 && errno != EAGAIN)
		flow_fail_errno(flow);
}

/* Answers to what was sent before, or to another flow, do not count. */
static bool is_answer(const struct flow *flow, const struct udp_header *header,
		      ssize_t received)
{
	size_t headers = NAME_SIZE + sizeof(*header);

	return (size_t)received == headers + next_length(flow) &&
	       header->flow == flow->id &&
	       header->offset == htobe64(flow->returned);
}

void udp_event(struct flow *flow)
{
	static char answer[MAX_DATAGRAM];
	struct udp_header header;
	ssize_t n;

	n = recv(flow->fd, answer, sizeof(answer), 0);
	if (n < 0) {
		/* EMSGSIZE tells what the kernel knows now: sent again, it fits. */
		if (errno != EAGAIN && errno != EMSGSIZE)
			flow_fail_errno(flow);
		return;
	}
	memcpy(&header, answer + NAME_SIZE, sizeof(header));
	if (flow->state != FLOW_BUSY || !is_answer(flow, &header, n))
		return;
	if (flow->name_got && strncmp(flow->backend, answer, NAME_SIZE))
		flow->moved++;
	if (!flow->name_got)
		flow->connect_us = now_us() - flow->opened_us;
	memcpy(flow->backend, answer, NAME_SIZE);
	flow->name_got = NAME_SIZE;
	flow_returned(flow, answer + NAME_SIZE + sizeof(header), flow->returned,
		      n - NAME_SIZE - sizeof(header));
	if (flow->state == FLOW_IDLE)
		idle(flow);
	else if (flow->state == FLOW_BUSY)
		udp_send(flow);
}
