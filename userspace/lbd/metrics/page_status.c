// SPDX-License-Identifier: GPL-2.0
/* What lbd knows of itself, of its pools, of VRRP and of the sync */
#include <string.h>
#include <strings.h>

#include "page.h"

/* A family with a sample for each object that is looked at. */
struct status_family {
	const char *member;	/* of the object; a number or a boolean */
	const char *name;
	enum family_type type;
	const char *help;
};

static uint64_t number_of(const json_t *object, const char *member)
{
	const json_t *value = json_object_get(object, member);
	json_int_t number = json_integer_value(value);

	if (json_is_true(value))
		return 1;
	return number > 0 ? (uint64_t)number : 0;
}

/**
 * page_text() - a text of the status
 * @object: what has it; NULL: nothing
 * @member: its name
 *
 * Return: the text, "" if there is none.
 */
const char *page_text(const json_t *object, const char *member)
{
	const char *text = json_string_value(json_object_get(object, member));

	return text ? text : "";
}

/**
 * page_service_label() - how a virtual server is called
 * @service: of the status
 *
 * Return: its key as the kernel has it if there is just one, else its name.
 */
const char *page_service_label(const json_t *service)
{
	const json_t *keys = json_object_get(service, "keys");

	if (json_array_size(keys) == 1)
		return json_string_value(json_array_get(keys, 0));
	return page_text(service, "name");
}

/**
 * page_backend_label() - how a real server is called
 * @backend: of the status
 * @text: room for it
 *
 * Return: its address and port as the kernel has them if it has just one
 *	address, else its name.
 */
const char *page_backend_label(const json_t *backend, char text[PAGE_NAME])
{
	const json_t *all = json_object_get(backend, "addresses");
	const json_t *one = json_array_get(all, 0);
	struct nflb_address address;

	if (json_array_size(all) != 1 ||
	    nflb_address_parse(page_text(one, "address"), &address))
		return page_text(backend, "name");
	nflb_endpoint_format(&address, (uint16_t)number_of(one, "port"), text);
	return text;
}

static void sample(FILE *stream, const struct status_family *family,
		   const struct label *labels, const json_t *object)
{
	family_sample(stream, family->name,
		      family->type == FAMILY_COUNTER ? "_total" : "", labels,
		      number_of(object, family->member));
}

/* One sample of each family, from one object. */
static void single(const json_t *object, const struct status_family *family,
		   FILE *stream)
{
	for (; object && family->name; family++) {
		family_begin(stream, family->name, family->type, family->help);
		sample(stream, family, NULL, object);
	}
}

static const struct status_family control_families[] = {
	{ "started", "lbd_start_time_seconds", FAMILY_GAUGE,
	  "When lbd was started, in seconds of the epoch" },
	{ "loaded", "lbd_config_time_seconds", FAMILY_GAUGE,
	  "When the configuration was read" },
	{ "generation", "lbd_config_generation", FAMILY_GAUGE,
	  "Number of the configuration" },
	{ "reloads", "lbd_reloads", FAMILY_COUNTER,
	  "Configurations that were taken" },
	{ "reloads_refused", "lbd_reloads_refused", FAMILY_COUNTER,
	  "Configurations that were refused" },
	{ }
};

static const struct status_family kernel_families[] = {
	{ "operations", "lbd_kernel_operations", FAMILY_COUNTER,
	  "Changes asked of the kernel" },
	{ "refusals", "lbd_kernel_refusals", FAMILY_COUNTER,
	  "Changes that the kernel refused" },
	{ "drift", "lbd_kernel_drift", FAMILY_COUNTER,
	  "Differences between kernel and lbd that lbd did not make" },
	{ "comparisons", "lbd_kernel_comparisons", FAMILY_COUNTER,
	  "How often the kernel was compared with what it should have" },
	{ }
};

static const struct status_family script_families[] = {
	{ "checks_running", "lbd_scripts_running", FAMILY_GAUGE,
	  "Scripts of checks that run" },
	{ "checks_run", "lbd_scripts", FAMILY_COUNTER,
	  "Scripts of checks that were run" },
	{ }
};

