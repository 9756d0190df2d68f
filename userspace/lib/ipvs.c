// SPDX-License-Identifier: GPL-2.0
/*
 * What runs in IPVS, by its own netlink family, in the words of `ipvsadm -Sn`
 * and with the thresholds, of which that does not tell
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <linux/ip_vs.h>

#include "priv.h"

struct ipvs_service {
	uint32_t mark;		/* or 0 */
	uint16_t family;
	uint16_t protocol;
	struct in6_addr address;	/* or IPv4 in its first bytes */
	uint16_t port;
	char scheduler[IP_VS_SCHEDNAME_MAXLEN];
	char engine[IP_VS_PENAME_MAXLEN];
	uint32_t flags;
	uint32_t timeout;	/* seconds */
	uint32_t netmask;	/* network byte order; IPv6: length of a prefix */
};

struct ipvs_server {
	uint16_t family;
	struct in6_addr address;
	uint16_t port;
	uint32_t method;
	uint32_t weight;
	uint32_t upper;
	uint32_t lower;
	uint8_t tunnel;
	uint16_t tunnel_port;
	uint16_t tunnel_flags;
};

/* An array that grows as answers come. */
struct list {
	void *items;
	size_t size;		/* of one */
	size_t count;
	uint16_t family;	/* that servers have when they do not say */
};

static void *list_add(struct list *list)
{
	void *items = reallocarray(list->items, list->count + 1, list->size);

	if (!items)
		return NULL;
	list->items = items;
	return (char *)items + list->size * list->count++;
}

static uint16_t get_u16(struct nlattr *attr)
{
	return attr && nla_len(attr) == sizeof(uint16_t) ? nla_get_u16(attr) :
							   0;
}

static int get_address(struct nlattr *attr, struct in6_addr *address)
{
	if (!attr || nla_len(attr) != sizeof(*address))
		return -EPROTO;
	memcpy(address, nla_data(attr), sizeof(*address));
	return 0;
}

static int get_key(struct nlattr **in, struct ipvs_service *service)
{
	service->mark = nflb_get_u32(in[IPVS_SVC_ATTR_FWMARK]);
	service->family = get_u16(in[IPVS_SVC_ATTR_AF]);
	if (service->family != AF_INET && service->family != AF_INET6)
		return -EPROTO;
	if (service->mark)
		return 0;
	service->protocol = get_u16(in[IPVS_SVC_ATTR_PROTOCOL]);
	service->port = nflb_get_port(in[IPVS_SVC_ATTR_PORT]);
	return get_address(in[IPVS_SVC_ATTR_ADDR], &service->address);
}

static int take_service(struct nlattr **attrs, void *arg)
{
	struct nlattr *nest = attrs[IPVS_CMD_ATTR_SERVICE];
	struct nlattr *in[IPVS_SVC_ATTR_MAX + 1], *flags;
	struct ipvs_service *service = list_add(arg);

	if (!service)
		return -ENOMEM;
	memset(service, 0, sizeof(*service));
	if (!nest || nla_parse_nested(in, IPVS_SVC_ATTR_MAX, nest, NULL) ||
	    get_key(in, service) || !in[IPVS_SVC_ATTR_SCHED_NAME])
		return -EPROTO;
	nla_strlcpy(service->scheduler, in[IPVS_SVC_ATTR_SCHED_NAME],
		    sizeof(service->scheduler));
	if (in[IPVS_SVC_ATTR_PE_NAME])
		nla_strlcpy(service->engine, in[IPVS_SVC_ATTR_PE_NAME],
			    sizeof(service->engine));
	flags = in[IPVS_SVC_ATTR_FLAGS];
	if (flags && nla_len(flags) >= (int)sizeof(service->flags))
		memcpy(&service->flags, nla_data(flags),
		       sizeof(service->flags));
	service->timeout = nflb_get_u32(in[IPVS_SVC_ATTR_TIMEOUT]);
	service->netmask = nflb_get_u32(in[IPVS_SVC_ATTR_NETMASK]);
	return 0;
}

static int take_server(struct nlattr **attrs, void *arg)
{
	struct nlattr *nest = attrs[IPVS_CMD_ATTR_DEST];
	struct nlattr *in[IPVS_DEST_ATTR_MAX + 1];
	struct list *list = arg;
	struct ipvs_server *server = list_add(list);

	if (!server)
		return -ENOMEM;
	memset(server, 0, sizeof(*server));
	if (!nest || nla_parse_nested(in, IPVS_DEST_ATTR_MAX, nest, NULL) ||
	    get_address(in[IPVS_DEST_ATTR_ADDR], &server->address))
		return -EPROTO;
	server->family = get_u16(in[IPVS_DEST_ATTR_ADDR_FAMILY]);
	if (!server->family)
		server->family = list->family;
	server->port = nflb_get_port(in[IPVS_DEST_ATTR_PORT]);
	server->method = nflb_get_u32(in[IPVS_DEST_ATTR_FWD_METHOD]);
	server->weight = nflb_get_u32(in[IPVS_DEST_ATTR_WEIGHT]);
	server->upper = nflb_get_u32(in[IPVS_DEST_ATTR_U_THRESH]);
	server->lower = nflb_get_u32(in[IPVS_DEST_ATTR_L_THRESH]);
	server->tunnel = nflb_get_u8(in[IPVS_DEST_ATTR_TUN_TYPE]);
	server->tunnel_port = nflb_get_port(in[IPVS_DEST_ATTR_TUN_PORT]);
	server->tunnel_flags = get_u16(in[IPVS_DEST_ATTR_TUN_FLAGS]);
	return 0;
}

