// SPDX-License-Identifier: GPL-2.0
/* A line of virtual_ipaddress, virtual_ipaddress_excluded, static_ipaddress */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "vrrp_words.h"

static const char *const words[] = {
	"-nodad", "autojoin", "brd", "broadcast", "dev", "home", "label",
	"mngtmpaddr", "no_track", "nodad", "noprefixroute", "peer",
	"preferred_lft", "scope", "track_group", "use_vmac",
};

static const struct {
	const char *word;
	uint32_t flag;
	bool ip6_only;
} flags[] = {
	{ "home", IFA_F_HOMEADDRESS, true },
	{ "-nodad", IFA_F_NODAD, true },
	{ "nodad", IFA_F_NODAD, true },
	{ "mngtmpaddr", IFA_F_MANAGETEMPADDR, true },
	{ "noprefixroute", IFA_F_NOPREFIXROUTE, false },
	{ "autojoin", IFA_F_MCAUTOJOIN, false },
};

/* The address with its host bits all as @set says. */
static struct nflb_address host_bits(const struct config_vrrp_address *address,
				     bool set)
{
	struct nflb_address result = address->address;
	uint32_t hosts = address->prefix >= 32 ? 0 : UINT32_MAX >> address->prefix;
	uint32_t bits = ntohl(result.v4.s_addr);

	result.v4.s_addr = htonl(set ? bits | hosts : bits & ~hosts);
	return result;
}

static int take_broadcast(struct vrrp_line *line, const char *word,
			  struct config_vrrp_address *address)
{
	const char *next = vrrp_line_peek(line);

	if (address->address.family != AF_INET)
		return config_error(line->context->report, &line->node->origin,
				    "%s is for IPv4 addresses", word);
	if (next && (!strcmp(next, "+") || !strcmp(next, "-"))) {
		address->broadcast = host_bits(address, *next == '+');
		vrrp_line_word(line);
		return 0;
	}
	if (vrrp_line_address(line, word, &address->broadcast))
		return -EINVAL;
	if (address->broadcast.family != AF_INET)
		return config_error(line->context->report, &line->node->origin,
				    "%s is not an IPv4 address", word);
	return 0;
}

static int take_scope(struct vrrp_line *line, const char *word,
		      struct config_vrrp_address *address)
{
	int scope, err;

	err = vrrp_line_scope(line, word, &scope);
	if (!err)
		address->scope = (uint8_t)scope;
	return err;
}

static int take_lifetime(struct vrrp_line *line, const char *word,
			 struct config_vrrp_address *address)
{
	const char *next = vrrp_line_peek(line);
	uint64_t seconds;

	if (next && !strcmp(next, "forever")) {
		vrrp_line_word(line);
		address->preferred_lifetime = UINT32_MAX;
		return 0;
	}
	if (vrrp_line_uint(line, word, 0, UINT32_MAX - 1, &seconds))
		return -EINVAL;
	address->preferred_lifetime = (uint32_t)seconds;
	return 0;
}

static int take_label(struct vrrp_line *line, const char *word,
		      struct config_vrrp_address *address)
{
	const char *label = vrrp_line_value(line, word);

	if (!label)
		return -EINVAL;
	if (address->address.family != AF_INET)
		return config_error(line->context->report, &line->node->origin,
				    "label is for IPv4 addresses");
	if (!*label || strlen(label) >= IFNAMSIZ)
		return config_error(line->context->report, &line->node->origin,
				    "the label %s is longer than %d characters",
				    label, IFNAMSIZ - 1);
	address->label = config_strdup(line->context->arena, label);
	return address->label ? 0 : -ENOMEM;
}

static int take_peer(struct vrrp_line *line, const char *word,
		     struct config_vrrp_address *address)
{
	const char *text = vrrp_line_value(line, word);
	uint8_t bits;

	if (!text || vrrp_line_prefix(line, text, &address->peer, &bits))
		return -EINVAL;
	if (strchr(text, '/'))
		address->prefix = bits;
	if (address->peer.family != address->address.family)
		return config_error(line->context->report, &line->node->origin,
				    "the peer %s is of the other family", text);
	return 0;
}

static int take_flag(struct vrrp_line *line, const char *word,
		     struct config_vrrp_address *address)
{
	size_t i;

	for (i = 0; i < VRRP_COUNT(flags); i++) {
		if (strcmp(word, flags[i].word))
			continue;
		if (flags[i].ip6_only && address->address.family != AF_INET6)
			return config_error(line->context->report,
					    &line->node->origin,
					    "%s is for IPv6 addresses", word);
		address->flags |= flags[i].flag;
		return 0;
	}
	return vrrp_line_refuse(line, word, words,
				VRRP_COUNT(words));
}

static int take_word(struct vrrp_line *line, const char *word,
		     struct config_vrrp_address *address)
{
	if (!strcmp(word, "dev"))
		return vrrp_line_device(line, word, &address->device);
	if (vrrp_one_of(word, "brd", "broadcast", NULL))
		return take_broadcast(line, word, address);
	if (!strcmp(word, "scope"))
		return take_scope(line, word, address);
	if (!strcmp(word, "label"))
		return take_label(line, word, address);
	if (!strcmp(word, "peer"))
		return take_peer(line, word, address);
	if (!strcmp(word, "preferred_lft"))
		return take_lifetime(line, word, address);
	if (vrrp_one_of(word, "no_track", "track_group", NULL))
		return vrrp_line_tracking(line, word, &address->no_track,
					  &address->track_group);
	if (!strcmp(word, "use_vmac") && !line->is_static) {
		address->use_vmac = true;
		return 0;
	}
	return take_flag(line, word, address);
}

/* Nobody but VRRP says who has a virtual address: no duplicate detection. */
static void set_defaults(const struct vrrp_line *line,
			 struct config_vrrp_address *address)
{
	address->preferred_lifetime = UINT32_MAX;
	if (address->address.family != AF_INET6)
		return;
	if (!line->is_static)
		address->flags |= IFA_F_NODAD;
	/* Not to be the source of what the host sends. */
	if (address->prefix == 128)
		address->preferred_lifetime = 0;
}

/**
 * vrrp_take_address() - read a line with an address
 * @line: the line, at its begin
 * @address: the result
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_address(struct vrrp_line *line,
		      struct config_vrrp_address *address)
{
	const char *word = vrrp_line_word(line);

	address->origin = line->node->origin;
	if (vrrp_line_prefix(line, word, &address->address, &address->prefix))
		return -EINVAL;
	if (!address->prefix)
		return config_error(line->context->report, &line->node->origin,
				    "%s: the prefix length must not be 0", word);
	set_defaults(line, address);
	while ((word = vrrp_line_word(line))) {
		if (take_word(line, word, address))
			return -EINVAL;
	}
	if (address->use_vmac && !address->device)
		return config_error(line->context->report, &line->node->origin,
				    "use_vmac of an address needs dev");
	address->text = vrrp_line_text(line);
	return address->text ? 0 : -ENOMEM;
}
