// SPDX-License-Identifier: GPL-2.0
/* Options of schedulers: what a service has of them, in messages and defaults */
#include <errno.h>
#include <string.h>

#include "priv.h"

/* Bytes of each option in a message; 0 for what is none. */
static const unsigned int option_size[NFLB_SCHED_OPTION_MAX + 1] = {
	[NFLB_SCHED_OPTION_TABLE_SIZE]	= 4,
	[NFLB_SCHED_OPTION_SEED]	= 8,
	[NFLB_SCHED_OPTION_HASH]	= 1,
	[NFLB_SCHED_OPTION_FALLBACK]	= 1,
	[NFLB_SCHED_OPTION_MAX_LOAD]	= 4,
};

static const struct {
	const char *scheduler;
	uint32_t table_size;
	uint8_t hash;
} defaults[] = {
	{ "maglev",	65537,	NFLB_HASH_FLOW },
	{ "sh",		4093,	NFLB_HASH_ADDRESS },
	{ "dh",		4093,	NFLB_HASH_ADDRESS },
	{ "lblc",	4093,	NFLB_HASH_ADDRESS },
	{ "lblcr",	4093,	NFLB_HASH_ADDRESS },
};

/**
 * nflb_option_default() - what the kernel takes when a request does not say
 * @scheduler: name of a scheduler
 * @option: enum nflb_sched_option
 * @value: the result
 *
 * Return: whether there is a default, and the scheduler is known here.
 */
bool nflb_option_default(const char *scheduler, unsigned int option,
			 uint64_t *value)
{
	size_t i;

	for (i = 0; i < sizeof(defaults) / sizeof(*defaults); i++) {
		if (!strcmp(scheduler, defaults[i].scheduler))
			break;
	}
	if (i == sizeof(defaults) / sizeof(*defaults))
		return false;
	switch (option) {
	case NFLB_SCHED_OPTION_TABLE_SIZE:
		*value = defaults[i].table_size;
		return true;
	case NFLB_SCHED_OPTION_SEED:
		*value = 0;
		return true;
	case NFLB_SCHED_OPTION_HASH:
		*value = defaults[i].hash;
		return true;
	case NFLB_SCHED_OPTION_FALLBACK:
		*value = 1;
		return true;
	default:
		return false;
	}
}

static int put_option(struct nl_msg *msg, unsigned int option, uint64_t value)
{
	switch (option_size[option]) {
	case 1:
		return nla_put_u8(msg, (int)option, (uint8_t)value);
	case 4:
		return nla_put_u32(msg, (int)option, (uint32_t)value);
	default:
		return nla_put_u64(msg, (int)option, value);
	}
}

/**
 * nflb_put_options() - put the options that a request gives
 * @msg: the message
 * @options: the options
 *
 * Return: 0 or a negative error of libnl.
 */
int nflb_put_options(struct nl_msg *msg, const struct nflb_options *options)
{
	struct nlattr *nest;
	unsigned int i;
	int err = 0;

	if (!options->given)
		return 0;
	nest = nla_nest_start(msg, NFLB_SERVICE_SCHED_OPTIONS);
	if (!nest)
		return -NLE_NOMEM;
	for (i = 1; !err && i <= NFLB_SCHED_OPTION_MAX; i++) {
		if (options->given & NFLB_OPTION(i))
			err = put_option(msg, i, options->value[i]);
	}
	return err ? err : nla_nest_end(msg, nest);
}

static uint64_t get_option(struct nlattr *attr, unsigned int option)
{
	switch (option_size[option]) {
	case 1:
		return nflb_get_u8(attr);
	case 4:
		return nflb_get_u32(attr);
	default:
		return nflb_get_u64(attr);
	}
}

/**
 * nflb_get_options() - read the options in an answer
 * @nest: the attribute; may be NULL
 * @options: the result
 *
 * Return: 0 or -EPROTO.
 */
int nflb_get_options(struct nlattr *nest, struct nflb_options *options)
{
	struct nlattr *attrs[NFLB_SCHED_OPTION_MAX + 1];
	unsigned int i;

	*options = (struct nflb_options){ 0 };
	if (!nest)
		return 0;
	if (nla_parse_nested(attrs, NFLB_SCHED_OPTION_MAX, nest, NULL))
		return -EPROTO;
	for (i = 1; i <= NFLB_SCHED_OPTION_MAX; i++) {
		if (!attrs[i] || !option_size[i])
			continue;
		options->given |= NFLB_OPTION(i);
		options->value[i] = get_option(attrs[i], i);
	}
	return 0;
}
