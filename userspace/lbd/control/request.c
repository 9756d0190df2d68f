// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "control.h"
#include "pool.h"
#include "request.h"

typedef void (*request_done)(void *context, json_t *answer);

__attribute__((format(printf, 1, 2)))
static json_t *refusal(const char *format, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, format);
	vsnprintf(text, sizeof(text), format, ap);
	va_end(ap);
	return json_pack("{s:s}", "error", text);
}

static json_t *agreed(void)
{
	return json_pack("{s:b}", "ok", 1);
}

/* status */

/* By role: the member of the status that it fills. */
static const char *const role_members[ROLES] = {
	[ROLE_CHECKERS] = "checkers",
	[ROLE_VRRP] = "vrrp",
	[ROLE_SYNC] = "sync",
	[ROLE_METRICS] = "metrics",
};

/* What is collected from the roles. */
struct gathering {
	json_t *answer;
	unsigned int missing;
	request_done done;
	void *context;
	struct piece {
		struct gathering *all;
		enum role_id role;
	} piece[ROLES];
};

static void gathered(struct gathering *all)
{
	if (--all->missing)
		return;
	all->done(all->context, all->answer);
	free(all);
}

static void take_piece(void *context, json_t *status)
{
	const struct piece *piece = context;
	struct gathering *all = piece->all;

	if (status)
		json_object_set(all->answer, role_members[piece->role], status);
	gathered(all);
}

/* @role: %ROLES asks all of them. */
static void gather(json_t *answer, enum role_id role, request_done done,
		   void *context)
{
	struct gathering *all = calloc(1, sizeof(*all));
	unsigned int i;

	if (!all || !answer) {
		free(all);
		json_decref(answer);
		done(context, NULL);
		return;
	}
	all->answer = answer;
	all->done = done;
	all->context = context;
	all->missing = 1;
	for (i = 0; i < ROLES; i++) {
		if (role != ROLES && role != i)
			continue;
		all->missing++;
		all->piece[i] = (struct piece){ .all = all, .role = i };
		roles_ask(i, take_piece, &all->piece[i]);
	}
	gathered(all);
}

void request_status(request_done done, void *context)
{
	gather(control_status(), ROLES, done, context);
}

/* "only": the status of one role, or what control knows. */
static void run_status(const json_t *request, request_done done, void *context)
{
	const char *only = json_string_value(json_object_get(request, "only"));
	unsigned int i;

	if (!only) {
		request_status(done, context);
		return;
	}
	if (!strcmp(only, "control")) {
		done(context, control_status());
		return;
	}
	for (i = 0; i < ROLES; i++) {
		if (strcmp(only, role_members[i]))
			continue;
		gather(json_object(), i, done, context);
		return;
	}
	done(context, refusal("status of '%s': there is no such role", only));
}

/* reload */

static void run_reload(const json_t *request, request_done done, void *context)
{
	json_t *answer;
	char *why;
	int err;

	(void)request;
	err = control_reload(&why);
	if (!err)
		answer = agreed();
	else
		answer = refusal("%s", why ? why : strerror(-err));
	free(why);
	done(context, answer);
}

/* backend */

static const char *const actions[] = {
	[POOL_OVERRIDE_NONE] = "clear",
	[POOL_OVERRIDE_UP] = "up",
	[POOL_OVERRIDE_DOWN] = "down",
	[POOL_OVERRIDE_DRAIN] = "drain",
};

/* By the name notify scripts know, or a key as lbadm writes it. */
static bool is_service(const struct config_service *service, const char *text)
{
	char key[NFLB_KEY_LEN];
	size_t i;

	if (!strcmp(service->name, text))
		return true;
	for (i = 0; i < service->key_count; i++) {
		nflb_key_format(&service->keys[i], key);
		if (!strcmp(key, text))
			return true;
	}
	return false;
}

/* By that name, the name of its host, or address and port. */
static bool is_backend(const struct config_backend *backend, const char *text)
{
	char endpoint[NFLB_ENDPOINT_LEN];

	if (!strcmp(backend->name, text) ||
	    (backend->host && !strcmp(backend->host, text)))
		return true;
	nflb_endpoint_format(&backend->backend.address, backend->backend.port,
			     endpoint);
	return !backend->host && !strcmp(endpoint, text);
}

