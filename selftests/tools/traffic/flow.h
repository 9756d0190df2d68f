/* SPDX-License-Identifier: GPL-2.0 */
/* One flow of a client: a TCP connection, or a UDP socket with a peer. */
#ifndef _TRAFFIC_FLOW_H
#define _TRAFFIC_FLOW_H

#include "traffic.h"

enum flow_state {
	FLOW_CONNECTING,	/* TCP: handshake, then the server's name */
	FLOW_BUSY,		/* less has come back than is wanted */
	FLOW_IDLE,		/* all that is wanted has come back */
	FLOW_CLOSING,		/* TCP: waiting for the server's end */
	FLOW_DONE,
	FLOW_FAILED,
};

/**
 * struct flow - a flow and how far it is
 * @options: what the program was asked for
 * @fd: its socket, -1 once it is done or failed
 * @id: random: tells its data and its datagrams from other flows'
 * @state: see enum flow_state
 * @events: what epoll waits for
 * @local: its own address
 * @backend: name of the server that answered last
 * @name_got: TCP: bytes of @backend received
 * @request: TCP: what is sent first
 * @request_sent: TCP: bytes of @request sent
 * @wanted: bytes to send and get back so far
 * @sent: bytes of data sent
 * @returned: bytes of data that came back unchanged
 * @opened_us: when the connection was begun
 * @connect_us: how long the handshake took
 * @progress_us: when something came last
 * @sent_us: UDP: when the datagram was sent that has no answer yet
 * @resent: UDP: datagrams sent again
 * @moved: UDP: answers from another server than the one before
 * @mtu: of the path, as far as it is known
 * @reason: of a failure
 */
struct flow {
	const struct options	*options;
	int			fd;
	uint64_t		id;
	enum flow_state		state;
	uint32_t		events;
	union address		local;
	char			backend[NAME_SIZE + 1];
	size_t			name_got;
	struct tcp_request	request;
	size_t			request_sent;
	uint64_t		wanted;
	uint64_t		sent;
	uint64_t		returned;
	uint64_t		opened_us;
	uint64_t		connect_us;
	uint64_t		progress_us;
	uint64_t		sent_us;
	unsigned int		resent;
	unsigned int		moved;
	int			mtu;
	const char		*reason;
};

/* What all flows came to. */
struct tally_name {
	const char	*name;
	unsigned int	count;
};

#define TALLY_NAMES	256

struct tally {
	unsigned int		flows, ok, failed;
	unsigned int		resent, moved, connected;
	uint64_t		bytes, connect_max_us, connect_sum_us;
	int			mtu_min;
	struct tally_name	backends[TALLY_NAMES];
	struct tally_name	reasons[TALLY_NAMES];
};

/* flow.c */
void flow_open(struct flow *flow, const struct options *options,
	       unsigned int number, int epoll);
void flow_want(struct flow *flow, uint64_t bytes, int epoll);
void flow_event(struct flow *flow, uint32_t events, int epoll);
void flow_tick(struct flow *flow, int epoll);
void flow_close(struct flow *flow);
void flow_fail(struct flow *flow, const char *reason);
void flow_fail_errno(struct flow *flow);
void flow_returned(struct flow *flow, const char *data, uint64_t offset,
		   size_t length);

static inline bool flow_over(const struct flow *flow)
{
	return flow->state == FLOW_DONE || flow->state == FLOW_FAILED;
}

/* flow_tcp.c, flow_udp.c */
void tcp_open(struct flow *flow);
void tcp_event(struct flow *flow, uint32_t events);
void udp_send(struct flow *flow);
void udp_event(struct flow *flow);

/* tally.c */
void tally_add(struct tally *tally, const struct flow *flow);
void tally_print(const struct tally *tally);
void flow_print(const struct flow *flow, unsigned int number);

#endif
