// SPDX-License-Identifier: GPL-2.0
/* Events: what the kernel tells without being asked */
#include <errno.h>
#include <string.h>

#include "priv.h"

static const struct {
	unsigned int group;
	const char *name;
} groups[] = {
	{ NFLB_EVENTS_SERVICE, NFLB_MCGRP_SERVICE },
	{ NFLB_EVENTS_BACKEND, NFLB_MCGRP_BACKEND },
	{ NFLB_EVENTS_CONNECTION, NFLB_MCGRP_CONNECTION },
};

#define GROUPS	(sizeof(groups) / sizeof(*groups))

struct hearing {
	nflb_event_fn fn;
	void *arg;
};

/**
 * nflb_event_join() - begin to listen
 * @nflb: the handle, which is good for nothing else then
 * @wanted: NFLB_EVENTS_*
 *
 * Return: 0 or a negative errno.
 */
int nflb_event_join(struct nflb *nflb, unsigned int wanted)
{
	int number[GROUPS], err = 0;
	size_t i;

	for (i = 0; i < GROUPS; i++) {
		number[i] = nflb_group(nflb, groups[i].name);
		if (number[i] < 0)
			return number[i];
	}
	for (i = 0; !err && i < GROUPS; i++) {
		if (wanted & groups[i].group)
			err = nflb_listen(nflb, number[i]);
	}
	return err;
}

static int get_end(struct nlattr *nest, uint8_t *end)
{
	struct nlattr *in[NFLB_CONNECTION_MAX + 1];

	if (nla_parse_nested(in, NFLB_CONNECTION_MAX, nest, NULL))
		return -EPROTO;
	*end = nflb_get_u8(in[NFLB_CONNECTION_END]);
	return 0;
}

/**
 * nflb_happening_decode() - read an event
 * @attrs: the attributes of the top level
 * @happening: the result
 *
 * Return: 0 or -EPROTO.
 */
int nflb_happening_decode(struct nlattr **attrs,
			  struct nflb_happening *happening)
{
	memset(happening, 0, sizeof(*happening));
	happening->event = nflb_get_u8(attrs[NFLB_A_EVENT]);
	if (!happening->event)
		return -EPROTO;
	if (attrs[NFLB_A_CONNECTION])
		return nflb_connection_decode(attrs, &happening->connection) ?
		       -EPROTO : get_end(attrs[NFLB_A_CONNECTION],
					 &happening->end);
	if (attrs[NFLB_A_BACKEND])
		return nflb_backend_decode(attrs, &happening->service.key,
					   &happening->backend);
	return nflb_service_decode(attrs, &happening->service);
}

static int take_event(struct nlattr **attrs, void *arg)
{
	const struct hearing *hearing = arg;
	struct nflb_happening happening;

	if (nflb_happening_decode(attrs, &happening))
		return -EPROTO;
	return hearing->fn(&happening, hearing->arg);
}

/**
 * nflb_event_wait() - wait until something happens
 * @nflb: the handle, which has joined
 * @fn: called for all that happened
 * @arg: for @fn
 *
 * Return: 0; -ENOBUFS when so much happened that events were lost, and there
 * may be more; another negative errno.
 */
int nflb_event_wait(struct nflb *nflb, nflb_event_fn fn, void *arg)
{
	struct hearing hearing = { .fn = fn, .arg = arg };

	return nflb_hear(nflb, take_event, &hearing);
}
