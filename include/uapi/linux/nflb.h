/* SPDX-License-Identifier: GPL-2.0 WITH Linux-syscall-note */
/*
 * nflb: layer-4 load balancer, generic netlink protocol
 *
 * This header is the document of the protocol. Family "nflb", version 1.
 * Everything concerns the network namespace of the socket. Writing needs
 * CAP_NET_ADMIN in the user namespace that owns that network namespace;
 * reading needs no privilege. Ports and IPv4 addresses are in network byte
 * order, everything else in host byte order.
 *
 * An address is always one of two attributes, *_ADDR4 or *_ADDR6; giving none
 * or both is an error. Services and backends have global unicast addresses. A
 * refusal changes nothing and carries extended-ack text (NLMSGERR_ATTR_MSG)
 * that names what was wrong; of several backends, NLMSGERR_ATTR_OFFS tells which
 * one it is about.
 *
 * A service is what its key says, which is PROTOCOL, ADDR4|ADDR6, PREFIX?, PORT
 * and PORT_LAST? inside NFLB_A_SERVICE: an address or, with PREFIX, all
 * addresses of that prefix; a port, all ports from PORT to PORT_LAST, or with
 * PORT 0 any port. A packet belongs to the most specific service that has it:
 * first by the length of the prefix, of which an address of its own is the
 * longest, then exact port, range, any port. Ranges at the same address or
 * prefix must not overlap. An address of the director's own (on a device, or
 * routed to its local stack) is not part of any prefix.
 *
 * The key of a mark service is MARK and FAMILY instead: it has all packets of
 * that family, of any protocol nflb knows, that carry this mark after the
 * mangle table and that belong to no other service.
 *
 * Requests, and the attributes they take:
 *
 *  SERVICE_NEW       SERVICE{key, SCHEDULER?, SCHED_OPTIONS?, TIMEOUT_*?,
 *                    PANIC?, SOURCE_POOL?, ONE_PACKET?, ICMP_REPLY?,
 *                    NO_BACKEND?, BACKEND_DOWN?, MID_STREAM?, AFFINITY?,
 *                    AFFINITY_PREFIX?, MAX_CONNECTIONS?, MAX_HALF_OPEN?,
 *                    RATE_LIMIT?, CLIENT_RATE_LIMIT?}
 *                    BACKEND{as in BACKEND_NEW}*: a service with all of its
 *                    backends, in this order; NFLB_A_BACKEND comes once for
 *                    each
 *  SERVICE_REPLACE   the same, but the service may exist: then it gets exactly
 *                    these settings and these backends, in one step or not at
 *                    all. What is absent returns to its default. A backend
 *                    that stays, by address and port, keeps its connections
 *                    and counters
 *  SERVICE_SET       SERVICE as in SERVICE_NEW; what is absent stays as it is.
 *                    A SCHEDULER or SCHED_OPTIONS attribute replaces scheduler
 *                    and all of its options: options not given return to their
 *                    defaults. So does AFFINITY with AFFINITY_PREFIX, which
 *                    needs it, and each part of a limit of rate
 *  SERVICE_DEL       SERVICE{key}; removes its backends and connections too
 *  SERVICE_GET       SERVICE{key}; dump: no attributes, services in the order
 *                    of their creation
 *  SERVICE_ZERO      SERVICE{key}; zeroes the counters of the service and of
 *                    its backends
 *  BACKEND_NEW       SERVICE{key} BACKEND{ADDR4|ADDR6, PORT?, FORWARD?,
 *                    FORWARD_OPTIONS?, WEIGHT?, MAX_CONNECTIONS?,
 *                    SLOW_START?, TIER?, SOURCE_POOL?, RESPONSE_TIME?,
 *                    STATE?, DRAIN_TIMEOUT?, DRAIN_THEN?}; without PORT that
 *                    of the service, which for a range or any port is the one
 *                    each packet has.
 *                    Backends that a tunnel leads to may be of the other
 *                    address family than their service
 *  BACKEND_SET       the same; what is absent stays as it is. A FORWARD or
 *                    FORWARD_OPTIONS attribute replaces the method and all of
 *                    its options: options not given return to their defaults.
 *                    STATE, be it that which the backend is in, ends an earlier
 *                    drain's deadline
 *  BACKEND_DEL       SERVICE{key} BACKEND{ADDR4|ADDR6, PORT?}
 *  BACKEND_GET       dump only: SERVICE{key}? restricts it to one service;
 *                    backends in the order of their creation, each message
 *                    with the SERVICE{key} it belongs to
 *  CONNECTION_GET    dump only: SERVICE{key}? BACKEND{ADDR4|ADDR6, PORT?}?
 *                    CONNECTION{CLIENT_ADDR4|6, CLIENT_PREFIX?, STATE?}?
 *                    filter in the kernel; what matches nothing, be it of an
 *                    unknown service, is an empty answer
 *  CONNECTION_COUNT  the same filter; answers NFLB_A_COUNT
 *  CONNECTION_DEL    the same filter; forgets these connections and answers
 *                    NFLB_A_COUNT, their number. All of them only with
 *                    CONNECTION{ALL}
 *  STATS_GET         no attributes; answers NFLB_A_COUNT (connections in the
 *                    table), NFLB_A_LIMIT (most it may hold), NFLB_A_STATS
 *                    (sums over the services), NFLB_A_AFFINITY_STATS,
 *                    NFLB_A_DROPS and NFLB_A_CHANGES_LOST
 *
 *  EXPLAIN           CONNECTION{PROTOCOL, CLIENT_ADDR4|6, CLIENT_PORT,
 *                    SERVICE_ADDR4|6, SERVICE_PORT}: where would the first
 *                    packet of this flow go? Answers EXPLAIN and, as far as
 *                    they are found, SERVICE{key}, BACKEND{ADDR4|ADDR6, PORT}
 *                    and the CONNECTION there is. Nothing is changed: without
 *                    BACKEND the scheduler will choose anew for each flow.
 *                    Services by firewall mark are not looked at
 *  AFFINITY_GET      dump only: SERVICE{key}? BACKEND{ADDR4|ADDR6, PORT?}?
 *                    AFFINITY{CLIENT_ADDR4|6, CLIENT_PREFIX?}? filter in the
 *                    kernel; answers SERVICE{key} BACKEND{ADDR4|ADDR6, PORT}
 *                    AFFINITY{CLIENT_ADDR4|6, CLIENT_PREFIX, EXPIRES}, PORT
 *                    being 0 of a backend without one of its own
 *  AFFINITY_DEL      the same filter; forgets where these clients were and
 *                    answers NFLB_A_COUNT, their number. All of them only with
 *                    AFFINITY{ALL}
 *  SETTINGS_GET      no attributes; answers SETTINGS, as they are in force, and
 *                    DEFAULTS, which are the parameters of the module
 *  SETTINGS_SET      SETTINGS; what is absent stays as it is, 0 is the default.
 *                    More than the default needs CAP_NET_ADMIN in the initial
 *                    user namespace. What is there already stays
 *
 *  CHANGES           dump only, no attributes: what has changed since the last
 *                    CHANGES, each in a message of its own: SERVICE{key}
 *                    BACKEND{ADDR4|ADDR6, PORT} and CONNECTION{all of it, END
 *                    where it is gone} or AFFINITY{all of it}. Connections are
 *                    told of once they are established, and when a packet puts
 *                    their expiry off by a sixteenth or more. Changes are
 *                    queued while somebody reads them once in a minute. Where
 *                    some are missing, at the first time for instance, the
 *                    answer is ENOBUFS, once: the reader lists everything.
 *                    There is one queue: two readers share it
 *  IMPORT            ENTRY{as in an answer of CHANGES, CONNECTION_GET or
 *                    AFFINITY_GET}*, of another director with the same
 *                    services; or an earlier one of this. Answers IMPORT, how
 *                    many entries met which end. A malformed entry refuses all
 *
 * Events come to the members of three multicast groups, as EVENT messages:
 *
 *  service           EVENT SERVICE{all of it}; the end of a service is that of
 *                    its backends too
 *  backend           EVENT SERVICE{key} BACKEND{all of it}; settings that were
 *                    given anew may be the same as before
 *  connection        EVENT SERVICE{key} BACKEND{ADDR4|ADDR6, PORT}
 *                    CONNECTION{all of it, END where it was closed}
 *
 * Dumps of services and backends are consistent: NLM_F_DUMP_INTR is set when
 * the configuration changed meanwhile, and the reader starts again. A dump of
 * connections or affinity is a snapshot of a moving table: what comes, goes or
 * moves meanwhile may be missing or appear twice.
 */
