/* SPDX-License-Identifier: GPL-2.0 */
/* TLS of checks: whom to trust, who we are, what name is meant */
#ifndef _LBD_CHECK_TLS_H
#define _LBD_CHECK_TLS_H

#include <openssl/ssl.h>

#include "checker.h"

#define TLS_GIVEN_VERIFY	0x1
#define TLS_GIVEN_CA		0x2
#define TLS_GIVEN_CERTIFICATE	0x4
#define TLS_GIVEN_KEY		0x8
#define TLS_GIVEN_SNI		0x10
#define TLS_GIVEN_NAME		0x20
#define TLS_GIVEN_COMPLIANT	0x40

/**
 * struct tls_options - what a check says of TLS
 * @given: TLS_GIVEN_*
 * @verify: the certificate must be good, and be one of @name
 * @sni: the name is told to the server
 * @compliant: an end without close_notify is an error
 * @name: NULL: the virtual host, else the address
 * @ca: file of certificates to trust; NULL: as @defaults, else the system's
 * @certificate: our own; NULL: as @defaults
 * @key: NULL: in the file of @certificate
 * @defaults: the SSL block of the configuration
 */
struct tls_options {
	unsigned int given;
	bool verify;
	bool sni;
	bool compliant;
	const char *name;
	const char *ca;
	const char *certificate;
	const char *key;
	const struct config_tls *defaults;
};

/* A word that sets a member of member tls of @type. */
#define TLS_WORD(type, name, value_kind, member, flag)			\
	{ .word = name, .kind = value_kind,				\
	  .offset = offsetof(type, tls.member),				\
	  .given = offsetof(type, tls.given), .bit = TLS_GIVEN_##flag }

/* Files and password that count, given the SSL block. */
struct tls_files {
	const char *ca;
	const char *certificate;
	const char *key;
	const char *password;
};

void tls_prepare(struct tls_options *tls);
int tls_settle(struct config_context *context, const struct config_node *node,
	       struct tls_options *tls);
void tls_files(const struct tls_options *tls, struct tls_files *files);
int tls_limit(SSL_CTX *ssl, const struct tls_options *tls, const char *name);
SSL *tls_client(const struct tls_options *tls, const char *name,
		const char **failure);

#endif /* _LBD_CHECK_TLS_H */
