/* SPDX-License-Identifier: GPL-2.0 */
/*
 * traffic: servers that say who they are, and clients that check what they
 * get back.
 *
 * TCP and SCTP: the server sends its name, NAME_SIZE bytes; the client sends a struct
 * tcp_request and then data, which the server returns. UDP: a datagram is a
 * struct udp_header and data; the answer is the server's name and the same
 * datagram.
 */
#ifndef _TRAFFIC_H
#define _TRAFFIC_H

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#define NAME_SIZE	16
#define CHUNK		65536
#define SCTP_MAX	4
#define MAX_DATAGRAM	65507

enum closer {
	CLOSE_CLIENT,	/* the client closes first, and goes to TIME_WAIT */
	CLOSE_SERVER,	/* the server does */
	CLOSE_RESET,	/* the client resets the connection */
};

/* Numbers are in network byte order. */
struct tcp_request {
	uint64_t	length;		/* of the data that will follow */
	uint32_t	server_closes;	/* once it has returned all of it */
	uint32_t	reserved;
};

struct udp_header {
	uint64_t	flow;		/* random: no stale answer counts */
	uint64_t	offset;		/* of the data in the flow */
};

union address {
	struct sockaddr		any;
	struct sockaddr_in	v4;
	struct sockaddr_in6	v6;
};

struct options {
	const char	*name;		/* serve: who we are */
	union address	server;		/* serve: the port only */
	union address	source;		/* AF_UNSPEC: any */
	unsigned int	source_count;	/* addresses from source on */
	int		protocol;
	enum closer	closer;
	uint64_t	bytes;		/* of each flow */
	unsigned int	size;		/* of a datagram's data */
	unsigned int	count;		/* flows */
	unsigned int	parallel;	/* of them at a time */
	unsigned int	timeout_ms;	/* of a flow, without progress */
	unsigned int	resend_ms;
	unsigned int	period_ms;	/* hold: between two pings of a flow */
	unsigned int	rate;		/* flood: packets a second; 0: any number */
	bool		dont_fragment;
	bool		list;		/* print a line for every flow */
	bool		daemonise;
	const char	*sctp[SCTP_MAX];	/* serve: addresses */
	unsigned int	sctp_count;
	const char	*report;	/* hold: file for the result */
};

/* util.c */
uint64_t now_us(void);
void raise_file_limit(void);
void parse_address(union address *to, const char *address, const char *port);
socklen_t address_size(const union address *address);
unsigned int address_port(const union address *address);
void address_add(union address *address, unsigned int n);
void detach(const char *output);

/* data.c */
void data_init(void);
const char *data_at(uint64_t flow, uint64_t offset, size_t *length);
bool data_equal(uint64_t flow, uint64_t offset, const char *got, size_t length);

/* serve.c */
int serve(const struct options *options);

/* client.c */
int echo(const struct options *options);
int hold(const struct options *options);

/* flood.c */
int flood(const struct options *options);

#endif