static int compare_numbers(uint32_t a, uint32_t b)
{
	return a < b ? -1 : a > b;
}

/* The kernel has them in the order of a hash. */
static int compare_services(const void *a, const void *b)
{
	const struct ipvs_service *sa = a, *sb = b;
	int order = compare_numbers(sa->mark, sb->mark);

	if (!order)
		order = compare_numbers(sa->family, sb->family);
	if (!order)
		order = compare_numbers(sa->protocol, sb->protocol);
	if (!order)
		order = memcmp(&sa->address, &sb->address,
			       sizeof(sa->address));
	return order ? order : compare_numbers(sa->port, sb->port);
}

static int compare_servers(const void *a, const void *b)
{
	const struct ipvs_server *sa = a, *sb = b;
	int order = compare_numbers(sa->family, sb->family);

	if (!order)
		order = memcmp(&sa->address, &sb->address,
			       sizeof(sa->address));
	return order ? order : compare_numbers(sa->port, sb->port);
}

static void write_endpoint(FILE *stream, uint16_t family,
			   const struct in6_addr *address, uint16_t port)
{
	char text[INET6_ADDRSTRLEN] = "?";

	inet_ntop(family, address, text, sizeof(text));
	fprintf(stream, family == AF_INET6 ? " [%s]:%u" : " %s:%u", text, port);
}

static void write_key(FILE *stream, const struct ipvs_service *service)
{
	const char *protocol = service->protocol == IPPROTO_TCP ? "-t" :
			       service->protocol == IPPROTO_UDP ? "-u" :
			       "--sctp-service";

	if (service->mark) {
		fprintf(stream, "-f %u%s", service->mark,
			service->family == AF_INET6 ? " -6" : "");
		return;
	}
	fputs(protocol, stream);
	write_endpoint(stream, service->family, &service->address,
		       service->port);
}

static void write_persistence(FILE *stream, const struct ipvs_service *service)
{
	char text[INET_ADDRSTRLEN] = "?";

	fprintf(stream, " -p %u", service->timeout);
	if (service->family == AF_INET6) {
		if (service->netmask != 128)
			fprintf(stream, " -M %u", service->netmask);
	} else if (service->netmask != UINT32_MAX) {
		inet_ntop(AF_INET, &service->netmask, text, sizeof(text));
		fprintf(stream, " -M %s", text);
	}
}

static void write_service(FILE *stream, const struct ipvs_service *service)
{
	static const uint32_t flags[] = {
		IP_VS_SVC_F_SCHED1, IP_VS_SVC_F_SCHED2, IP_VS_SVC_F_SCHED3,
	};
	const char *before = " -b ";
	unsigned int i;

	fputs("-A ", stream);
	write_key(stream, service);
	fprintf(stream, " -s %s", service->scheduler);
	for (i = 0; i < sizeof(flags) / sizeof(*flags); i++) {
		if (!(service->flags & flags[i]))
			continue;
		fprintf(stream, "%sflag-%u", before, i + 1);
		before = ",";
	}
	if (service->flags & IP_VS_SVC_F_PERSISTENT)
		write_persistence(stream, service);
	if (service->flags & IP_VS_SVC_F_ONEPACKET)
		fputs(" -o", stream);
	if (*service->engine)
		fprintf(stream, " --pe %s", service->engine);
	putc('\n', stream);
}

static void write_tunnel(FILE *stream, const struct ipvs_server *server)
{
	if (server->tunnel == IP_VS_CONN_F_TUNNEL_TYPE_GUE)
		fprintf(stream, " --tun-type gue --tun-port %u",
			server->tunnel_port);
	else if (server->tunnel == IP_VS_CONN_F_TUNNEL_TYPE_GRE)
		fputs(" --tun-type gre", stream);
	else
		return;
	if (server->tunnel_flags & IP_VS_TUNNEL_ENCAP_FLAG_CSUM)
		fputs(" --tun-csum", stream);
	else if (server->tunnel_flags & IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM)
		fputs(" --tun-remcsum", stream);
	else
		fputs(" --tun-nocsum", stream);
}