#ifndef _UAPI_LINUX_NFLB_H
#define _UAPI_LINUX_NFLB_H

#define NFLB_GENL_NAME		"nflb"
#define NFLB_GENL_VERSION	1

/* Multicast groups. */
#define NFLB_MCGRP_SERVICE	"service"
#define NFLB_MCGRP_BACKEND	"backend"
#define NFLB_MCGRP_CONNECTION	"connection"

/* Sizes and limits, checked by the kernel. */
#define NFLB_SCHED_NAME_LEN	16	/* with the final NUL */
#define NFLB_WEIGHT_MAX		65535
#define NFLB_TIMEOUT_MAX	2678400	/* seconds: 31 days; the least is 1 */
#define NFLB_GUE_PORT		6080
#define NFLB_TABLE_SIZE_MIN	251
#define NFLB_TABLE_SIZE_MAX	655373
#define NFLB_MAX_LOAD_MIN	100	/* percent */
#define NFLB_MAX_LOAD_MAX	10000
#define NFLB_SLOW_START_MAX	86400	/* seconds */
#define NFLB_RESPONSE_TIME_MAX	1000000	/* microseconds */
#define NFLB_PANIC_MAX		100	/* percent; the least is 1 */
#define NFLB_SOURCE_PREFIXES_MAX	16	/* of a source pool */
#define NFLB_SOURCE_ADDRESSES_MAX	64
#define NFLB_SOURCE_PORT_MIN	1024	/* defaults */
#define NFLB_SOURCE_PORT_MAX	65535
#define NFLB_RATE_MAX		1000000	/* per second */
#define NFLB_BURST_MAX		1000000	/* the least is 1 */