static const struct status_family role_families[] = {
	{ "running", "lbd_role_running", FAMILY_GAUGE,
	  "1 if the process of a role runs" },
	{ "restarts", "lbd_role_restarts", FAMILY_COUNTER,
	  "How often a role had to be started again" },
	{ }
};

static void roles(const json_t *all, FILE *stream)
{
	const struct status_family *family;
	const char *name;
	json_t *role;

	for (family = role_families; all && family->name; family++) {
		family_begin(stream, family->name, family->type, family->help);
		json_object_foreach((json_t *)all, name, role) {
			const struct label labels[] = {
				{ "role", name }, { }
			};

			sample(stream, family, labels, role);
		}
	}
}

static const struct status_family service_families[] = {
	{ "quorum", "lbd_service_quorum", FAMILY_GAUGE,
	  "1 if a virtual server has quorum" },
	{ "weight", "lbd_service_weight", FAMILY_GAUGE,
	  "Sum of the weights of real servers that are up" },
	{ "sorry", "lbd_service_sorry", FAMILY_GAUGE,
	  "1 if the sorry server has taken the pool's place" },
	{ }
};

static const struct status_family backend_families[] = {
	{ "up", "lbd_backend_up", FAMILY_GAUGE, "1 if a real server is up" },
	{ "weight", "lbd_backend_weight", FAMILY_GAUGE,
	  "Weight that a real server should have" },
	{ "changes", "lbd_backend_changes", FAMILY_COUNTER,
	  "How often a real server came or went" },
	{ "since", "lbd_backend_since_seconds", FAMILY_GAUGE,
	  "When a real server came or went last" },
	{ }
};

static void backend_sample(FILE *stream, const struct status_family *family,
			   const json_t *service, const json_t *backend)
{
	char name[PAGE_NAME];
	const struct label labels[] = {
		{ "service", page_service_label(service) },
		{ "backend", page_backend_label(backend, name) }, { }
	};

	sample(stream, family, labels, backend);
}

static void services(const json_t *all, FILE *stream)
{
	const struct status_family *family;
	json_t *service, *backend;
	size_t i, k;

	for (family = service_families; all && family->name; family++) {
		family_begin(stream, family->name, family->type, family->help);
		json_array_foreach(all, i, service) {
			const struct label labels[] = {
				{ "service", page_service_label(service) }, { }
			};

			sample(stream, family, labels, service);
		}
	}
	for (family = backend_families; all && family->name; family++) {
		family_begin(stream, family->name, family->type, family->help);
		json_array_foreach(all, i, service)
			json_array_foreach(json_object_get(service, "backends"),
					   k, backend) {
				backend_sample(stream, family, service,
					       backend);
			}
	}
}

static void tracked(const json_t *all, FILE *stream)
{
	json_t *one, *value;
	size_t i;

	family_begin(stream, "lbd_tracked_value", FAMILY_GAUGE,
		     "Value of a script, file or process that is followed");
	json_array_foreach(all, i, one) {
		const struct label labels[] = {
			{ "kind", page_text(one, "kind") },
			{ "name", page_text(one, "name") }, { }
		};

		value = json_object_get(one, "value");
		if (json_is_integer(value))
			family_sample_real(stream, "lbd_tracked_value", "",
					   labels,
					   (double)json_integer_value(value));
	}
}

static const struct status_family vrrp_families[] = {
	{ "priority", "lbd_vrrp_priority", FAMILY_GAUGE,
	  "Priority of a VRRP instance with all that it follows" },
	{ "master_priority", "lbd_vrrp_master_priority", FAMILY_GAUGE,
	  "Priority of the master that was heard last" },
	{ }
};

static const struct status_family vrrp_counters[] = {
	{ "became_master", "lbd_vrrp_became_master", FAMILY_COUNTER,
	  "How often an instance became master" },
	{ "released_master", "lbd_vrrp_released_master", FAMILY_COUNTER,
	  "How often an instance was master no more" },
	{ "sent", "lbd_vrrp_adverts_sent", FAMILY_COUNTER,
	  "Advertisements sent" },
	{ "send_errors", "lbd_vrrp_send_errors", FAMILY_COUNTER,
	  "Advertisements that could not be sent" },
	{ "received", "lbd_vrrp_adverts_received", FAMILY_COUNTER,
	  "Advertisements taken" },
	{ "missed_deadlines", "lbd_vrrp_missed_deadlines", FAMILY_COUNTER,
	  "Timers that were served too late" },
	{ }
};

