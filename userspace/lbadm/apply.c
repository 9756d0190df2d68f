// SPDX-License-Identifier: GPL-2.0
/*
 * lbadm apply, lbadm diff
 *
 * A file is the whole configuration. What it says of a service or backend is
 * compared with what the kernel says by the words that `save` would write, so
 * whatever can be saved can be compared.
 */
#include <errno.h>
#include <string.h>

#include "change.h"
#include "output.h"
#include "plan.h"
#include "settings.h"

const char apply_usage[] =
	"lbadm apply FILE                     make the file the configuration\n";
const char diff_usage[] =
	"lbadm diff FILE                      what apply would do\n";

static int refuse_line(struct args *args, const struct plan *plan,
		       const struct step *step, const char *why)
{
	return args_refuse(args, "%s:%u: %s", plan->name, step->line, why);
}

/* What restore finds out from the kernel must be known before. */
static int parse(struct args *args, struct command *command)
{
	const struct plan *plan;
	size_t i;

	if (plan_parse(args, command))
		return -EINVAL;
	plan = command->plan;
	if (plan->twin)
		return refuse_line(args, plan, plan->twin,
				   "this service is made twice");
	for (i = 0; i < plan->count; i++) {
		if (!plan->steps[i].pool)
			return refuse_line(args, plan, &plan->steps[i],
					   "no line before this one makes the service");
	}
	return 0;
}

/* The kernel cannot be asked, or has settings of a later version. */
static int complain_of(struct session *session, const char *verb, int err)
{
	snprintf(session->error, sizeof(session->error), "%s: %s", verb,
		 err == -EPROTO ?
		 "the configuration has settings of a later version" :
		 err == -ENOMEM ? strerror(ENOMEM) :
		 nflb_error(session->nflb));
	return err;
}

/**
 * struct difference - between a file and the kernel
 * @config: what the kernel has
 * @changes: what to do about services
 * @settings: what to set
 */
struct difference {
	struct nflb_config config;
	struct changes changes;
	struct nflb_settings settings;
};

typedef int (*difference_action)(struct session *session,
				 const struct plan *plan,
				 struct difference *difference);

static int find_difference(struct nflb *nflb, struct plan *plan,
			   struct difference *difference)
{
	struct nflb_settings now, defaults;
	int err;

	*difference = (struct difference){ 0 };
	err = nflb_settings_get(nflb, &now, &defaults);
	if (!err)
		err = nflb_config_read(nflb, NULL, &difference->config);
	if (err)
		return err;
	settings_differ(&plan->settings, &now, &defaults,
			&difference->settings);
	return changes_find(&difference->changes, plan, &difference->config);
}

/* @action with what differs between the kernel and the file. */
static int with_difference(struct session *session,
			   const struct command *command, const char *verb,
			   difference_action action)
{
	struct difference difference;
	int err;

	err = find_difference(session->nflb, command->plan, &difference);
	if (err)
		complain_of(session, verb, err);
	else
		err = action(session, command->plan, &difference);
	changes_free(&difference.changes);
	nflb_config_free(&difference.config);
	return err;
}

static int show_all(struct session *session, const struct plan *plan,
		    struct difference *difference)
{
	const struct changes *changes = &difference->changes;
	struct output *output = session->output;
	char text[SETTINGS_TEXT];
	size_t i;

	(void)plan;
	output->ops->changes_begin(output);
	for (i = 0; i < changes->count; i++)
		output->ops->change(output, changes->change[i].verb,
				    changes->change[i].text);
	if (difference->settings.given) {
		settings_text(&difference->settings, text);
		output->ops->change(output, "set", text);
	}
	output->ops->changes_end(output);
	if (changes->count || difference->settings.given)
		session->code = DIFF_DIFFERENT;
	return 0;
}