enum nflb_cmd {
	NFLB_CMD_UNSPEC,
	NFLB_CMD_SERVICE_NEW,
	NFLB_CMD_SERVICE_SET,
	NFLB_CMD_SERVICE_DEL,
	NFLB_CMD_SERVICE_GET,
	NFLB_CMD_SERVICE_ZERO,
	NFLB_CMD_BACKEND_NEW,
	NFLB_CMD_BACKEND_SET,
	NFLB_CMD_BACKEND_DEL,
	NFLB_CMD_BACKEND_GET,
	NFLB_CMD_CONNECTION_GET,
	NFLB_CMD_CONNECTION_COUNT,
	NFLB_CMD_STATS_GET,
	NFLB_CMD_SERVICE_REPLACE,
	NFLB_CMD_CONNECTION_DEL,
	NFLB_CMD_EVENT,
	NFLB_CMD_EXPLAIN,
	NFLB_CMD_AFFINITY_GET,
	NFLB_CMD_AFFINITY_DEL,
	NFLB_CMD_SETTINGS_GET,
	NFLB_CMD_SETTINGS_SET,
	NFLB_CMD_CHANGES,
	NFLB_CMD_IMPORT,

	__NFLB_CMD_MAX,
	NFLB_CMD_MAX = __NFLB_CMD_MAX - 1
};

/* Top level of every message. */
enum nflb_attr {
	NFLB_A_UNSPEC,
	NFLB_A_SERVICE,		/* nest, enum nflb_service_attr */
	NFLB_A_BACKEND,		/* nest, enum nflb_backend_attr */
	NFLB_A_CONNECTION,	/* nest, enum nflb_connection_attr */
	NFLB_A_STATS,		/* nest, enum nflb_stats_attr */
	NFLB_A_DROPS,		/* nest, u64 per enum nflb_drop, type = reason */
	NFLB_A_COUNT,		/* u64 */
	NFLB_A_LIMIT,		/* u64 */
	NFLB_A_PAD,
	NFLB_A_EVENT,		/* u8, enum nflb_event */
	NFLB_A_EXPLAIN,		/* nest, enum nflb_explain_attr */
	NFLB_A_AFFINITY,	/* nest, enum nflb_affinity_attr */
	NFLB_A_AFFINITY_STATS,	/* nest, enum nflb_affinity_stats_attr */
	NFLB_A_SETTINGS,	/* nest, enum nflb_settings_attr */
	NFLB_A_DEFAULTS,	/* nest, enum nflb_settings_attr */
	NFLB_A_ENTRY,		/* nest, enum nflb_attr: SERVICE, BACKEND and
				 * CONNECTION or AFFINITY
				 */
	NFLB_A_IMPORT,		/* nest, enum nflb_import_attr */
	NFLB_A_CHANGES_LOST,	/* u64: for which the queue had no room */

	__NFLB_A_MAX,
	NFLB_A_MAX = __NFLB_A_MAX - 1
};

enum nflb_service_attr {
	NFLB_SERVICE_UNSPEC,
	NFLB_SERVICE_PROTOCOL,		/* u8: IPPROTO_TCP, _UDP or _SCTP */
	NFLB_SERVICE_ADDR4,		/* be32 */
	NFLB_SERVICE_ADDR6,		/* 16 bytes */
	NFLB_SERVICE_PORT,		/* be16; 0: any port */
	NFLB_SERVICE_SCHEDULER,		/* string, default wlc; see lbadm(8) */
	NFLB_SERVICE_SCHED_OPTIONS,	/* nest, enum nflb_sched_option */
	NFLB_SERVICE_TIMEOUT_ESTABLISHED, /* u32 seconds, default 900 */
	NFLB_SERVICE_TIMEOUT_FIN,	/* u32 seconds, default 60 */
	NFLB_SERVICE_TIMEOUT_SYN,	/* u32 seconds, default 30 */
	NFLB_SERVICE_TIMEOUT_UDP,	/* u32 seconds, default 120 */
	NFLB_SERVICE_BACKENDS,		/* u32, read only: number of backends */
	NFLB_SERVICE_STATS,		/* nest, read only, enum nflb_stats_attr */
	NFLB_SERVICE_PORT_LAST,		/* be16, last of a port range */
	NFLB_SERVICE_PREFIX,		/* u8: how many bits of the address count */
	NFLB_SERVICE_MARK,		/* u32, not 0 */
	NFLB_SERVICE_FAMILY,		/* u8: AF_INET or AF_INET6, with MARK only */
	NFLB_SERVICE_PANIC,		/* u32, 1..NFLB_PANIC_MAX percent, default 1:
					 * the next tier of backends is used, too,
					 * while less of the first tier's weight
					 * than that is available
					 */
	NFLB_SERVICE_SOURCE_POOL,	/* nest, enum nflb_source_pool_attr: for
					 * backends that have none of their own
					 */
	NFLB_SERVICE_ONE_PACKET,	/* u8, UDP only: 1: every datagram is scheduled
					 * on its own and opens no connection;
					 * default 0. By nat, answers are told by
					 * address and port of the backend, which
					 * therefore can serve one such service
					 * only, and that must have one address;
					 * not with fullnat
					 */
	NFLB_SERVICE_ICMP_REPLY,	/* u8, not of a mark: 1: pings of its address
					 * are answered while it has a backend of
					 * weight, unless the host has that address
					 * and answers itself; default 0
					 */
	NFLB_SERVICE_NO_BACKEND,	/* u8, enum nflb_no_backend, default reject */
	NFLB_SERVICE_BACKEND_DOWN,	/* u8, enum nflb_backend_down, default reset */
	NFLB_SERVICE_MID_STREAM,	/* u8, enum nflb_mid_stream, default reset */
	NFLB_SERVICE_AFFINITY,		/* u32, 0..NFLB_TIMEOUT_MAX seconds: a client
					 * goes back to the backend of its last
					 * connection for so long after that was
					 * established, or for UDP had its first
					 * packet; default 0: it does not
					 */
	NFLB_SERVICE_AFFINITY_PREFIX,	/* u8, not 0: how many bits of its address
					 * make a client, default all; not there
					 * without AFFINITY
					 */
	NFLB_SERVICE_MAX_CONNECTIONS,	/* u32: while so many are active, new flows
					 * meet NO_BACKEND; default 0: no limit
					 */
	NFLB_SERVICE_MAX_HALF_OPEN,	/* u32, not UDP: while the handshakes of so
					 * many last, a SYN goes on without a
					 * connection, which the client's ACK
					 * opens, by dr and tunnels with a
					 * scheduler that hashes; others are
					 * dropped. Default 65536, 0: no limit but
					 * half of the table for all services
					 */
	NFLB_SERVICE_RATE_LIMIT,	/* nest, enum nflb_rate_attr: new flows (of
					 * one-packet: datagrams); others are dropped
					 */
	NFLB_SERVICE_CLIENT_RATE_LIMIT,	/* nest, enum nflb_rate_attr: the same, for
					 * each client prefix
					 */
	NFLB_SERVICE_CONNECTIONS_ACTIVE, /* u32, read only: opening, established, UDP */
	NFLB_SERVICE_CONNECTIONS_HALF_OPEN, /* u32, read only: those of them in
					     * their handshake
					     */
	NFLB_SERVICE_STATELESS,		/* u64, read only: packets that went on
					 * without a connection for want of room
					 */
	NFLB_SERVICE_PAD,

