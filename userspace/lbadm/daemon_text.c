// SPDX-License-Identifier: GPL-2.0
/* What lbd says of itself, for people; what is not there is left out */
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include "daemon.h"
#include "table.h"

static const char *text_of(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text ? text : "-";
}

static json_int_t number_of(const json_t *object, const char *member)
{
	return json_integer_value(json_object_get(object, member));
}

static bool is_true(const json_t *object, const char *member)
{
	return json_is_true(json_object_get(object, member));
}

/* "3d 4h", "4h 5m", "5m 6s": two units are enough. */
static const char *duration(json_int_t seconds, char text[64])
{
	static const struct {
		json_int_t length;
		char name;
	} units[] = { { 86400, 'd' }, { 3600, 'h' }, { 60, 'm' }, { 1, 's' } };
	size_t i = 0;

	if (seconds < 0)
		seconds = 0;
	while (i < 3 && seconds < units[i].length)
		i++;
	if (i == 3)
		snprintf(text, 64, "%jds", (intmax_t)seconds);
	else
		snprintf(text, 64, "%jd%c %jd%c",
			 (intmax_t)(seconds / units[i].length), units[i].name,
			 (intmax_t)(seconds % units[i].length /
				    units[i + 1].length), units[i + 1].name);
	return text;
}

static const char *since(json_int_t when, char text[64])
{
	return duration((json_int_t)time(NULL) - when, text);
}

static void role_rows(const json_t *roles, FILE *stream)
{
	struct table table;
	const char *name;
	json_t *role;
	char text[64];

	table_begin(&table, "llrlr");
	json_object_foreach((json_t *)roles, name, role) {
		table_cell(&table, "    %s", name);
		table_cell(&table, "%s", !is_true(role, "running") ?
			   "not running" : is_true(role, "configured") ?
			   "running" : "starting");
		table_cell(&table, "%jd", (intmax_t)number_of(role, "pid"));
		table_cell(&table, "for %s",
			   duration(number_of(role, "uptime"), text));
		table_cell(&table, "restarts %jd",
			   (intmax_t)number_of(role, "restarts"));
	}
	table_end(&table, stream);
}

static void count_line(const json_t *services, FILE *stream)
{
	size_t up = 0, all = 0, quorum = 0, i, k;
	json_t *service, *backend;

	json_array_foreach(services, i, service) {
		quorum += is_true(service, "quorum");
		json_array_foreach(json_object_get(service, "backends"), k,
				   backend) {
			all++;
			up += is_true(backend, "up");
		}
	}
	fprintf(stream, "%zu virtual servers, %zu with quorum; %zu real servers, %zu up\n",
		json_array_size(services), quorum, all, up);
}

/**
 * daemon_text_overview() - show what is most important
 * @status: of lbd
 * @stream: where to
 */
void daemon_text_overview(const json_t *status, FILE *stream)
{
	const json_t *control = json_object_get(status, "control");
	const char *trouble =
		json_string_value(json_object_get(control, "reload_error"));
	char text[64];

	fprintf(stream, "lbd %s, process %jd, for %s\n",
		text_of(control, "version"),
		(intmax_t)number_of(control, "pid"),
		since(number_of(control, "started"), text));
	fprintf(stream, "%s, read %s ago, generation %jd\n",
		text_of(control, "file"),
		since(number_of(control, "loaded"), text),
		(intmax_t)number_of(control, "generation"));
	if (trouble && *trouble)
		fprintf(stream, "the last reload was refused:\n%s%s", trouble,
			trouble[strlen(trouble) - 1] == '\n' ? "" : "\n");
	count_line(json_object_get(status, "services"), stream);
	role_rows(json_object_get(status, "roles"), stream);
}

static void backend_row(struct table *table, const json_t *backend,
			const char *what)
{
	const char *override =
		json_string_value(json_object_get(backend, "override"));
	const char *reason =
		json_string_value(json_object_get(backend, "reason"));
	char text[64];

	table_cell(table, "    %s%s", what, text_of(backend, "name"));
	table_cell(table, "%s", is_true(backend, "up") ? "up" : "down");
	table_cell(table, "weight");
	table_cell(table, "%jd", (intmax_t)number_of(backend, "weight"));
	table_cell(table, "checks say %s", text_of(backend, "health"));
	table_cell(table, "for %s", since(number_of(backend, "since"), text));
	if (override)
		table_cell(table, "operator says %s", override);
	else
		table_cell(table, "%s", reason ? reason : "");
}

/**
 * daemon_text_services() - show virtual servers with their real servers
 * @status: of lbd
 * @stream: where to
 */
void daemon_text_services(const json_t *status, FILE *stream)
{
	const json_t *services = json_object_get(status, "services");
	json_t *service, *backend, *sorry;
	struct table table;
	size_t i, k;

	table_begin(&table, "lllrlll");
	json_array_foreach(services, i, service) {
		table_line(&table, "%s %s, weight %jd, quorum %jd%s",
			   text_of(service, "name"),
			   is_true(service, "quorum") ? "up" : "down",
			   (intmax_t)number_of(service, "weight"),
			   (intmax_t)number_of(service, "quorum_weight"),
			   is_true(service, "sorry") ?
			   ", the sorry server has its place" : "");
		json_array_foreach(json_object_get(service, "backends"), k,
				   backend)
			backend_row(&table, backend, "");
		sorry = json_object_get(service, "sorry_server");
		if (sorry)
			backend_row(&table, sorry, "sorry ");
	}
	table_end(&table, stream);
}

static const json_t *element(const json_t *array, json_int_t index)
{
	return index < 0 ? NULL : json_array_get(array, (size_t)index);
}

/**
 * daemon_text_checks() - show what each check has found
 * @status: of lbd
 * @stream: where to
 */
