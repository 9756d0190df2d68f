// SPDX-License-Identifier: GPL-2.0
/* use_vmac and use_ipvlan of an instance */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vrrp_words.h"

/* Five or six bytes as xx:xx:xx:xx:xx[:xx]; the last may be the VRID's. */
static bool parse_mac(const char *text, uint8_t vrid, uint8_t mac[6])
{
	unsigned int i;
	char *end;

	for (i = 0; i < 6; i++) {
		unsigned long byte = strtoul(text, &end, 16);

		if (end == text || end - text > 2 || byte > 255)
			return false;
		mac[i] = (uint8_t)byte;
		text = end + 1;
		if (*end != ':')
			break;
	}
	if (*end || i < 4 || i > 5)
		return false;
	if (i == 4)
		mac[5] = vrid;
	return true;
}

/* RFC 9568, section 7.3 */
static void set_mac(struct config_vrrp_instance *instance)
{
	const uint8_t mac[6] = {
		0x00, 0x00, 0x5e, 0x00,
		instance->family == AF_INET ? 0x01 : 0x02, instance->vrid,
	};

	memcpy(instance->vmac_address, mac, sizeof(mac));
}

static int set_name(struct config_context *context, struct vrrp_draft *draft,
		    const char *name)
{
	struct config_vrrp_instance *instance = &draft->instance;
	char made[IFNAMSIZ];

	if (!name) {
		snprintf(made, sizeof(made), "%s%s.%u",
			 context->config->globals.vrrp.vmac_prefix,
			 instance->family == AF_INET ? "" : "6",
			 instance->vrid);
		name = config_strdup(context->arena, made);
		if (!name)
			return -ENOMEM;
	}
	if (instance->interface && !strcmp(name, instance->interface))
		return config_error(context->report, draft->origin,
				    "%s: the virtual MAC and the interface have the same name",
				    instance->name);
	instance->vmac_name = name;
	return 0;
}

/* use_vmac [NAME] [MAC] */
static int take_macvlan(struct config_context *context,
			struct vrrp_draft *draft)
{
	struct config_vrrp_instance *instance = &draft->instance;
	const struct config_node *node = draft->use_vmac;
	const char *name = NULL;
	unsigned int i;

	instance->vmac = VRRP_VMAC_MACVLAN;
	set_mac(instance);
	for (i = 0; i < node->count && i < 2; i++) {
		if (parse_mac(node->argument[i], instance->vrid,
			      instance->vmac_address))
			continue;
		if (name || vrrp_device_check(context, node, node->argument[i]))
			return config_error(context->report, &node->origin,
					    "use_vmac: '%s' is not a MAC address",
					    node->argument[i]);
		name = node->argument[i];
	}
	if (instance->vmac_address[0] & 1)
		return config_error(context->report, &node->origin,
				    "use_vmac: the MAC address is a multicast address");
	return set_name(context, draft, name);
}

/* A word of use_ipvlan after the name. */
static int take_ipvlan_word(struct config_context *context,
			    struct vrrp_draft *draft, const char *word)
{
	struct config_vrrp_instance *instance = &draft->instance;
	const struct config_node *node = draft->use_ipvlan;
	char host[NFLB_ADDRESS_LEN] = "";
	size_t len = strcspn(word, "/");

	if (!strcmp(word, "bridge"))
		return 0;
	if (vrrp_one_of(word, "private", "vepa", NULL))
		return config_error(context->report, &node->origin,
				    "use_ipvlan: mode %s is not supported, only bridge",
				    word);
	if (len < sizeof(host))
		memcpy(host, word, len);
	if (nflb_address_parse(host, &instance->ipvlan_address))
		return config_error(context->report, &node->origin,
				    "use_ipvlan: '%s' is not an address", word);
	if (instance->ipvlan_address.family != instance->family)
		return config_error(context->report, &node->origin,
				    "use_ipvlan: the address is of the other family");
	return 0;
}

/* use_ipvlan [NAME] [ADDRESS] [bridge] */
static int take_ipvlan(struct config_context *context,
		       struct vrrp_draft *draft)
{
	struct config_vrrp_instance *instance = &draft->instance;
	const struct config_node *node = draft->use_ipvlan;
	struct nflb_address address;
	const char *name = NULL;
	unsigned int i = 0;

	instance->vmac = VRRP_VMAC_IPVLAN;
	if (node->count && !strchr(node->argument[0], '/') &&
	    nflb_address_parse(node->argument[0], &address) &&
	    !vrrp_one_of(node->argument[0], "bridge", "private", "vepa")) {
		name = node->argument[i++];
		if (vrrp_device_check(context, node, name))
			return -EINVAL;
	}
	for (; i < node->count && i < 3; i++) {
		if (take_ipvlan_word(context, draft, node->argument[i]))
			return -EINVAL;
	}
	if (instance->family == AF_INET &&
	    instance->ipvlan_address.family == AF_UNSPEC)
		return config_error(context->report, &node->origin,
				    "use_ipvlan of an IPv4 instance needs an address");
	return set_name(context, draft, name);
}

/**
 * vrrp_draft_vmac() - read use_vmac and use_ipvlan
 * @context: where words are bound
 * @draft: whose family and virtual router ID are known
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_draft_vmac(struct config_context *context, struct vrrp_draft *draft)
{
	struct config_vrrp_instance *instance = &draft->instance;

	if (draft->use_vmac && draft->use_ipvlan)
		return config_error(context->report, draft->origin,
				    "%s has both use_vmac and use_ipvlan",
				    instance->name);
	if ((draft->use_vmac || draft->use_ipvlan) && !instance->interface)
		return config_error(context->report, draft->origin,
				    "%s: use_vmac and use_ipvlan need interface",
				    instance->name);
	if (draft->use_ipvlan)
		return take_ipvlan(context, draft);
	if (!draft->use_vmac)
		return 0;
	if (instance->unicast && !instance->vmac_xmit_base) {
		config_warning(context->report, draft->origin,
			       "%s: unicast with use_vmac implies vmac_xmit_base",
			       instance->name);
		instance->vmac_xmit_base = true;
	}
	return take_macvlan(context, draft);
}