	__NFLB_SERVICE_MAX,
	NFLB_SERVICE_MAX = __NFLB_SERVICE_MAX - 1
};

/* What schedulers that hash look at. */
enum nflb_hash {
	NFLB_HASH_ADDRESS,	/* of the client; for dh of the service */
	NFLB_HASH_ADDRESS_PORT,	/* the same with its port */
	NFLB_HASH_FLOW,		/* protocol, both addresses and both ports */

	__NFLB_HASH_MAX,
	NFLB_HASH_MAX = __NFLB_HASH_MAX - 1
};

/* What a new flow meets when no backend is available. */
enum nflb_no_backend {
	NFLB_NO_BACKEND_REJECT,	/* TCP reset, else ICMP port unreachable */
	NFLB_NO_BACKEND_DROP,
	NFLB_NO_BACKEND_PASS,	/* it is the host's, as if there were no service */

	__NFLB_NO_BACKEND_MAX,
	NFLB_NO_BACKEND_MAX = __NFLB_NO_BACKEND_MAX - 1
};

/* What a packet of a connection meets whose backend is down or removed. */
enum nflb_backend_down {
	NFLB_BACKEND_DOWN_RESET,	/* TCP: both ends are reset; else as reschedule */
	NFLB_BACKEND_DOWN_RESCHEDULE,	/* the connection is forgotten: the packet
					 * is looked at as the first of a flow
					 */
	NFLB_BACKEND_DOWN_DROP,
	NFLB_BACKEND_DOWN_KEEP,		/* it goes to the backend all the same */

	__NFLB_BACKEND_DOWN_MAX,
	NFLB_BACKEND_DOWN_MAX = __NFLB_BACKEND_DOWN_MAX - 1
};

/* What a TCP packet of no connection meets that does not begin one. */
enum nflb_mid_stream {
	NFLB_MID_STREAM_RESET,
	NFLB_MID_STREAM_DROP,
	NFLB_MID_STREAM_ADOPT,	/* an ACK opens an established connection */

	__NFLB_MID_STREAM_MAX,
	NFLB_MID_STREAM_MAX = __NFLB_MID_STREAM_MAX - 1
};

/*
 * Options of schedulers. One that the scheduler does not have is refused. sh,
 * dh and maglev have TABLE_SIZE, SEED, HASH and FALLBACK, and maglev MAX_LOAD;
 * lblc and lblcr TABLE_SIZE and SEED; the others have none. The table of sh, dh
 * and maglev is a function of size and seed and of the set of backends alone, so
 * that directors with equal configuration agree on every slot.
 */
enum nflb_sched_option {
	NFLB_SCHED_OPTION_UNSPEC,
	NFLB_SCHED_OPTION_TABLE_SIZE,	/* u32, prime, NFLB_TABLE_SIZE_MIN..MAX;
					 * default 65537 (maglev), 4093 (others)
					 */
	NFLB_SCHED_OPTION_SEED,		/* u64, default 0 */
	NFLB_SCHED_OPTION_PAD,
	NFLB_SCHED_OPTION_HASH,		/* u8, enum nflb_hash, default flow
					 * (maglev), address (sh, dh)
					 */
	NFLB_SCHED_OPTION_FALLBACK,	/* u8, 1 (default): who hashes to a full
					 * backend goes to another, 0: is refused
					 */
	NFLB_SCHED_OPTION_MAX_LOAD,	/* u32, NFLB_MAX_LOAD_MIN..MAX: percent of
					 * its fair share that a backend may have;
					 * default none. Needs FALLBACK.
					 */

	__NFLB_SCHED_OPTION_MAX,
	NFLB_SCHED_OPTION_MAX = __NFLB_SCHED_OPTION_MAX - 1
};