void daemon_text_checks(const json_t *status, FILE *stream)
{
	const json_t *services = json_object_get(status, "services");
	const json_t *checkers = json_object_get(status, "checkers");
	struct table table;
	json_t *check;
	size_t i;

	table_begin(&table, "llllrrrl");
	json_array_foreach(json_object_get(checkers, "checks"), i, check) {
		const json_t *service = element(services,
						number_of(check, "service"));
		const json_t *backend = element(json_object_get(service,
						"backends"),
						number_of(check, "backend"));
		const char *reason =
			json_string_value(json_object_get(check, "reason"));

		table_cell(&table, "%s", text_of(service, "name"));
		table_cell(&table, "%s", text_of(backend, "name"));
		table_cell(&table, "%s", text_of(check, "type"));
		table_cell(&table, "%s", text_of(check, "health"));
		table_cell(&table, "passed %jd",
			   (intmax_t)number_of(check, "passed"));
		table_cell(&table, "failed %jd",
			   (intmax_t)number_of(check, "failed"));
		table_cell(&table, "%.1f ms",
			   (double)number_of(check, "response_time") / 1e3);
		table_cell(&table, "%s", reason ? reason : "");
	}
	table_end(&table, stream);
}

/* Members of an object, one line each; what has members itself is indented. */
static void tree(const json_t *value, unsigned int depth, FILE *stream)
{
	const char *name;
	json_t *member;
	size_t i;

	json_object_foreach((json_t *)value, name, member) {
		if (json_is_object(member) || json_is_array(member)) {
			if (!json_object_size(member) &&
			    !json_array_size(member))
				continue;
			fprintf(stream, "%*s%s\n", (int)depth * 4, "", name);
			tree(member, depth + 1, stream);
			continue;
		}
		if (json_is_null(member))
			continue;
		fprintf(stream, "%*s%s ", (int)depth * 4, "", name);
		if (json_is_string(member))
			fputs(json_string_value(member), stream);
		else
			json_dumpf(member, stream, JSON_ENCODE_ANY);
		putc('\n', stream);
	}
	json_array_foreach(value, i, member) {
		if (json_is_object(member)) {
			if (i)
				putc('\n', stream);
			tree(member, depth, stream);
		} else {
			fprintf(stream, "%*s", (int)depth * 4, "");
			json_dumpf(member, stream, JSON_ENCODE_ANY);
			putc('\n', stream);
		}
	}
}

static void part(const json_t *status, const char *name, FILE *stream)
{
	const json_t *found = json_object_get(status, name);

	if (found)
		tree(found, 0, stream);
	else
		fprintf(stream, "%s does not run\n", name);
}

/* Names in an array, one after the other. */
static void names_cell(struct table *table, const json_t *names)
{
	char text[512] = "";
	size_t i, length = 0;
	json_t *name;

	json_array_foreach(names, i, name) {
		const char *one = json_string_value(name);

		if (!one || length + strlen(one) + 2 > sizeof(text))
			continue;
		length += (size_t)snprintf(text + length,
					   sizeof(text) - length, "%s%s",
					   length ? " " : "", one);
	}
	table_cell(table, "%s", text);
}

static void instance_row(struct table *table, const json_t *instance)
{
	const char *fault =
		json_string_value(json_object_get(instance, "fault"));
	char text[64];

	table_cell(table, "%s", text_of(instance, "name"));
	table_cell(table, "%s", text_of(instance, "state"));
	table_cell(table, "for %s",
		   duration(number_of(instance, "since") / 1000000, text));
	table_cell(table, "priority %jd",
		   (intmax_t)number_of(instance, "priority"));
	table_cell(table, "router %jd on %s",
		   (intmax_t)number_of(instance, "virtual_router_id"),
		   text_of(instance, "interface"));
	names_cell(table, json_object_get(instance, "addresses"));
	table_cell(table, "%s", fault ? fault : "");
}

/**
 * daemon_text_vrrp() - show instances and groups of VRRP
 * @status: of lbd
 * @stream: where to
 */
void daemon_text_vrrp(const json_t *status, FILE *stream)
{
	const json_t *vrrp = json_object_get(status, "vrrp");
	struct table table;
	json_t *one;
	size_t i;

	if (!vrrp) {
		part(status, "vrrp", stream);
		return;
	}
	table_begin(&table, "lllllll");
	json_array_foreach(json_object_get(vrrp, "instances"), i, one)
		instance_row(&table, one);
	table_end(&table, stream);
	table_begin(&table, "lll");
	json_array_foreach(json_object_get(vrrp, "groups"), i, one) {
		table_cell(&table, "group %s", text_of(one, "name"));
		table_cell(&table, "%s", text_of(one, "state"));
		names_cell(&table, json_object_get(one, "members"));
	}
	table_end(&table, stream);
}

/**
 * daemon_text_sync() - show what the sync role knows
 * @status: of lbd
 * @stream: where to
 */
void daemon_text_sync(const json_t *status, FILE *stream)
{
	part(status, "sync", stream);
}

/**
 * daemon_text_tracked() - show values that others follow
 * @status: of lbd
 * @stream: where to
 */
void daemon_text_tracked(const json_t *status, FILE *stream)
{
	struct table table;
	json_t *tracked;
	size_t i;

	table_begin(&table, "llr");
	json_array_foreach(json_object_get(status, "tracked"), i, tracked) {
		const json_t *value = json_object_get(tracked, "value");

		table_cell(&table, "%s", text_of(tracked, "kind"));
		table_cell(&table, "%s", text_of(tracked, "name"));
		if (json_is_integer(value))
			table_cell(&table, "%jd",
				   (intmax_t)json_integer_value(value));
		else
			table_cell(&table, "not known yet");
	}
	table_end(&table, stream);
}