/* Return: NULL, or why there is no such backend. */
static json_t *find_backend(const json_t *request, uint32_t *service,
			    uint32_t *backend)
{
	const char *service_name =
		json_string_value(json_object_get(request, "service"));
	const char *backend_name =
		json_string_value(json_object_get(request, "backend"));
	const struct config *config = control_config();
	const struct config_service *found;

	if (!service_name || !backend_name)
		return refusal("'service' and 'backend' are missing");
	for (*service = 0; *service < config->service_count; (*service)++) {
		if (is_service(&config->services[*service], service_name))
			break;
	}
	if (*service == config->service_count)
		return refusal("there is no virtual server %s", service_name);
	found = &config->services[*service];
	for (*backend = 0; *backend < found->backend_count; (*backend)++) {
		if (is_backend(&found->backends[*backend], backend_name))
			return NULL;
	}
	return refusal("virtual server %s has no real server %s", found->name,
		       backend_name);
}

static json_t *override_backend(const json_t *request, const char *action)
{
	uint32_t service, backend;
	unsigned int i;
	json_t *error;
	int err;

	for (i = 0; i < sizeof(actions) / sizeof(*actions); i++) {
		if (!strcmp(actions[i], action))
			break;
	}
	if (i == sizeof(actions) / sizeof(*actions))
		return refusal("'%s' is nothing that can be done with a backend",
			       action);
	error = find_backend(request, &service, &backend);
	if (error)
		return error;
	err = pool_set_override(service, backend, i);
	return err ? refusal("%s", strerror(-err)) : agreed();
}

static json_t *recheck_backend(const json_t *request)
{
	struct msg_recheck msg = { .generation = control_config()->generation };
	json_t *error = find_backend(request, &msg.service, &msg.backend);
	int err;

	if (error)
		return error;
	err = roles_send(ROLE_CHECKERS, MSG_RECHECK, &msg);
	return err ? refusal("the checkers: %s", strerror(-err)) : agreed();
}

static void run_backend(const json_t *request, request_done done, void *context)
{
	const char *action =
		json_string_value(json_object_get(request, "action"));

	if (!action)
		done(context, refusal("'action' is missing"));
	else if (!strcmp(action, "recheck"))
		done(context, recheck_backend(request));
	else
		done(context, override_backend(request, action));
}

/* vrrp */

static json_t *release_instance(const char *name)
{
	const struct config *config = control_config();
	struct msg_vrrp_command msg = {
		.generation = config->generation,
		.command = VRRP_COMMAND_RELEASE,
	};
	int err;

	while (msg.index < config->vrrp.instance_count &&
	       strcmp(config->vrrp.instances[msg.index].name, name))
		msg.index++;
	if (msg.index == config->vrrp.instance_count)
		return refusal("there is no vrrp_instance %s", name);
	err = roles_send(ROLE_VRRP, MSG_VRRP_COMMAND, &msg);
	return err ? refusal("vrrp: %s", strerror(-err)) : agreed();
}

static void run_release(const json_t *request, request_done done, void *context)
{
	const char *name =
		json_string_value(json_object_get(request, "instance"));

	done(context, name ? release_instance(name) :
			     refusal("'instance' is missing"));
}

static const struct {
	const char *command;
	void (*run)(const json_t *request, request_done done, void *context);
} requests[] = {
	{ "status", run_status },
	{ "reload", run_reload },
	{ "backend", run_backend },
	{ "release", run_release },
};

void request_run(const json_t *request, request_done done, void *context)
{
	const char *command =
		json_string_value(json_object_get(request, "command"));
	size_t i;

	if (!command) {
		done(context, refusal("a request is an object with 'command'"));
		return;
	}
	for (i = 0; i < sizeof(requests) / sizeof(*requests); i++) {
		if (strcmp(requests[i].command, command))
			continue;
		requests[i].run(request, done, context);
		return;
	}
	done(context, refusal("there is no command '%s'", command));
}