static void vrrp_family(const json_t *instances, const char *inside,
			const struct status_family *family, FILE *stream)
{
	json_t *instance;
	size_t i;

	family_begin(stream, family->name, family->type, family->help);
	json_array_foreach(instances, i, instance) {
		const struct label labels[] = {
			{ "vrrp", page_text(instance, "name") }, { }
		};

		sample(stream, family, labels,
		       inside ? json_object_get(instance, inside) : instance);
	}
}

static void vrrp_states(const json_t *instances, FILE *stream)
{
	static const char *const names[] = {
		"init", "backup", "master", "fault",
	};
	json_t *instance;
	size_t i, k;

	family_begin(stream, "lbd_vrrp_state", FAMILY_STATESET,
		     "State of a VRRP instance");
	json_array_foreach(instances, i, instance)
		for (k = 0; k < sizeof(names) / sizeof(*names); k++) {
			const struct label labels[] = {
				{ "vrrp", page_text(instance, "name") },
				{ "lbd_vrrp_state", names[k] }, { }
			};

			family_sample(stream, "lbd_vrrp_state", "", labels,
				      !strcasecmp(page_text(instance, "state"),
						  names[k]));
		}
}

static void vrrp(const json_t *status, FILE *stream)
{
	const json_t *instances = json_object_get(status, "instances");
	const struct status_family *family;

	if (!status)
		return;
	vrrp_states(instances, stream);
	for (family = vrrp_families; family->name; family++)
		vrrp_family(instances, NULL, family, stream);
	for (family = vrrp_counters; family->name; family++)
		vrrp_family(instances, "counters", family, stream);
}

/* All numbers of the sync role by their names, objects in objects too. */
static void sync_values(const json_t *value, const char *path, FILE *stream)
{
	const struct label labels[] = { { "name", path }, { } };
	char inner[128], number[24];
	const char *name;
	json_t *member;
	size_t i;

	json_object_foreach((json_t *)value, name, member) {
		snprintf(inner, sizeof(inner), "%s%s%s", path,
			 *path ? "." : "", name);
		sync_values(member, inner, stream);
	}
	json_array_foreach(value, i, member) {
		snprintf(number, sizeof(number), "%zu", i);
		snprintf(inner, sizeof(inner), "%.100s%s%s", path,
			 *path ? "." : "", number);
		sync_values(member, inner, stream);
	}
	if (json_is_boolean(value))
		family_sample(stream, "lbd_sync", "", labels,
			      json_is_true(value));
	else if (json_is_number(value))
		family_sample_real(stream, "lbd_sync", "", labels,
				   json_number_value(value));
}

static void control(const json_t *status, FILE *stream)
{
	const struct label labels[] = {
		{ "version", page_text(status, "version") }, { }
	};

	family_begin(stream, "lbd", FAMILY_INFO, "The daemon");
	family_sample(stream, "lbd", "_info", labels, 1);
	single(status, control_families, stream);
}

/**
 * page_status() - write what lbd knows, but for checks
 * @status: the answer to a request for it
 * @stream: where to
 */
void page_status(const json_t *status, FILE *stream)
{
	const json_t *sync = json_object_get(status, "sync");

	control(json_object_get(status, "control"), stream);
	single(json_object_get(status, "kernel"), kernel_families, stream);
	single(json_object_get(status, "scripts"), script_families, stream);
	roles(json_object_get(status, "roles"), stream);
	services(json_object_get(status, "services"), stream);
	tracked(json_object_get(status, "tracked"), stream);
	vrrp(json_object_get(status, "vrrp"), stream);
	if (!sync)
		return;
	family_begin(stream, "lbd_sync", FAMILY_GAUGE,
		     "What lbadm sync show tells, by name");
	sync_values(sync, "", stream);
}
