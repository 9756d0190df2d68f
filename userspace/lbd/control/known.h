/* SPDX-License-Identifier: GPL-2.0 */
/* Services of the kernel, as far as control knows them, by key */
#ifndef _LBD_CONTROL_KNOWN_H
#define _LBD_CONTROL_KNOWN_H

#include <nflb/nflb.h>

/**
 * struct known_service - a service as the kernel has it, or is to have it
 * @pool: its key is there always, the rest when it is @present
 * @present: the kernel has it
 * @owned: it is lbd's
 * @wanted: the configuration has it
 * @seen: it was there when the kernel was read last
 * @trouble: why the kernel refused what it was to be; NULL: it did not
 */
struct known_service {
	struct nflb_pool pool;
	bool present;
	bool owned;
	bool wanted;
	bool seen;
	char *trouble;
};

struct known_list {
	struct known_service **service;
	size_t count;
	bool (*fits)(const struct known_service *service);
};

struct known_service *known_find(const struct nflb_key *key);
/* Return: the one there is, or a new one; NULL without memory. */
struct known_service *known_make(const struct nflb_key *key);
void known_drop(struct known_service *service);
size_t known_count(void);
/* In the order of their keys. @fn neither makes nor drops any. */
void known_each(void (*fn)(struct known_service *service, void *context),
		void *context);
/* Those that fit; list->service is for free(). Return: false without memory. */
bool known_list(struct known_list *list,
		bool (*fits)(const struct known_service *service));

#endif /* _LBD_CONTROL_KNOWN_H */
