// SPDX-License-Identifier: GPL-2.0
/* DNS_CHECK: a query by UDP is answered, and with what is expected */
#include <ares.h>
#include <errno.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include "checker.h"
#include "dns.h"
#include "match.h"

#define QUERY_LEN	512	/* RFC 1035, 4.2.1 */
#define REPLY_LEN	65535

struct dns_options {
	int type;
	const char *name;
	unsigned int rcode;
	const char **answers;	/* each must be there */
	size_t answer_count;
};

struct dns_probe {
	int fd;
	size_t length;
	uint8_t query[QUERY_LEN];
};

/* Return: whether @expected is in the answer; @other gets one that is not it. */
static int find_answer(struct dns_message message, unsigned int type,
		       const char *expected, char other[DNS_TEXT_LEN])
{
	char text[DNS_TEXT_LEN];
	struct dns_record record;
	int more;

	while ((more = dns_next(&message, &record)) == 1) {
		if (type != DNS_ANY && record.type != type)
			continue;
		if (dns_record_write(&message, &record, text))
			return -EBADMSG;
		if (dns_text_is(record.type, text, expected))
			return 1;
		strcpy(other, text);
	}
	return more;
}

static void check_answers(struct probe *probe, const struct dns_message *message)
{
	const struct dns_options *options = probe_check(probe)->options;
	char other[DNS_TEXT_LEN] = "nothing";
	size_t i;
	int found;

	for (i = 0; i < options->answer_count; i++) {
		found = find_answer(*message, options->type, options->answers[i],
				    other);
		if (found == 1)
			continue;
		if (found < 0)
			probe_done(probe, &VERDICT_FAILED, "the reply is damaged");
		else
			probe_done(probe, &VERDICT_FAILED,
				   "%s answer %.60s, but %.60s",
				   message->truncated ? "truncated, no" : "no",
				   options->answers[i], text_printable(other));
		return;
	}
	probe_done(probe, &VERDICT_PASSED, "%s", dns_rcode_name(message->rcode));
}

/* Who can send from the address of the backend could still not know the id. */
static void judge(struct probe *probe, const uint8_t *data, size_t length)
{
	const struct dns_options *options = probe_check(probe)->options;
	const struct dns_probe *dns = probe_state(probe);
	struct dns_message message;

	if (dns_open(&message, data, length))
		probe_done(probe, &VERDICT_FAILED, "the reply is not DNS");
	else if (!dns_question_is(&message, dns->query, dns->length))
		probe_done(probe, &VERDICT_FAILED, "the reply is for another query");
	else if (message.rcode != options->rcode)
		probe_done(probe, &VERDICT_FAILED, "%s, expected %s",
			   dns_rcode_name(message.rcode),
			   dns_rcode_name(options->rcode));
	else
		check_answers(probe, &message);
}

static void readable(struct probe *probe, int events)
{
	static uint8_t data[REPLY_LEN];
	const struct dns_probe *dns = probe_state(probe);
	ssize_t length = recv(dns->fd, data, sizeof(data), MSG_DONTWAIT);

	(void)events;
	if (length >= 0)
		judge(probe, data, length);
	else if (errno != EAGAIN && errno != EINTR)
		probe_done(probe, &VERDICT_FAILED, "%s", strerror(errno));
}

/* Return: 0 or a negative errno. */
static int write_query(const char *name, int type, struct dns_probe *dns)
{
	unsigned char *query;
	uint16_t id;
	int length;

	if (getrandom(&id, sizeof(id), 0) != sizeof(id))
		return -errno;
	switch (ares_create_query(name, 1, type, id, 1, &query, &length, 0)) {
	case ARES_SUCCESS:
		break;
	case ARES_ENOMEM:
		return -ENOMEM;
	default:
		return -EINVAL;
	}
	dns->length = length;
	if (dns->length <= sizeof(dns->query))
		memcpy(dns->query, query, dns->length);
	ares_free_string(query);
	return dns->length <= sizeof(dns->query) ? 0 : -EMSGSIZE;
}

