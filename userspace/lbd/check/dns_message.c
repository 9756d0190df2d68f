// SPDX-License-Identifier: GPL-2.0
#include <ares.h>
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "dns.h"

#define HEADER_LEN	12
#define CLASS_IN	1

#define FLAG_RESPONSE	0x8000
#define FLAG_TRUNCATED	0x0200
#define RCODE_MASK	0x000f

static const struct {
	const char *word;
	enum dns_type type;
} types[] = {
	{ "A", DNS_A }, { "NS", DNS_NS }, { "CNAME", DNS_CNAME },
	{ "SOA", DNS_SOA }, { "PTR", DNS_PTR }, { "MX", DNS_MX },
	{ "TXT", DNS_TXT }, { "AAAA", DNS_AAAA }, { "SRV", DNS_SRV },
	{ "RRSIG", DNS_RRSIG }, { "DNSKEY", DNS_DNSKEY }, { "ANY", DNS_ANY },
};

/* RFC 1035, 4.1.1 and RFC 2136, 2.2; the index is the number. */
static const char *const rcodes[] = {
	"NOERROR", "FORMERR", "SERVFAIL", "NXDOMAIN", "NOTIMP", "REFUSED",
	"YXDOMAIN", "YXRRSET", "NXRRSET", "NOTAUTH", "NOTZONE",
};

#define RCODES	(sizeof(rcodes) / sizeof(*rcodes))

/**
 * dns_type_find() - the type that a word names
 * @word: in any case
 *
 * Return: it, or -ENOENT.
 */
int dns_type_find(const char *word)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(*types); i++) {
		if (!strcasecmp(types[i].word, word))
			return types[i].type;
	}
	return -ENOENT;
}

/**
 * dns_rcode_find() - the response code that a word names
 * @word: in any case
 *
 * Return: it, or -ENOENT.
 */
int dns_rcode_find(const char *word)
{
	size_t i;

	for (i = 0; i < RCODES; i++) {
		if (!strcasecmp(rcodes[i], word))
			return i;
	}
	return -ENOENT;
}

/**
 * dns_rcode_name() - a response code in words
 * @rcode: any number
 *
 * Return: the word.
 */
const char *dns_rcode_name(unsigned int rcode)
{
	return rcode < RCODES ? rcodes[rcode] : "an unknown error";
}

static unsigned int get16(const uint8_t *data)
{
	return data[0] << 8 | data[1];
}

static uint32_t get32(const uint8_t *data)
{
	return (uint32_t)get16(data) << 16 | get16(data + 2);
}

/* Return: whether there was a name; @message->at is then after it. */
static bool skip_name(struct dns_message *message)
{
	long length;
	char *name;

	if (message->at >= message->length ||
	    ares_expand_name(message->data + message->at, message->data,
			     message->length, &name, &length))
		return false;
	ares_free_string(name);
	message->at += length;
	return true;
}

/**
 * dns_open() - begin to read a message
 * @message: set up
 * @data: any bytes; must stay
 * @length: of @data
 *
 * Return: 0, or -EBADMSG when it is no message with one question.
 */
int dns_open(struct dns_message *message, const uint8_t *data, size_t length)
{
	unsigned int flags;

	if (length < HEADER_LEN || get16(data + 4) != 1)
		return -EBADMSG;
	flags = get16(data + 2);
	message->data = data;
	message->length = length;
	message->at = HEADER_LEN;
	message->answers = get16(data + 6);
	message->id = get16(data);
	message->response = flags & FLAG_RESPONSE;
	message->truncated = flags & FLAG_TRUNCATED;
	message->rcode = flags & RCODE_MASK;
	if (!skip_name(message) || message->length - message->at < 4)
		return -EBADMSG;
	message->at += 4;
	return 0;
}

/**
 * dns_question_is() - is a message the answer to a query?
 * @message: just opened
 * @query: what was sent
 * @length: of @query, which has no more than a question
 *
 * Return: true when id and question are the same, which is echoed.
 */
bool dns_question_is(struct dns_message *message, const uint8_t *query,
		     size_t length)
{
	size_t i;

	if (!message->response || length < HEADER_LEN ||
	    message->at != length || get16(query) != message->id)
		return false;
	/* No byte of a name or after it that is not a letter has this bit to
	 * be lost, but for lengths of labels, which are below 64.
	 */
	for (i = HEADER_LEN; i < length; i++) {
		if ((message->data[i] | 0x20) != (query[i] | 0x20))
			return false;
	}
	return true;
}

/**
 * dns_next() - the next record of the answer
 * @message: opened
 * @record: set to it
 *
 * Return: 1, 0 after the last one, -EBADMSG when the message is damaged.
 */
int dns_next(struct dns_message *message, struct dns_record *record)
{
	const uint8_t *at;

	while (message->answers) {
		message->answers--;
		if (!skip_name(message) || message->length - message->at < 10)
			return -EBADMSG;
		at = message->data + message->at;
		record->type = get16(at);
		record->ttl = get32(at + 4);
		/* RFC 2181, 8 */
		if (record->ttl > INT32_MAX)
			record->ttl = 0;
		record->length = get16(at + 8);
		record->data = at + 10;
		message->at += 10;
		if (record->length > message->length - message->at)
			return -EBADMSG;
		message->at += record->length;
		if (get16(at + 2) == CLASS_IN)
			return 1;
	}
	return 0;
}

