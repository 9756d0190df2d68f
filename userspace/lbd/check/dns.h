/* SPDX-License-Identifier: GPL-2.0 */
/* Messages of DNS (RFC 1035, 4) */
#ifndef _LBD_CHECK_DNS_H
#define _LBD_CHECK_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNS_TEXT_LEN	1024

/* RFC 1035, 3.2.2 and its successors. */
enum dns_type {
	DNS_A = 1,
	DNS_NS = 2,
	DNS_CNAME = 5,
	DNS_SOA = 6,
	DNS_PTR = 12,
	DNS_MX = 15,
	DNS_TXT = 16,
	DNS_AAAA = 28,
	DNS_SRV = 33,
	DNS_RRSIG = 46,
	DNS_DNSKEY = 48,
	DNS_ANY = 255,
};

#define DNS_NOERROR	0

/**
 * struct dns_message - a message while it is read
 * @data: of it
 * @length: of @data
 * @at: what comes next
 * @answers: records of the answer that are left
 * @id: as sent
 * @response: it is one
 * @truncated: there was more
 * @rcode: DNS_NOERROR or an error
 */
struct dns_message {
	const uint8_t *data;
	size_t length;
	size_t at;
	unsigned int answers;
	uint16_t id;
	bool response;
	bool truncated;
	unsigned int rcode;
};

struct dns_record {
	unsigned int type;
	uint32_t ttl;		/* seconds */
	const uint8_t *data;
	size_t length;
};

/* RFC 2782 */
struct dns_srv {
	uint16_t priority;
	uint16_t weight;
	uint16_t port;
	char target[DNS_TEXT_LEN];	/* "": the service is not to be had */
};

int dns_type_find(const char *word);
int dns_rcode_find(const char *word);
const char *dns_rcode_name(unsigned int rcode);
int dns_open(struct dns_message *message, const uint8_t *data, size_t length);
bool dns_question_is(struct dns_message *message, const uint8_t *query,
		     size_t length);
int dns_next(struct dns_message *message, struct dns_record *record);
int dns_record_write(const struct dns_message *message,
		     const struct dns_record *record, char text[DNS_TEXT_LEN]);
int dns_srv_read(const struct dns_message *message,
		 const struct dns_record *record, struct dns_srv *srv);
bool dns_text_is(unsigned int type, const char *text, const char *expected);

#endif /* _LBD_CHECK_DNS_H */