/* A method that has no option gets one that nobody knows. */
static const char *method(uint32_t number)
{
	switch (number & IP_VS_CONN_F_FWD_MASK) {
	case IP_VS_CONN_F_MASQ:
		return "-m";
	case IP_VS_CONN_F_TUNNEL:
		return "-i";
	case IP_VS_CONN_F_DROUTE:
		return "-g";
	default:
		return "--local-node";
	}
}

static void write_server(FILE *stream, const struct ipvs_service *service,
			 const struct ipvs_server *server)
{
	fputs("-a ", stream);
	write_key(stream, service);
	fputs(" -r", stream);
	write_endpoint(stream, server->family, &server->address, server->port);
	fprintf(stream, " %s -w %u", method(server->method), server->weight);
	if (server->upper)
		fprintf(stream, " -x %u", server->upper);
	if (server->lower)
		fprintf(stream, " -y %u", server->lower);
	if ((server->method & IP_VS_CONN_F_FWD_MASK) == IP_VS_CONN_F_TUNNEL)
		write_tunnel(stream, server);
	putc('\n', stream);
}

static int put_key(struct nl_msg *msg, const struct ipvs_service *service)
{
	struct nlattr *nest = nla_nest_start(msg, IPVS_CMD_ATTR_SERVICE);
	int err = nest ? nla_put_u16(msg, IPVS_SVC_ATTR_AF, service->family) :
			 -NLE_NOMEM;

	if (!err && service->mark)
		err = nla_put_u32(msg, IPVS_SVC_ATTR_FWMARK, service->mark);
	if (!err && !service->mark)
		err = nla_put_u16(msg, IPVS_SVC_ATTR_PROTOCOL,
				  service->protocol);
	if (!err && !service->mark)
		err = nla_put(msg, IPVS_SVC_ATTR_ADDR, sizeof(service->address),
			      &service->address);
	if (!err && !service->mark)
		err = nflb_put_port(msg, IPVS_SVC_ATTR_PORT, service->port);
	return err ? err : nla_nest_end(msg, nest);
}

static int write_servers(struct nflb *ipvs, FILE *stream,
			 const struct ipvs_service *service)
{
	struct nl_msg *msg = nflb_message(ipvs, IPVS_CMD_GET_DEST, NLM_F_DUMP);
	struct list list = {
		.size = sizeof(struct ipvs_server),
		.family = service->family,
	};
	const struct ipvs_server *servers;
	size_t i;
	int err;

	if (msg && put_key(msg, service)) {
		nlmsg_free(msg);
		msg = NULL;
	}
	err = nflb_request(ipvs, msg, take_server, &list);
	servers = list.items;
	if (!err && list.count)
		qsort(list.items, list.count, list.size, compare_servers);
	for (i = 0; !err && i < list.count; i++)
		write_server(stream, service, &servers[i]);
	free(list.items);
	return err;
}

/**
 * nflb_ipvs_write() - write what IPVS has in this network namespace
 * @ipvs: handle of nflb_ipvs_open()
 * @stream: gets lines as of `ipvsadm -Sn`, thresholds included
 *
 * Return: 0 or a negative errno.
 */
int nflb_ipvs_write(struct nflb *ipvs, FILE *stream)
{
	struct list list = { .size = sizeof(struct ipvs_service) };
	const struct ipvs_service *services;
	size_t i;
	int err;

	err = nflb_request(ipvs, nflb_message(ipvs, IPVS_CMD_GET_SERVICE,
					      NLM_F_DUMP),
			   take_service, &list);
	services = list.items;
	if (!err && list.count)
		qsort(list.items, list.count, list.size, compare_services);
	for (i = 0; !err && i < list.count; i++) {
		write_service(stream, &services[i]);
		err = write_servers(ipvs, stream, &services[i]);
	}
	free(list.items);
	return err;
}

static const struct {
	const char *ipvs;
	const char *nflb;
} schedulers[] = {
	{ "rr", "rr" },
	{ "wrr", "wrr" },
	{ "lc", "lc" },
	{ "wlc", "wlc" },
	{ "lblc", "lblc" },
	{ "lblcr", "lblcr" },
	{ "dh", "dh" },
	{ "sh", "sh" },
	{ "mh", "maglev" },
	{ "sed", "sed" },
	{ "nq", "nq" },
	{ "fo", "fo" },
	{ "ovf", "ovf" },
	{ "twos", "p2c" },
	{ }
};

/**
 * nflb_ipvs_scheduler() - what nflb calls a scheduler of IPVS
 * @name: the name it has there
 *
 * The schedulers that hash do so by the client's address, as those of IPVS,
 * but for maglev, which must be told to.
 *
 * Return: the name here, or NULL.
 */
const char *nflb_ipvs_scheduler(const char *name)
{
	size_t i;

	for (i = 0; schedulers[i].ipvs; i++) {
		if (!strcmp(schedulers[i].ipvs, name))
			return schedulers[i].nflb;
	}
	return NULL;
}