/*
 * Addresses and ports that full NAT gives requests as their source, of the
 * family of the service. An empty nest in a request means no pool.
 */
enum nflb_source_pool_attr {
	NFLB_SOURCE_POOL_UNSPEC,
	NFLB_SOURCE_POOL_PREFIX,	/* nest, enum nflb_source_prefix_attr;
					 * 1..NFLB_SOURCE_PREFIXES_MAX of them, with
					 * NFLB_SOURCE_ADDRESSES_MAX addresses
					 */
	NFLB_SOURCE_POOL_PORT_MIN,	/* u16, host byte order, not 0 */
	NFLB_SOURCE_POOL_PORT_MAX,	/* u16, host byte order */

	__NFLB_SOURCE_POOL_MAX,
	NFLB_SOURCE_POOL_MAX = __NFLB_SOURCE_POOL_MAX - 1
};

enum nflb_source_prefix_attr {
	NFLB_SOURCE_PREFIX_UNSPEC,
	NFLB_SOURCE_PREFIX_ADDR4,	/* be32 */
	NFLB_SOURCE_PREFIX_ADDR6,	/* 16 bytes */
	NFLB_SOURCE_PREFIX_LENGTH,	/* u8, default all bits; all addresses of
					 * the prefix are used
					 */

	__NFLB_SOURCE_PREFIX_MAX,
	NFLB_SOURCE_PREFIX_MAX = __NFLB_SOURCE_PREFIX_MAX - 1
};

/*
 * A token bucket: it holds BURST tokens and gets PER_SECOND each second; what
 * finds it empty is over the limit. Buckets of clients take a fixed amount of
 * memory. With more clients than it has room for at a time, those who asked for
 * the least begin with a full bucket again.
 */
enum nflb_rate_attr {
	NFLB_RATE_UNSPEC,
	NFLB_RATE_PER_SECOND,		/* u32, 0..NFLB_RATE_MAX; 0: no limit, and
					 * nothing beside it
					 */
	NFLB_RATE_BURST,		/* u32, 1..NFLB_BURST_MAX, default PER_SECOND */
	NFLB_RATE_PREFIX,		/* u8, CLIENT_RATE_LIMIT only: bits of an
					 * address that make a client, from 1;
					 * default 32, or 64 for IPv6
					 */

	__NFLB_RATE_ATTR_MAX,
	NFLB_RATE_ATTR_MAX = __NFLB_RATE_ATTR_MAX - 1
};

/* How packets reach a backend. */
enum nflb_forward {
	NFLB_FORWARD_NAT,	/* rewrite destination; replies come back here */
	NFLB_FORWARD_DR,	/* direct routing: next hop only */
	NFLB_FORWARD_IPIP,	/* tunnel: IP in IP, RFC 2003 and RFC 2473 */
	NFLB_FORWARD_GRE,	/* tunnel: IP in GRE, RFC 2784 and RFC 2890 */
	NFLB_FORWARD_GUE,	/* tunnel: IP in UDP, GUE variant 0 without
				 * options (draft-ietf-intarea-gue)
				 */
	NFLB_FORWARD_FULLNAT,	/* nat, and the source becomes one of the pool */

	__NFLB_FORWARD_MAX,
	NFLB_FORWARD_MAX = __NFLB_FORWARD_MAX - 1
};

/*
 * Options of fullnat and the tunnels. The source is the outer one: with a prefix shorter
 * than the address, its other bits are made from a hash of the flow. Only errors
 * about packets whose source is a local address of the director are heard.
 */
enum nflb_forward_option {
	NFLB_FORWARD_OPTION_UNSPEC,
	NFLB_FORWARD_OPTION_CHECKSUM,	/* u8, 0 or 1: gre (default 0), gue
					 * (default 1)
					 */
	NFLB_FORWARD_OPTION_KEY,	/* u32: gre; absent: no key */
	NFLB_FORWARD_OPTION_PORT,	/* be16: gue, default NFLB_GUE_PORT */
	NFLB_FORWARD_OPTION_SOURCE4,	/* be32: ipip, gre, gue; family of the
					 * backend; absent: the director's
					 * address on the way
					 */
	NFLB_FORWARD_OPTION_SOURCE6,	/* 16 bytes */
	NFLB_FORWARD_OPTION_SOURCE_PREFIX, /* u8: 8..32 or 16..128, default
					    * the longest
					    */
	NFLB_FORWARD_OPTION_TOA,	/* u8, 0 (default) or 1: fullnat of TCP;
					 * TCP option 254 with the client's port
					 * (be16) and address tells the backend
					 */

	__NFLB_FORWARD_OPTION_MAX,
	NFLB_FORWARD_OPTION_MAX = __NFLB_FORWARD_OPTION_MAX - 1
};

/* Whom the operator lets work. */
enum nflb_backend_state {
	NFLB_BACKEND_STATE_UP,
	NFLB_BACKEND_STATE_DRAINING,	/* no new connections, old ones go on */
	NFLB_BACKEND_STATE_DOWN,	/* as if removed, but configuration and
					 * counters stay
					 */

	__NFLB_BACKEND_STATE_MAX,
	NFLB_BACKEND_STATE_MAX = __NFLB_BACKEND_STATE_MAX - 1
};

