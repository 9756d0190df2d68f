// SPDX-License-Identifier: GPL-2.0
/*
 * Packet injector of the bench. Lets prepared packets enter the stack as if a
 * device had received them and counts the CPU's cycles until they are through.
 * pktgen does the same for UDP alone, and cannot say which flow comes when.
 *
 * A line written to the debugfs file "nflb-inject" runs one pass:
 *
 *	IN OUT KIND DIRECTION OWNER CLIENT SERVER PORT FLOWS PACKETS
 *
 * PACKETS packets of KIND (udp, syn, synack, ack) and DIRECTION (request or
 * reply) enter by device IN, one for each of FLOWS clients in turn. OWNER is
 * "stack" if it gets them to itself, as from a driver, or "shared" if somebody
 * holds a reference, as pktgen and packet sockets do. Then the file reads
 *
 *	SENT BYTES TOTAL MEDIAN
 *
 * packets and bytes that device OUT was given, cycles of all packets, and
 * cycles of the 50 packets of the median batch.
 */
#include <linux/debugfs.h>
#include <linux/etherdevice.h>
#include <linux/inet.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/module.h>
#include <linux/netfilter.h>
#include <linux/sort.h>
#include <linux/tcp.h>
#include <linux/timex.h>
#include <linux/udp.h>
#include <net/ip6_checksum.h>

#define BATCH		50
/* An Ethernet frame of 64 bytes for IPv4, 84 for IPv6. */
#define SEGMENT_SIZE	26
#define HEADERS_MAX	(ETH_HLEN + sizeof(struct ipv6hdr))
#define PACKETS_MAX	(BATCH * 100000)
/* Clients 0 to 255 of a range, then their next ports. */
#define CLIENTS		256
#define FIRST_PORT	1024
#define FLOWS_MAX	(CLIENTS * 32768)

/**
 * struct stream - what to inject
 * @in: device the packets come from
 * @out: device they should leave by
 * @client: address of the first client
 * @server: address of the server
 * @port: port of the server
 * @flows: number of clients
 * @packets: number of packets
 * @family: NFPROTO_IPV4 or NFPROTO_IPV6
 * @protocol: IPPROTO_TCP or IPPROTO_UDP
 * @tcp_flags: byte 13 of the TCP header
 * @reply: from the server to the clients
 * @shared: with a reference held elsewhere
 */
struct stream {
	struct net_device	*in;
	struct net_device	*out;
	union nf_inet_addr	client;
	union nf_inet_addr	server;
	u16			port;
	u32			flows;
	u32			packets;
	u8			family;
	u8			protocol;
	u8			tcp_flags;
	bool			reply;
	bool			shared;
};

/* One end of a packet. */
struct end {
	union nf_inet_addr	addr;
	__be16			port;
};

static const struct kind {
	const char	*name;
	u8		protocol;
	u8		tcp_flags;
} kinds[] = {
	{ "udp",	IPPROTO_UDP },
	{ "syn",	IPPROTO_TCP,	0x02 },
	{ "synack",	IPPROTO_TCP,	0x12 },
	{ "ack",	IPPROTO_TCP,	0x10 },
};

/* Protects what follows; one pass at a time. */
static DEFINE_MUTEX(inject_lock);
static u32 batch_cycles[PACKETS_MAX / BATCH];
static char result[80];
static struct dentry *inject_file;

static void write_ends(const struct stream *stream, u32 flow,
		       struct end *src, struct end *dst)
{
	struct end client = {
		.addr = stream->client,
		.port = htons(FIRST_PORT + flow / CLIENTS),
	};
	struct end server = { stream->server, htons(stream->port) };
	unsigned int last = stream->family == NFPROTO_IPV4 ? 0 : 3;

	be32_add_cpu(&client.addr.ip6[last], flow % CLIENTS);
	*src = stream->reply ? server : client;
	*dst = stream->reply ? client : server;
}

static __sum16 segment_check(const struct stream *stream, const void *segment,
			     const struct end *src, const struct end *dst)
{
	__wsum sum = csum_partial(segment, SEGMENT_SIZE, 0);

	if (stream->family == NFPROTO_IPV4)
		return csum_tcpudp_magic(src->addr.ip, dst->addr.ip,
					 SEGMENT_SIZE, stream->protocol, sum);
	return csum_ipv6_magic(&src->addr.in6, &dst->addr.in6, SEGMENT_SIZE,
			       stream->protocol, sum);
}

