// SPDX-License-Identifier: GPL-2.0
/* Which addresses are virtual: what a master has is nobody's source */
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "network_priv.h"

static struct nflb_address *virtuals;	/* sorted */
static size_t virtual_count;

static int compare(const void *a, const void *b)
{
	const struct nflb_address *x = a, *y = b;

	if (x->family != y->family)
		return x->family < y->family ? -1 : 1;
	return memcmp(&x->v6, &y->v6, x->family == AF_INET ? 4 : 16);
}

/**
 * vrrp_is_virtual() - whether an instance has an address while it is master
 * @address: which
 *
 * Return: true when one has.
 */
bool vrrp_is_virtual(const struct nflb_address *address)
{
	return virtual_count && bsearch(address, virtuals, virtual_count,
					sizeof(*virtuals), compare);
}

static void add(const struct config_vrrp_address *addresses, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		virtuals[virtual_count++] = addresses[i].address;
}

/**
 * vrrp_set_virtuals() - take another configuration
 * @config: in use from now on; an address owner sends from its own
 */
void vrrp_set_virtuals(const struct config *config)
{
	const struct config_vrrp *vrrp = &config->vrrp;
	size_t count = 0, i;

	for (i = 0; i < vrrp->instance_count; i++)
		count += vrrp->instances[i].address_count +
			 vrrp->instances[i].excluded_count;
	free(virtuals);
	virtual_count = 0;
	virtuals = calloc(count ? : 1, sizeof(*virtuals));
	if (!virtuals) {
		log_error("no memory");
		return;
	}
	for (i = 0; i < vrrp->instance_count; i++) {
		if (vrrp->instances[i].priority == VRRP_PRIORITY_OWNER)
			continue;
		add(vrrp->instances[i].addresses, vrrp->instances[i].address_count);
		add(vrrp->instances[i].excluded, vrrp->instances[i].excluded_count);
	}
	qsort(virtuals, virtual_count, sizeof(*virtuals), compare);
}