/* What happens at the deadline of a drain. */
enum nflb_drain_then {
	NFLB_DRAIN_THEN_RESET,	/* the backend is down: NFLB_BACKEND_DOWN_RESET
				 * for TCP, else NFLB_BACKEND_DOWN_RESCHEDULE
				 */
	NFLB_DRAIN_THEN_KEEP,	/* it goes on draining */

	__NFLB_DRAIN_THEN_MAX,
	NFLB_DRAIN_THEN_MAX = __NFLB_DRAIN_THEN_MAX - 1
};

enum nflb_backend_attr {
	NFLB_BACKEND_UNSPEC,
	NFLB_BACKEND_ADDR4,		/* be32; one of the host's own, loopback too:
					 * the host is the backend
					 */
	NFLB_BACKEND_ADDR6,		/* 16 bytes */
	NFLB_BACKEND_PORT,		/* be16; absent: that of each packet;
					 * only nat and fullnat can change it
					 */
	NFLB_BACKEND_FORWARD,		/* u8, enum nflb_forward, default nat */
	NFLB_BACKEND_WEIGHT,		/* u32, 0..NFLB_WEIGHT_MAX, default 1;
					 * 0: no new connections
					 */
	NFLB_BACKEND_CONNECTIONS_ACTIVE, /* u32, read only: opening, established, UDP */
	NFLB_BACKEND_CONNECTIONS_INACTIVE, /* u32, read only: closing, closed */
	NFLB_BACKEND_STATS,		/* nest, read only, enum nflb_stats_attr */
	NFLB_BACKEND_MAX_CONNECTIONS,	/* u32: gets no new connections while so
					 * many are active; default 0: no limit
					 */
	NFLB_BACKEND_SLOW_START,	/* u32, 0..NFLB_SLOW_START_MAX seconds for
					 * the weight to grow to its full value,
					 * default 0: full at once
					 */
	NFLB_BACKEND_TIER,		/* u8, not 0, default 1 */
	NFLB_BACKEND_WEIGHT_PERCENT,	/* u32, read only: part of the weight that
					 * is in effect; 0: gets nothing
					 */
	NFLB_BACKEND_FORWARD_OPTIONS,	/* nest, enum nflb_forward_option */
	NFLB_BACKEND_SOURCE_POOL,	/* nest, enum nflb_source_pool_attr; default
					 * that of the service
					 */
	NFLB_BACKEND_RESPONSE_TIME,	/* u32, 0..NFLB_RESPONSE_TIME_MAX: what
					 * scheduler lrt goes by until something
					 * was measured; default 0: not known
					 */
	NFLB_BACKEND_RESPONSE_MEASURED,	/* u32 microseconds, read only: smoothed
					 * time from SYN to SYN-ACK (nat, lrt);
					 * 0: none seen
					 */
	NFLB_BACKEND_STATE,		/* u8, enum nflb_backend_state, default up */
	NFLB_BACKEND_DRAIN_TIMEOUT,	/* u32 seconds, 1..NFLB_TIMEOUT_MAX; needs
					 * STATE draining. Answers: what is left,
					 * absent without a deadline
					 */
	NFLB_BACKEND_DRAIN_THEN,	/* u8, enum nflb_drain_then, default reset;
					 * needs DRAIN_TIMEOUT
					 */
	NFLB_BACKEND_FAILURES,		/* nest, read only, enum nflb_failures_attr */

	__NFLB_BACKEND_MAX,
	NFLB_BACKEND_MAX = __NFLB_BACKEND_MAX - 1
};

/* What went wrong with a backend's connections; SERVICE_ZERO zeroes it too. */
enum nflb_failures_attr {
	NFLB_FAILURES_UNSPEC,
	NFLB_FAILURES_UNANSWERED,	/* u64: connections whose client repeated
					 * its SYN, or that had no answer in time
					 * (nat, fullnat)
					 */
	NFLB_FAILURES_REFUSED,		/* u64: answered by a reset (nat, fullnat) */
	NFLB_FAILURES_RESET,		/* u64: reset by the backend before either
					 * side had closed (nat, fullnat)
					 */
	NFLB_FAILURES_UNREACHABLE,	/* u64: ICMP errors that say so */
	NFLB_FAILURES_PAD,

	__NFLB_FAILURES_MAX,
	NFLB_FAILURES_MAX = __NFLB_FAILURES_MAX - 1
};

/*
 * SCTP is said to be in the state in which TCP would be, and has its timeouts:
 * syn-sent after INIT, syn-recv after INIT ACK, established with the cookie,
 * fin-wait after SHUTDOWN, time-wait after SHUTDOWN COMPLETE, close after ABORT.
 */
enum nflb_state {
	NFLB_STATE_NONE,
	NFLB_STATE_UDP,		/* UDP has this state only */
	NFLB_STATE_SYN_SENT,	/* SYN of the client seen */
	NFLB_STATE_SYN_RECV,	/* SYN-ACK of the backend seen (nat, fullnat) */
	NFLB_STATE_ESTABLISHED,
	NFLB_STATE_FIN_WAIT,	/* one side closed */
	NFLB_STATE_TIME_WAIT,	/* both sides closed */
	NFLB_STATE_CLOSE,	/* reset */

	__NFLB_STATE_MAX,
	NFLB_STATE_MAX = __NFLB_STATE_MAX - 1
};