static void dns_start(struct probe *probe)
{
	const struct dns_options *options = probe_check(probe)->options;
	struct dns_probe *dns = probe_state(probe);
	int err;

	dns->fd = probe_connect(probe, SOCK_DGRAM);
	err = dns->fd < 0 ? dns->fd :
	      probe_watch(probe, dns->fd, UV_READABLE, readable);
	if (!err)
		err = write_query(options->name, options->type, dns);
	if (!err && send(dns->fd, dns->query, dns->length, 0) < 0)
		err = -errno;
	if (err)
		probe_done(probe, &VERDICT_FAILED, "send: %s", strerror(-err));
}

static void dns_expired(struct probe *probe)
{
	probe_done(probe, &VERDICT_FAILED, "timed out, no reply");
}

static int take_type(struct config_context *context,
		     const struct config_node *node, void *object)
{
	struct dns_options *options = object;

	options->type = node->count == 1 ? dns_type_find(node->argument[0]) : -1;
	if (options->type < 0)
		return config_error(context->report, &node->origin,
				    "type is A, AAAA, ANY, CNAME, DNSKEY, MX, NS, PTR, RRSIG, SOA, SRV or TXT");
	return 0;
}

static int take_name(struct config_context *context,
		     const struct config_node *node, void *object)
{
	struct dns_options *options = object;
	struct dns_probe probe;

	if (node->count != 1 || write_query(node->argument[0], DNS_A, &probe))
		return config_error(context->report, &node->origin,
				    "name takes a domain name");
	options->name = config_strdup(context->arena, node->argument[0]);
	return options->name ? 0 : -ENOMEM;
}

static int take_rcode(struct config_context *context,
		      const struct config_node *node, void *object)
{
	struct dns_options *options = object;
	int rcode = node->count == 1 ? dns_rcode_find(node->argument[0]) : -1;

	if (rcode < 0)
		return config_error(context->report, &node->origin,
				    "rcode is a name like NOERROR, NXDOMAIN or REFUSED");
	options->rcode = rcode;
	return 0;
}

static int take_answer(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct dns_options *options = object;
	const char **answer;

	if (node->count != 1 || !*node->argument[0])
		return config_error(context->report, &node->origin,
				    "answer takes one value");
	answer = config_grow(context->arena, &options->answers,
			     options->answer_count, sizeof(*answer));
	if (!answer)
		return -ENOMEM;
	*answer = config_strdup(context->arena, node->argument[0]);
	if (!*answer)
		return -ENOMEM;
	options->answer_count++;
	return 0;
}

static const struct config_word words[] = {
	{ "type", CONFIG_CALL, .fn = take_type },
	{ "name", CONFIG_CALL, .fn = take_name },
	{ "rcode", CONFIG_CALL, .fn = take_rcode },
	{ "answer", CONFIG_CALL, .fn = take_answer },
	{ 0 }
};

static void dns_prepare(struct config_check *check)
{
	struct dns_options *options = check->options;

	options->type = DNS_SOA;
	options->name = ".";
	options->rcode = DNS_NOERROR;
}

static int dns_settle(struct config_context *context,
		      const struct config_node *node,
		      struct config_check *check)
{
	const struct dns_options *options = check->options;
	const char *answer;
	size_t i;

	if (options->answer_count && options->rcode != DNS_NOERROR)
		return config_error(context->report, &node->origin,
				    "answer and an rcode that has none exclude each other");
	for (i = 0; i < options->answer_count; i++) {
		answer = options->answers[i];
		if ((options->type == DNS_A || options->type == DNS_AAAA) &&
		    !dns_text_is(options->type, answer, answer))
			return config_error(context->report, &node->origin,
					    "answer '%s' is not an address of that type",
					    answer);
	}
	return 0;
}

const struct checker checker_dns = {
	.keyword = "DNS_CHECK",
	.protocol = IPPROTO_UDP,
	.words = words,
	.options_size = sizeof(struct dns_options),
	.retry = 3,
	.prepare = dns_prepare,
	.settle = dns_settle,
	.probe_size = sizeof(struct dns_probe),
	.start = dns_start,
	.expired = dns_expired,
};