/* What to do, with which service or backend of which configuration. */
static int carry_out(struct nflb *nflb, const struct change *change,
		     size_t *refused)
{
	const struct nflb_pool *pool = change->after ? change->after :
				       change->before;
	const struct nflb_key *key = &pool->service.key;

	*refused = pool->count;
	switch (change->kind) {
	case CHANGE_ADD:
		return nflb_pool_add(nflb, pool, refused);
	case CHANGE_REPLACE:
		return nflb_pool_replace(nflb, pool, refused);
	case CHANGE_DEL:
		return nflb_service_del(nflb, key);
	case CHANGE_SET:
		return nflb_service_set(nflb, &pool->service);
	case CHANGE_BACKEND_ADD:
		return nflb_backend_add(nflb, key, change->backend);
	case CHANGE_BACKEND_SET:
		return nflb_backend_set(nflb, key, change->backend);
	case CHANGE_BACKEND_DEL:
		return nflb_backend_del(nflb, key, change->backend);
	}
	return -EINVAL;
}

/* The service as it was: without it, or with all it had. */
static int take_back(struct nflb *nflb, const struct change *change)
{
	size_t refused;

	if (!change->before)
		return nflb_service_del(nflb, &change->after->service.key);
	return nflb_pool_replace(nflb, change->before, &refused);
}

static void describe(struct session *session, const struct plan *plan,
		     const struct change *change, size_t refused)
{
	const struct step *step = change->line;
	char name[COMMAND_LEN];

	if (!step) {
		snprintf(session->error, sizeof(session->error), "%s: %s",
			 change->text, nflb_error(session->nflb));
		return;
	}
	if (refused < step->pool->pool.count)
		step = step->pool->backends[refused];
	command_name(&step->command, name);
	snprintf(session->error, sizeof(session->error), "%s:%u: %s: %s",
		 plan->name, step->line, name, nflb_error(session->nflb));
}

static void take_all_back(struct session *session,
			  const struct changes *changes, size_t count)
{
	size_t left = 0;

	while (count--)
		if (take_back(session->nflb, &changes->change[count]))
			left++;
	if (left) {
		size_t len = strlen(session->error);

		snprintf(session->error + len, sizeof(session->error) - len,
			 "; %zu changes could not be taken back: %s", left,
			 nflb_error(session->nflb));
	}
}

/*
 * A new service may be in the way of one that is to go: port ranges must not
 * overlap. It waits until all others are done.
 */
static bool put_off(struct changes *changes, size_t i)
{
	struct change change = changes->change[i];

	if (change.kind != CHANGE_ADD || change.put_off)
		return false;
	memmove(&changes->change[i], &changes->change[i + 1],
		(changes->count - i - 1) * sizeof(change));
	change.put_off = true;
	changes->change[changes->count - 1] = change;
	return true;
}

static int carry_out_changes(struct session *session, const struct plan *plan,
			     struct changes *changes)
{
	size_t i = 0, refused;
	int err;

	while (i < changes->count) {
		err = carry_out(session->nflb, &changes->change[i], &refused);
		if (!err) {
			i++;
		} else if (!put_off(changes, i)) {
			describe(session, plan, &changes->change[i], refused);
			take_all_back(session, changes, i);
			return err;
		}
	}
	return 0;
}

/* Settings come last: they cannot be taken back. */
static int carry_out_all(struct session *session, const struct plan *plan,
			 struct difference *difference)
{
	char text[SETTINGS_TEXT];
	int err;

	err = carry_out_changes(session, plan, &difference->changes);
	if (err || !difference->settings.given)
		return err;
	err = nflb_settings_set(session->nflb, &difference->settings);
	if (!err)
		return 0;
	settings_text(&difference->settings, text);
	snprintf(session->error, sizeof(session->error), "%s: %s: %s",
		 plan->name, text, nflb_error(session->nflb));
	take_all_back(session, &difference->changes, difference->changes.count);
	return err;
}

static int run_apply(struct session *session, const struct command *command)
{
	return with_difference(session, command, "apply", carry_out_all);
}

static int run_diff(struct session *session, const struct command *command)
{
	return with_difference(session, command, "diff", show_all);
}

const struct verb apply_verb = { .parse = parse, .run = run_apply };
const struct verb diff_verb = {
	.parse = parse,
	.run = run_diff,
	.refused = DIFF_TROUBLE,
};
