// SPDX-License-Identifier: GPL-2.0
/* lbadm restore */
#include <errno.h>
#include <string.h>

#include "plan.h"

const char restore_usage[] =
	"lbadm restore FILE                   - is the standard input\n";

static void describe(struct session *session, const struct plan *plan,
		     const struct step *step)
{
	char name[COMMAND_LEN];

	command_name(&step->command, name);
	snprintf(session->error, sizeof(session->error), "%s:%u: %s: %s",
		 plan->name, step->line, name, nflb_error(session->nflb));
}

/* The kernel heard of it with the line of its service. */
static bool is_done(const struct step *step)
{
	return step->pool && step->pool->service != step;
}

/* What somebody else has removed meanwhile is as good as taken back. */
static void take_back(struct session *session, const struct plan *plan,
		      size_t count)
{
	size_t left = 0;

	while (count--) {
		const struct step *step = &plan->steps[count];
		int err = is_done(step) ? 0 :
			  step->command.verb->undo(session, &step->command);

		if (err && err != -ENOENT)
			left++;
	}
	if (left) {
		size_t len = strlen(session->error);

		snprintf(session->error + len, sizeof(session->error) - len,
			 "; %zu earlier lines could not be taken back: %s",
			 left, nflb_error(session->nflb));
	}
}

/* @refused is the line that a refusal is about. */
static int run_step(struct session *session, const struct step *step,
		    const struct step **refused)
{
	const struct plan_pool *pool = step->pool;
	size_t which;
	int err;

	*refused = step;
	if (!pool)
		return step->command.verb->run(session, &step->command);
	err = nflb_pool_add(session->nflb, &pool->pool, &which);
	if (err && which < pool->pool.count)
		*refused = pool->backends[which];
	return err;
}

/* Last, since they cannot be taken back. */
static int run_settings(struct session *session, const struct plan *plan)
{
	int err;

	if (!plan->settings.given)
		return 0;
	err = nflb_settings_set(session->nflb, &plan->settings);
	if (err)
		snprintf(session->error, sizeof(session->error),
			 "%s:%u: set: %s", plan->name, plan->settings_line,
			 nflb_error(session->nflb));
	return err;
}

static int run(struct session *session, const struct command *command)
{
	const struct plan *plan = command->plan;
	const struct step *refused;
	int err = 0;
	size_t i;

	for (i = 0; i < plan->count && !err; i++) {
		if (is_done(&plan->steps[i]))
			continue;
		err = run_step(session, &plan->steps[i], &refused);
		if (err) {
			describe(session, plan, refused);
			take_back(session, plan, i);
		}
	}
	if (err)
		return err;
	err = run_settings(session, plan);
	if (err)
		take_back(session, plan, plan->count);
	return err;
}

const struct verb restore_verb = { .parse = plan_parse, .run = run };