enum nflb_connection_attr {
	NFLB_CONNECTION_UNSPEC,
	NFLB_CONNECTION_CLIENT_ADDR4,	/* be32 */
	NFLB_CONNECTION_CLIENT_ADDR6,	/* 16 bytes */
	NFLB_CONNECTION_CLIENT_PREFIX,	/* u8, filter only: prefix length */
	NFLB_CONNECTION_CLIENT_PORT,	/* be16 */
	NFLB_CONNECTION_FORWARD,	/* u8, enum nflb_forward */
	NFLB_CONNECTION_STATE,		/* u8, enum nflb_state; filter too */
	NFLB_CONNECTION_EXPIRES,	/* u32: seconds left */
	NFLB_CONNECTION_SERVICE_ADDR4,	/* be32: what the client speaks to */
	NFLB_CONNECTION_SERVICE_ADDR6,	/* 16 bytes */
	NFLB_CONNECTION_SERVICE_PORT,	/* be16 */
	NFLB_CONNECTION_PROTOCOL,	/* u8, IPPROTO_* */
	NFLB_CONNECTION_ALL,		/* flag: CONNECTION_DEL without filter */
	NFLB_CONNECTION_END,		/* u8, enum nflb_end: of a closed one */
	NFLB_CONNECTION_SOURCE_ADDR4,	/* be32: fullnat */
	NFLB_CONNECTION_SOURCE_ADDR6,	/* 16 bytes: fullnat */
	NFLB_CONNECTION_SOURCE_PORT,	/* be16: fullnat */
	NFLB_CONNECTION_FLAGS,		/* u8: bits, see below; absent: 0 */
	NFLB_CONNECTION_TCP_SEQ,	/* u8: upper eight bits of the client's
					 * sequence number
					 */
	NFLB_CONNECTION_TCP_ACK,	/* u8: of what it acknowledged */
	NFLB_CONNECTION_SCTP_TAG,	/* be32: of the client's packets, or 0 */
	NFLB_CONNECTION_SCTP_REPLY_TAG,	/* be32: of the backend's, or 0 */

	__NFLB_CONNECTION_MAX,
	NFLB_CONNECTION_MAX = __NFLB_CONNECTION_MAX - 1
};

/* NFLB_CONNECTION_FLAGS */
#define NFLB_CONNECTION_FIN		0x1	/* the client has closed */
#define NFLB_CONNECTION_REPLY_FIN	0x2	/* the backend has closed */
#define NFLB_CONNECTION_TOA_SEEN	0x4	/* the backend knows the client */

/* What became of the entries of an IMPORT: how many. */
enum nflb_import_attr {
	NFLB_IMPORT_UNSPEC,
	NFLB_IMPORT_NEW,		/* u32: was not there */
	NFLB_IMPORT_UPDATED,		/* u32: was there, and older */
	NFLB_IMPORT_SAME,		/* u32: no news */
	NFLB_IMPORT_REMOVED,		/* u32: is gone now, as it says */
	NFLB_IMPORT_UNKNOWN,		/* u32: no such service or backend, or that
					 * is down
					 */
	NFLB_IMPORT_REFUSED,		/* u32: no room, its source is taken, or the
					 * flow is another connection's
					 */

	__NFLB_IMPORT_MAX,
	NFLB_IMPORT_MAX = __NFLB_IMPORT_MAX - 1
};

/*
 * A client goes back to a backend as long as the entry lasts and the backend is
 * given new connections; if not, it gets another backend and another entry. A
 * connection that is not established yet makes an entry for the time of
 * TIMEOUT_SYN.
 */
enum nflb_affinity_attr {
	NFLB_AFFINITY_UNSPEC,
	NFLB_AFFINITY_CLIENT_ADDR4,	/* be32 */
	NFLB_AFFINITY_CLIENT_ADDR6,	/* 16 bytes */
	NFLB_AFFINITY_CLIENT_PREFIX,	/* u8: prefix length, default all bits */
	NFLB_AFFINITY_EXPIRES,		/* u32: seconds left; not of a filter */
	NFLB_AFFINITY_ALL,		/* flag: AFFINITY_DEL without filter */

	__NFLB_AFFINITY_MAX,
	NFLB_AFFINITY_MAX = __NFLB_AFFINITY_MAX - 1
};

enum nflb_affinity_stats_attr {
	NFLB_AFFINITY_STATS_UNSPEC,
	NFLB_AFFINITY_STATS_ENTRIES,	/* u32 */
	NFLB_AFFINITY_STATS_LIMIT,	/* u32: most there may be */
	NFLB_AFFINITY_STATS_REFUSED,	/* u64: how often a client was not
					 * remembered for want of room
					 */
	NFLB_AFFINITY_STATS_PAD,

	__NFLB_AFFINITY_STATS_MAX,
	NFLB_AFFINITY_STATS_MAX = __NFLB_AFFINITY_STATS_MAX - 1
};

/* Of a network namespace. */
enum nflb_settings_attr {
	NFLB_SETTINGS_UNSPEC,
	NFLB_SETTINGS_MAX_CONNECTIONS,	/* u32: most connections */
	NFLB_SETTINGS_MAX_AFFINITY,	/* u32: most clients with affinity */

	__NFLB_SETTINGS_MAX,
	NFLB_SETTINGS_MAX = __NFLB_SETTINGS_MAX - 1
};