static void put_segment(struct sk_buff *skb, const struct stream *stream,
			const struct end *src, const struct end *dst)
{
	void *segment = skb_put_zero(skb, SEGMENT_SIZE);
	struct tcphdr *th = segment;
	struct udphdr *uh = segment;

	uh->source = src->port;
	uh->dest = dst->port;
	if (stream->protocol == IPPROTO_UDP) {
		uh->len = htons(SEGMENT_SIZE);
		uh->check = segment_check(stream, segment, src, dst);
		return;
	}
	th->seq = htonl(1);
	th->doff = sizeof(*th) / 4;
	((u8 *)segment)[13] = stream->tcp_flags;
	th->window = htons(65535);
	th->check = segment_check(stream, segment, src, dst);
}

static void put_ipv4(struct sk_buff *skb, u8 protocol, __be32 saddr,
		     __be32 daddr)
{
	struct iphdr *iph = skb_put_zero(skb, sizeof(*iph));

	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tot_len = htons(sizeof(*iph) + SEGMENT_SIZE);
	iph->frag_off = htons(IP_DF);
	iph->ttl = 64;
	iph->protocol = protocol;
	iph->saddr = saddr;
	iph->daddr = daddr;
	ip_send_check(iph);
}

static void put_ipv6(struct sk_buff *skb, u8 protocol,
		     const struct in6_addr *saddr, const struct in6_addr *daddr)
{
	struct ipv6hdr *iph = skb_put_zero(skb, sizeof(*iph));

	iph->version = 6;
	iph->payload_len = htons(SEGMENT_SIZE);
	iph->nexthdr = protocol;
	iph->hop_limit = 64;
	iph->saddr = *saddr;
	iph->daddr = *daddr;
}

static void put_network(struct sk_buff *skb, const struct stream *stream,
			const struct end *src, const struct end *dst)
{
	if (stream->family == NFPROTO_IPV4)
		put_ipv4(skb, stream->protocol, src->addr.ip, dst->addr.ip);
	else
		put_ipv6(skb, stream->protocol, &src->addr.in6,
			 &dst->addr.in6);
}

/* As a driver hands it over whose device has verified the checksum. */
static struct sk_buff *build_packet(const struct stream *stream, u32 flow)
{
	struct sk_buff *skb;
	struct end src, dst;
	struct ethhdr *eth;

	skb = netdev_alloc_skb_ip_align(stream->in, HEADERS_MAX + SEGMENT_SIZE);
	if (!skb)
		return NULL;
	write_ends(stream, flow, &src, &dst);
	eth = skb_put_zero(skb, sizeof(*eth));
	ether_addr_copy(eth->h_dest, stream->in->dev_addr);
	eth->h_proto = stream->family == NFPROTO_IPV4 ? htons(ETH_P_IP) :
							htons(ETH_P_IPV6);
	put_network(skb, stream, &src, &dst);
	put_segment(skb, stream, &src, &dst);
	skb->protocol = eth_type_trans(skb, stream->in);
	skb->ip_summed = CHECKSUM_UNNECESSARY;
	return skb;
}

static void free_batch(struct sk_buff **batch, unsigned int count)
{
	while (count--)
		kfree_skb(batch[count]);
}

static int build_batch(const struct stream *stream, u32 first,
		       struct sk_buff **batch)
{
	unsigned int i;

	for (i = 0; i < BATCH; i++) {
		batch[i] = build_packet(stream, (first + i) % stream->flows);
		if (!batch[i]) {
			free_batch(batch, i);
			return -ENOMEM;
		}
	}
	return 0;
}

/*
 * Work that the packets have put off, for a softirq or for a worker that now
 * waits for this CPU, is theirs.
 */
static u32 deliver(struct sk_buff **batch)
{
	cycles_t start = get_cycles();
	unsigned int i;

	local_bh_disable();
	for (i = 0; i < BATCH; i++)
		netif_receive_skb(batch[i]);
	local_bh_enable();
	cond_resched();
	return get_cycles() - start;
}

static u32 deliver_shared(struct sk_buff **batch)
{
	unsigned int i;
	u32 cycles;

	for (i = 0; i < BATCH; i++)
		skb_get(batch[i]);
	cycles = deliver(batch);
	free_batch(batch, BATCH);
	return cycles;
}

static int compare_u32(const void *a, const void *b)
{
	u32 x = *(const u32 *)a, y = *(const u32 *)b;

	return x < y ? -1 : x > y;
}

static u32 median(u32 *values, u32 count)
{
	sort(values, count, sizeof(*values), compare_u32, NULL);
	return values[count / 2];
}

