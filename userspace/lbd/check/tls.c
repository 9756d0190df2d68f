// SPDX-License-Identifier: GPL-2.0
#include <arpa/inet.h>
#include <errno.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "tls.h"

/**
 * tls_prepare() - set defaults
 * @tls: all zero
 */
void tls_prepare(struct tls_options *tls)
{
	tls->verify = true;
	tls->sni = true;
}

/**
 * tls_settle() - check that options go together
 * @context: of the reading
 * @node: the block they were in
 * @tls: what was said there
 *
 * Return: 0 or a negative errno after config_error().
 */
int tls_settle(struct config_context *context, const struct config_node *node,
	       struct tls_options *tls)
{
	struct in6_addr address;

	tls->defaults = &context->config->globals.tls;
	if (tls->key && !tls->certificate)
		return config_error(context->report, &node->origin,
				    "key is given without its certificate");
	if (tls->ca && !tls->verify)
		return config_error(context->report, &node->origin,
				    "ca is given, but verify is off");
	if (tls->name && (inet_pton(AF_INET, tls->name, &address) == 1 ||
			  inet_pton(AF_INET6, tls->name, &address) == 1))
		return config_error(context->report, &node->origin,
				    "sni_name %s is an address, which cannot be told to a server (RFC 6066, 3)",
				    tls->name);
	return 0;
}

/**
 * tls_files() - the files that count
 * @tls: settled, of a configuration that is read to its end
 * @files: gets them
 */
void tls_files(const struct tls_options *tls, struct tls_files *files)
{
	files->ca = tls->ca ? tls->ca : tls->defaults->ca;
	files->password = tls->defaults->password;
	if (tls->certificate) {
		files->certificate = tls->certificate;
		files->key = tls->key ? tls->key : tls->certificate;
		return;
	}
	files->certificate = tls->defaults->certificate;
	files->key = tls->defaults->key ? tls->defaults->key :
					  tls->defaults->certificate;
}

static int expect_name(X509_VERIFY_PARAM *param, const char *name)
{
	if (X509_VERIFY_PARAM_set1_ip_asc(param, name))
		return 0;
	return X509_VERIFY_PARAM_set1_host(param, name, 0) ? 0 : -ENOMEM;
}

/**
 * tls_limit() - what libcurl has no option for
 * @ssl: to be changed
 * @tls: how
 * @name: must be in the certificate, though the server is not told; or NULL
 *
 * Return: 0 or -ENOMEM.
 */
int tls_limit(SSL_CTX *ssl, const struct tls_options *tls, const char *name)
{
	if (!tls->compliant)
		SSL_CTX_set_options(ssl, SSL_OP_IGNORE_UNEXPECTED_EOF);
	if (!tls->verify || !name)
		return 0;
	return expect_name(SSL_CTX_get0_param(ssl), name);
}

static int give_password(char *text, int size, int writing, void *password)
{
	int length = snprintf(text, size, "%s", (const char *)password);

	(void)writing;
	return length < size ? length : -1;
}

/* Return: what cannot be used, or NULL. */
static const char *load_files(SSL_CTX *ssl, const struct tls_options *tls)
{
	struct tls_files files;

	tls_files(tls, &files);
	if (files.password) {
		SSL_CTX_set_default_passwd_cb(ssl, give_password);
		SSL_CTX_set_default_passwd_cb_userdata(ssl, (void *)files.password);
	}
	if (tls->verify && !(files.ca ?
			     SSL_CTX_load_verify_file(ssl, files.ca) :
			     SSL_CTX_set_default_verify_paths(ssl)))
		return files.ca ? files.ca : "the system's certificates";
	if (!files.certificate)
		return NULL;
	if (SSL_CTX_use_certificate_chain_file(ssl, files.certificate) != 1)
		return files.certificate;
	if (SSL_CTX_use_PrivateKey_file(ssl, files.key, SSL_FILETYPE_PEM) != 1)
		return files.key;
	return NULL;
}

static bool set_name(SSL *ssl, const struct tls_options *tls, const char *name)
{
	struct in6_addr address;
	bool numeric = inet_pton(AF_INET, name, &address) == 1 ||
		       inet_pton(AF_INET6, name, &address) == 1;

	if (tls->sni && !numeric && SSL_set_tlsext_host_name(ssl, name) != 1)
		return false;
	return !tls->verify || !expect_name(SSL_get0_param(ssl), name);
}

/**
 * tls_client() - a client that has no connection yet
 * @tls: settled
 * @name: of the server: a name or an address
 * @failure: set to a file that cannot be used or a reason when this fails
 *
 * Return: for SSL_free(), or NULL.
 */
SSL *tls_client(const struct tls_options *tls, const char *name,
		const char **failure)
{
	SSL_CTX *context = SSL_CTX_new(TLS_client_method());
	SSL *ssl = NULL;

	*failure = context ? load_files(context, tls) : "no memory";
	if (*failure)
		goto out;
	SSL_CTX_set_verify(context, tls->verify ? SSL_VERIFY_PEER :
						  SSL_VERIFY_NONE, NULL);
	*failure = "no memory";
	if (tls_limit(context, tls, NULL))
		goto out;
	ssl = SSL_new(context);
	if (!ssl || !set_name(ssl, tls, name)) {
		SSL_free(ssl);
		ssl = NULL;
		goto out;
	}
	SSL_set_connect_state(ssl);
out:
	SSL_CTX_free(context);
	ERR_clear_error();
	return ssl;
}