/* What would become of a packet. */
enum nflb_explain {
	NFLB_EXPLAIN_UNSPEC,
	NFLB_EXPLAIN_HOST,		/* for the host's stack: of no service, or
					 * passed for want of a backend
					 */
	NFLB_EXPLAIN_FORWARD,		/* goes to a backend */
	NFLB_EXPLAIN_DROP,		/* refused or dropped, see REASON */

	__NFLB_EXPLAIN_MAX,
	NFLB_EXPLAIN_MAX = __NFLB_EXPLAIN_MAX - 1
};

enum nflb_explain_attr {
	NFLB_EXPLAIN_A_UNSPEC,
	NFLB_EXPLAIN_A_VERDICT,		/* u8, enum nflb_explain */
	NFLB_EXPLAIN_A_REASON,		/* u8, enum nflb_drop */
	NFLB_EXPLAIN_A_SCHEDULER,	/* string: of a flow that is new */
	NFLB_EXPLAIN_A_FORWARD,		/* u8, enum nflb_forward */
	NFLB_EXPLAIN_A_DEVICE,		/* string: it goes out there */
	NFLB_EXPLAIN_A_AFFINITY,	/* u32 seconds left: to BACKEND because the
					 * client was there last
					 */
	NFLB_EXPLAIN_A_LOCAL,		/* flag: the backend is the host itself */

	__NFLB_EXPLAIN_A_MAX,
	NFLB_EXPLAIN_A_MAX = __NFLB_EXPLAIN_A_MAX - 1
};

/* What an EVENT message tells. */
enum nflb_event {
	NFLB_EVENT_UNSPEC,
	NFLB_EVENT_SERVICE_NEW,
	NFLB_EVENT_SERVICE_SET,
	NFLB_EVENT_SERVICE_DEL,
	NFLB_EVENT_BACKEND_NEW,
	NFLB_EVENT_BACKEND_SET,
	NFLB_EVENT_BACKEND_DEL,
	NFLB_EVENT_BACKEND_EXHAUSTED,	/* its connections got no source port: told
					 * once a second at most
					 */
	NFLB_EVENT_CONNECTION_NEW,
	NFLB_EVENT_CONNECTION_ESTABLISHED, /* TCP */
	NFLB_EVENT_CONNECTION_CLOSED,	/* left the table */

	__NFLB_EVENT_MAX,
	NFLB_EVENT_MAX = __NFLB_EVENT_MAX - 1
};

/* Why a connection left the table. */
enum nflb_end {
	NFLB_END_UNSPEC,
	NFLB_END_EXPIRED,		/* no packet for the time of its state */
	NFLB_END_BACKEND_GONE,		/* its backend was removed */
	NFLB_END_REPLACED,		/* it was over, and a new one began */
	NFLB_END_DELETED,		/* CONNECTION_DEL */
	NFLB_END_OTHER,			/* its namespace ends */

	__NFLB_END_MAX,
	NFLB_END_MAX = __NFLB_END_MAX - 1
};

/* "in" is client to backend, "out" is backend to client (nat, fullnat). */
enum nflb_stats_attr {
	NFLB_STATS_UNSPEC,
	NFLB_STATS_CONNECTIONS,		/* u64: connections accepted */
	NFLB_STATS_PACKETS_IN,		/* u64 */
	NFLB_STATS_BYTES_IN,		/* u64, IP header included */
	NFLB_STATS_PACKETS_OUT,		/* u64 */
	NFLB_STATS_BYTES_OUT,		/* u64 */
	NFLB_STATS_PAD,

	__NFLB_STATS_MAX,
	NFLB_STATS_MAX = __NFLB_STATS_MAX - 1
};

/* Why packets that concern a service were not forwarded. */
enum nflb_drop {
	NFLB_DROP_UNSPEC,		/* padding in NFLB_A_DROPS */
	NFLB_DROP_NO_BACKEND,		/* refused: no backend available */
	NFLB_DROP_NO_CONNECTION,	/* refused: mid-stream TCP of no connection */
	NFLB_DROP_BACKEND_GONE,		/* its backend is down or removed */
	NFLB_DROP_TABLE_FULL,		/* connection limit reached */
	NFLB_DROP_NO_MEMORY,		/* allocation failed */
	NFLB_DROP_COLLISION,		/* the backend already has this client port
					 * through another service
					 */
	NFLB_DROP_NO_ROUTE,		/* no route to backend or client */
	NFLB_DROP_TOO_BIG,		/* larger than the path: told by ICMP */
	NFLB_DROP_TTL,			/* TTL or hop limit ran out: told by ICMP */
	NFLB_DROP_MALFORMED,		/* truncated or inconsistent headers */
	NFLB_DROP_CHECKSUM,		/* ICMP error with a bad checksum */
	NFLB_DROP_PORTS_EXHAUSTED,	/* no port of the source pool is free */
	NFLB_DROP_SERVICE_FULL,		/* refused: MAX_CONNECTIONS of the service */
	NFLB_DROP_HALF_OPEN,		/* MAX_HALF_OPEN of the service, or half of
					 * the table
					 */
	NFLB_DROP_RATE_LIMIT,		/* RATE_LIMIT of the service */
	NFLB_DROP_CLIENT_RATE_LIMIT,	/* CLIENT_RATE_LIMIT of the service */

	__NFLB_DROP_MAX,
	NFLB_DROP_MAX = __NFLB_DROP_MAX - 1
};

#endif /* _UAPI_LINUX_NFLB_H */
