// SPDX-License-Identifier: GPL-2.0
/* lbadm top */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "output.h"
#include "rates.h"

const char top_usage[] =
	"lbadm top [count N] [interval S]     live rates, N times, every S seconds\n";

/* A day is longer than anybody looks. */
#define INTERVAL_MAX	86400

static int parse_number(struct args *args, struct command *command,
			const struct keyword *keyword)
{
	uint64_t number, max = keyword->value ? INTERVAL_MAX : UINT32_MAX;

	if (args_number(args, keyword->word.name, 1, max, &number))
		return -EINVAL;
	if (keyword->value)
		command->top.interval = (unsigned int)number;
	else
		command->top.count = (unsigned int)number;
	return 0;
}

static const struct keyword top_keywords[] = {
	{ WORD("count"), .parse = parse_number, .value = 0 },
	{ WORD("interval"), .parse = parse_number, .value = 1 },
	{ }
};

static int parse(struct args *args, struct command *command)
{
	command->top.interval = 1;
	return command_settings(args, top_keywords, command);
}

static uint64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* A copy, since one reading is the end of this round and begins the next. */
static int copy_config(struct nflb_config *to, const struct nflb_config *from)
{
	size_t i;

	*to = (struct nflb_config){ 0 };
	to->pools = calloc(from->count + 1, sizeof(*to->pools));
	if (!to->pools)
		return -ENOMEM;
	for (i = 0; i < from->count; i++) {
		const struct nflb_pool *pool = &from->pools[i];
		struct nflb_backend *backends;

		backends = calloc(pool->count + 1, sizeof(*backends));
		if (!backends) {
			nflb_config_free(to);
			return -ENOMEM;
		}
		if (pool->count)
			memcpy(backends, pool->backends,
			       pool->count * sizeof(*backends));
		to->pools[i] = *pool;
		to->pools[i].backends = backends;
		to->count++;
	}
	return 0;
}

static void print_rates(struct output *output,
			const struct nflb_config *rates)
{
	/* From the top of an empty screen. */
	if (output->ops == &output_text && isatty(fileno(output->stream)))
		fputs("\033[H\033[2J", output->stream);
	output->ops->rates(output, rates);
}

/* @before becomes what is read now. */
static int one_round(struct session *session, struct nflb_config *before,
		     uint64_t *began)
{
	struct nflb_config now, rates;
	uint64_t ended;
	int err;

	err = nflb_config_read(session->nflb, NULL, &now);
	if (err)
		return err;
	ended = now_ms();
	err = copy_config(&rates, &now);
	if (!err) {
		rates_between(before, &rates,
			      ended > *began ? ended - *began : 1);
		print_rates(session->output, &rates);
		nflb_config_free(&rates);
	}
	nflb_config_free(before);
	*before = now;
	*began = ended;
	return !err && fflush(session->output->stream) ? -EIO : err;
}

/* Without count it ends when it is interrupted. */
static int run(struct session *session, const struct command *command)
{
	struct nflb_config before;
	uint64_t began = now_ms();
	unsigned int round;
	int err;

	err = nflb_config_read(session->nflb, NULL, &before);
	for (round = 0; !err && (!command->top.count ||
				 round < command->top.count); round++) {
		sleep(command->top.interval);
		err = one_round(session, &before, &began);
	}
	nflb_config_free(&before);
	return err;
}

const struct verb top_verb = { .parse = parse, .run = run };
