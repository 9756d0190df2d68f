// SPDX-License-Identifier: GPL-2.0
/*
 * What strict_mode forbids, and what cannot be with something else
 *
 * As keepalived does, what is forbidden is left out with a warning where an
 * instance works without.
 */
#include <string.h>

#include "vrrp_words.h"

#define STRICT	"strict_mode: "

/* A member that must not be set. */
static void clear(struct config_context *context, struct vrrp_draft *draft,
		  bool *flag, const char *why)
{
	if (!*flag)
		return;
	config_warning(context->report, draft->origin, "%s: %s",
		       draft->instance.name, why);
	*flag = false;
}

static void clear_auth(struct config_context *context,
		       struct vrrp_draft *draft, const char *why)
{
	struct config_vrrp_instance *instance = &draft->instance;

	if (instance->auth != VRRP_AUTH_PASS)
		return;
	config_warning(context->report, draft->origin, "%s: %s",
		       instance->name, why);
	instance->auth = VRRP_AUTH_NONE;
}

static void clear_delay(struct config_context *context,
			struct vrrp_draft *draft, const char *why)
{
	struct config_vrrp_instance *instance = &draft->instance;

	if (!instance->preempt_delay)
		return;
	config_warning(context->report, draft->origin, "%s: %s",
		       instance->name, why);
	instance->preempt_delay = 0;
}

static void refuse_strict(struct config_context *context,
			  struct vrrp_draft *draft)
{
	struct config_vrrp_instance *instance = &draft->instance;
	const struct config_vrrp_address *first = instance->addresses;

	if (!instance->address_count)
		config_error(context->report, draft->origin,
			     STRICT "%s has no virtual_ipaddress",
			     instance->name);
	if (instance->unicast)
		config_error(context->report, draft->origin,
			     STRICT "%s has unicast peers", instance->name);
	if (instance->address_count && instance->family == AF_INET6 &&
	    !IN6_IS_ADDR_LINKLOCAL(&first->address.v6))
		config_error(context->report, &first->origin,
			     STRICT "the first address of %s is not link-local",
			     instance->name);
}

static void relax_strict(struct config_context *context,
			 struct vrrp_draft *draft)
{
	struct config_vrrp_instance *instance = &draft->instance;
	bool owner = instance->priority == VRRP_PRIORITY_OWNER;

	clear_auth(context, draft, STRICT "there is no authentication");
	clear_delay(context, draft, STRICT "there is no preempt_delay");
	clear(context, draft, &instance->vmac_xmit_base,
	      STRICT "there is no vmac_xmit_base");
	clear(context, draft, &instance->higher_prio_send_advert,
	      STRICT "there is no higher_prio_send_advert");
	if (instance->version == 2)
		clear(context, draft, &draft->accept,
		      STRICT "accept is for version 3");
	if (instance->initial_master && !owner) {
		config_warning(context->report, draft->origin,
			       STRICT "%s begins as BACKUP: its priority is not 255",
			       instance->name);
		instance->initial_master = false;
	}
	instance->lower_prio_no_advert = true;
	instance->garp.master_refresh = 0;
	instance->no_accept = !draft->accept && !owner;
}

/**
 * vrrp_draft_strict() - what strict_mode and others forbid
 * @context: where words are bound
 * @draft: an instance that is complete otherwise
 */
void vrrp_draft_strict(struct config_context *context,
		       struct vrrp_draft *draft)
{
	struct config_vrrp_instance *instance = &draft->instance;

	instance->no_accept = draft->no_accept && !draft->accept &&
			      instance->priority != VRRP_PRIORITY_OWNER;
	if (instance->strict) {
		refuse_strict(context, draft);
		relax_strict(context, draft);
	}
	if (instance->version == 3)
		clear_auth(context, draft,
			   "version 3 has no authentication; use auth_hmac");
	if (instance->initial_master) {
		clear(context, draft, &instance->nopreempt,
		      "nopreempt needs state BACKUP");
		clear_delay(context, draft, "preempt_delay needs state BACKUP");
	}
	if (instance->priority == VRRP_PRIORITY_OWNER)
		clear(context, draft, &instance->nopreempt,
		      "an address owner preempts always");
	if (instance->nopreempt)
		clear_delay(context, draft, "preempt_delay is nothing with nopreempt");
}