/* A name that fills the data of a record from @skip on, or more may follow. */
static int write_name(const struct dns_message *message,
		      const struct dns_record *record, size_t skip,
		      char *text, size_t size)
{
	long length;
	char *name;

	if (record->length <= skip ||
	    ares_expand_name(record->data + skip, message->data,
			     message->length, &name, &length))
		return -EBADMSG;
	if ((size_t)length > record->length - skip) {
		ares_free_string(name);
		return -EBADMSG;
	}
	snprintf(text, size, "%s", name);
	ares_free_string(name);
	return 0;
}

/* The strings of a record are parts of one (RFC 7208, 3.3). */
static int write_strings(const struct dns_record *record, char *text,
			 size_t size)
{
	size_t at = 0, length, some, used = 0;

	while (at < record->length) {
		length = record->data[at++];
		if (length > record->length - at)
			return -EBADMSG;
		some = length < size - used ? length : size - used - 1;
		memcpy(text + used, record->data + at, some);
		used += some;
		at += length;
	}
	text[used] = '\0';
	return strlen(text) == used ? 0 : -EBADMSG;
}

static int write_hex(const struct dns_record *record, char *text, size_t size)
{
	size_t i;

	*text = '\0';
	for (i = 0; i < record->length && 2 * i + 3 <= size; i++)
		snprintf(text + 2 * i, 3, "%02x", record->data[i]);
	return 0;
}

static int write_with_numbers(const struct dns_message *message,
			      const struct dns_record *record, size_t numbers,
			      char *text)
{
	size_t i;

	if (record->length < 2 * numbers)
		return -EBADMSG;
	for (i = 0; i < numbers; i++)
		text += sprintf(text, "%u ", get16(record->data + 2 * i));
	return write_name(message, record, 2 * numbers, text,
			  DNS_TEXT_LEN - 6 * numbers);
}

/**
 * dns_record_write() - what a record says
 * @message: the one it is of
 * @record: of dns_next()
 * @text: gets an address; a name without a dot at its end, with the numbers
 *	before it for MX and SRV; the server of a SOA; the text of a TXT; anything
 *	else in hexadecimal
 *
 * Return: 0 or -EBADMSG.
 */
int dns_record_write(const struct dns_message *message,
		     const struct dns_record *record, char text[DNS_TEXT_LEN])
{
	switch (record->type) {
	case DNS_A:
		if (record->length != 4)
			return -EBADMSG;
		inet_ntop(AF_INET, record->data, text, DNS_TEXT_LEN);
		return 0;
	case DNS_AAAA:
		if (record->length != 16)
			return -EBADMSG;
		inet_ntop(AF_INET6, record->data, text, DNS_TEXT_LEN);
		return 0;
	case DNS_NS:
	case DNS_CNAME:
	case DNS_PTR:
	case DNS_SOA:
		return write_with_numbers(message, record, 0, text);
	case DNS_MX:
		return write_with_numbers(message, record, 1, text);
	case DNS_SRV:
		return write_with_numbers(message, record, 3, text);
	case DNS_TXT:
		return write_strings(record, text, DNS_TEXT_LEN);
	default:
		return write_hex(record, text, DNS_TEXT_LEN);
	}
}

/**
 * dns_srv_read() - take a SRV record apart
 * @message: the one it is of
 * @record: of dns_next(), of type SRV
 * @srv: gets its parts
 *
 * Return: 0 or -EBADMSG.
 */
int dns_srv_read(const struct dns_message *message,
		 const struct dns_record *record, struct dns_srv *srv)
{
	if (record->length < 6)
		return -EBADMSG;
	srv->priority = get16(record->data);
	srv->weight = get16(record->data + 2);
	srv->port = get16(record->data + 4);
	return write_name(message, record, 6, srv->target, sizeof(srv->target));
}

static bool same_address(int family, const char *text, const char *expected)
{
	struct in6_addr a = { 0 }, b = { 0 };

	return inet_pton(family, text, &a) == 1 &&
	       inet_pton(family, expected, &b) == 1 &&
	       !memcmp(&a, &b, sizeof(a));
}

/**
 * dns_text_is() - compare what a record says
 * @type: of the record
 * @text: of dns_record_write()
 * @expected: as people write it: a name may have a dot at its end
 *
 * Return: true when both mean the same.
 */
bool dns_text_is(unsigned int type, const char *text, const char *expected)
{
	size_t length = strlen(expected);

	if (type == DNS_TXT)
		return !strcmp(text, expected);
	if (type == DNS_A || type == DNS_AAAA)
		return same_address(type == DNS_A ? AF_INET : AF_INET6, text,
				    expected);
	if (length > 1 && expected[length - 1] == '.')
		length--;
	return strlen(text) == length && !strncasecmp(text, expected, length);
}
