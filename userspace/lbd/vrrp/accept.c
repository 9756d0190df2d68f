// SPDX-License-Identifier: GPL-2.0
/*
 * no_accept: a master that is no address owner takes nothing that comes for its
 * virtual addresses (RFC 9568, section 6.1, Accept_Mode)
 *
 * It forwards, and answers ARP and neighbour discovery. Balanced services are
 * not concerned: nflb has their packets before the input hook.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <nftables/libnftables.h>

#include "../log.h"
#include "instance.h"
#include "network_priv.h"

static const struct config_vrrp_globals *accept_globals;
/* What the kernel has; NULL: nothing. */
static char *accept_rules;
static char *accept_table;

static int run(const char *command)
{
	struct nft_ctx *ctx = nft_ctx_new(NFT_CTX_DEFAULT);
	const char *said;
	int err = -1;

	if (ctx && !nft_ctx_buffer_error(ctx)) {
		err = nft_run_cmd_from_buffer(ctx, command);
		said = nft_ctx_get_error_buffer(ctx);
		if (err)
			log_error("no_accept: %.*s", (int)strcspn(said, "\n"), said);
	} else {
		log_error("no_accept: nftables cannot be used");
	}
	if (ctx)
		nft_ctx_free(ctx);
	return err;
}

static void write_addresses(FILE *stream, sa_family_t family,
			    const struct config_vrrp_address *addresses,
			    size_t count, unsigned int *written)
{
	char text[NFLB_ADDRESS_LEN];
	size_t i;

	for (i = 0; i < count; i++) {
		if (addresses[i].address.family != family)
			continue;
		nflb_address_format(&addresses[i].address, text);
		fprintf(stream, "%s%s", (*written)++ ? ", " : "elements = { ", text);
	}
}

/* Return: how many there are. */
static unsigned int write_set(FILE *stream, const char *name, sa_family_t family)
{
	const struct vrrp_instance *instance;
	unsigned int written = 0;

	fprintf(stream, "set %s { type %s; ", name,
		family == AF_INET ? "ipv4_addr" : "ipv6_addr");
	for (instance = vrrp_instance_first(); instance;
	     instance = vrrp_instance_next((struct vrrp_instance *)instance)) {
		const struct config_vrrp_instance *config = instance->config;

		if (!config->no_accept || !vrrp_network_is_master(instance))
			continue;
		write_addresses(stream, family, config->addresses,
				config->address_count, &written);
		write_addresses(stream, family, config->excluded,
				config->excluded_count, &written);
	}
	fprintf(stream, "%s}\n", written ? " } " : "");
	return written;
}

/* Return: the rules, NULL when none are needed. */
static char *write_rules(void)
{
	const char *counter = accept_globals->nft_counters ? "counter " : "";
	unsigned int written;
	char *text = NULL;
	size_t length;
	FILE *stream;

	stream = open_memstream(&text, &length);
	if (!stream)
		return NULL;
	fprintf(stream, "table inet %s {\n", accept_globals->nft_table);
	written = write_set(stream, "virtual4", AF_INET);
	written += write_set(stream, "virtual6", AF_INET6);
	fprintf(stream,
		"chain input { type filter hook input priority %d;\n"
		"iifname \"lo\" accept\n"
		"icmpv6 type { nd-neighbor-solicit, nd-neighbor-advert } accept\n"
		"ip daddr @virtual4 %sdrop\n"
		"ip6 daddr @virtual6 %sdrop\n}\n}\n",
		accept_globals->nft_priority, counter, counter);
	if (fclose(stream) || !written) {
		free(text);
		return NULL;
	}
	return text;
}

/* The table goes, whether it is there or not, and comes again with @rules. */
static void replace(const char *table, const char *rules)
{
	char *command = NULL;
	size_t length;
	FILE *stream;

	stream = open_memstream(&command, &length);
	if (!stream)
		return;
	fprintf(stream, "add table inet %s\ndelete table inet %s\n%s", table,
		table, rules);
	if (!fclose(stream))
		run(command);
	free(command);
}

static void drop_table(void)
{
	if (accept_table)
		replace(accept_table, "");
	free(accept_table);
	free(accept_rules);
	accept_table = NULL;
	accept_rules = NULL;
}

/* It is one transaction: there is no moment without rules. */
static void replace_table(char *rules)
{
	free(accept_table);
	free(accept_rules);
	accept_rules = rules;
	accept_table = strdup(accept_globals->nft_table);
	if (!accept_table)
		log_error("no_accept: no memory");
	else
		replace(accept_table, rules);
}

/** vrrp_accept_update() - drop what comes for addresses, as masters are now */
void vrrp_accept_update(void)
{
	char *rules = write_rules();

	if (!rules) {
		drop_table();
		return;
	}
	if (accept_rules && !strcmp(accept_rules, rules)) {
		free(rules);
		return;
	}
	if (accept_table && strcmp(accept_table, accept_globals->nft_table))
		drop_table();
	replace_table(rules);
}

/**
 * vrrp_accept_configure() - take another configuration
 * @globals: valid until the next; rules follow with vrrp_accept_update()
 */
void vrrp_accept_configure(const struct config_vrrp_globals *globals)
{
	bool first = !accept_globals;

	accept_globals = globals;
	/* That of a killed predecessor: no table of nftables, no leftover. */
	if (first && !access("/sys/module/nf_tables", F_OK)) {
		accept_table = strdup(globals->nft_table);
		drop_table();
	}
}

/** vrrp_accept_stop() - drop nothing any more */
void vrrp_accept_stop(void)
{
	drop_table();
	accept_globals = NULL;
}