static int run_batches(const struct stream *stream, u64 *total)
{
	struct sk_buff *batch[BATCH];
	u32 i;
	int err;

	for (i = 0; i < stream->packets / BATCH; i++) {
		err = build_batch(stream, i * BATCH, batch);
		if (err)
			return err;
		batch_cycles[i] = stream->shared ? deliver_shared(batch) :
						   deliver(batch);
		*total += batch_cycles[i];
	}
	return 0;
}

static int run_pass(const struct stream *stream)
{
	struct rtnl_link_stats64 before, after;
	u64 total = 0;
	int err;

	dev_get_stats(stream->out, &before);
	err = run_batches(stream, &total);
	if (err)
		return err;
	dev_get_stats(stream->out, &after);

	snprintf(result, sizeof(result), "%llu %llu %llu %u\n",
		 after.tx_packets - before.tx_packets,
		 after.tx_bytes - before.tx_bytes, total,
		 median(batch_cycles, stream->packets / BATCH));
	return 0;
}

static bool parse_address(const char *text, union nf_inet_addr *addr,
			  u8 *family)
{
	*family = strchr(text, ':') ? NFPROTO_IPV6 : NFPROTO_IPV4;
	if (*family == NFPROTO_IPV4)
		return in4_pton(text, -1, (u8 *)addr, -1, NULL);
	return in6_pton(text, -1, (u8 *)addr, -1, NULL);
}

static bool parse_kind(const char *name, struct stream *stream)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strcmp(name, kinds[i].name))
			continue;
		stream->protocol = kinds[i].protocol;
		stream->tcp_flags = kinds[i].tcp_flags;
		return true;
	}
	return false;
}

static bool parse_choice(const char *word, const char *no, const char *yes,
			 bool *choice)
{
	*choice = !strcmp(word, yes);
	return *choice || !strcmp(word, no);
}

static bool counts_valid(const struct stream *stream)
{
	return stream->flows && stream->flows <= FLOWS_MAX &&
	       stream->packets && stream->packets <= PACKETS_MAX &&
	       stream->packets % BATCH == 0;
}

static bool parse_stream(const char *line, struct stream *stream, char *in,
			 char *out)
{
	char kind[8], direction[8], owner[8], client[48], server[48];
	u8 server_family;

	if (sscanf(line, "%15s %15s %7s %7s %7s %47s %47s %hu %u %u", in, out,
		   kind, direction, owner, client, server, &stream->port,
		   &stream->flows, &stream->packets) != 10)
		return false;
	return parse_kind(kind, stream) &&
	       parse_choice(direction, "request", "reply", &stream->reply) &&
	       parse_choice(owner, "stack", "shared", &stream->shared) &&
	       parse_address(client, &stream->client, &stream->family) &&
	       parse_address(server, &stream->server, &server_family) &&
	       server_family == stream->family && counts_valid(stream);
}

static int run_line(const char *line)
{
	char in[IFNAMSIZ], out[IFNAMSIZ];
	struct stream stream;
	int err = -ENODEV;

	if (!parse_stream(line, &stream, in, out))
		return -EINVAL;
	stream.in = dev_get_by_name(&init_net, in);
	stream.out = dev_get_by_name(&init_net, out);
	if (stream.in && stream.out)
		err = run_pass(&stream);
	dev_put(stream.in);
	dev_put(stream.out);
	return err;
}

static ssize_t inject_write(struct file *file, const char __user *buf,
			    size_t count, loff_t *pos)
{
	char *line = memdup_user_nul(buf, min_t(size_t, count, PAGE_SIZE));
	int err;

	if (IS_ERR(line))
		return PTR_ERR(line);
	mutex_lock(&inject_lock);
	result[0] = '\0';
	err = run_line(line);
	mutex_unlock(&inject_lock);
	kfree(line);
	return err ?: count;
}

static ssize_t inject_read(struct file *file, char __user *buf, size_t count,
			   loff_t *pos)
{
	ssize_t len;

	mutex_lock(&inject_lock);
	len = simple_read_from_buffer(buf, count, pos, result, strlen(result));
	mutex_unlock(&inject_lock);
	return len;
}

static const struct file_operations inject_fops = {
	.owner	= THIS_MODULE,
	.write	= inject_write,
	.read	= inject_read,
};

static int __init inject_init(void)
{
	inject_file = debugfs_create_file("nflb-inject", 0600, NULL, NULL,
					  &inject_fops);
	return PTR_ERR_OR_ZERO(inject_file);
}

static void __exit inject_exit(void)
{
	debugfs_remove(inject_file);
}

module_init(inject_init);
module_exit(inject_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Packet injector of the nflb bench");
