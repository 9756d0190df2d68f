// SPDX-License-Identifier: GPL-2.0
/* global_defs, SSL, and words that stand alone */
#include <errno.h>
#include <string.h>

#include "config.h"
#include "section.h"

#define SECOND		1000000ULL
#define DAY		(86400 * SECOND)
#define AT(member)	.offset = offsetof(struct config_globals, member)
#define OF(member)	.offset = offsetof(struct config, globals.member)

static const char no_mail[] = "lbd sends no mail; notify scripts and FIFOs can";
static const char no_snmp[] = "lbd speaks no SNMP; see metrics { }";
static const char no_dbus[] = "lbd is not on DBus; see lbadm daemon";
static const char no_bfd[] = "lbd speaks no BFD";
static const char by_unit[] = "the unit of systemd is the place for it";
static const char no_names[] = "roles have names of their own";
static const char no_buffers[] = "lbd reads again what it may have missed";
static const char no_nftables[] = "a group of virtual servers needs no firewall marks";
static const char no_copy[] = "the configuration is kept in sealed memory";

/* script_user USER [GROUP] */
static int take_script_user(struct config_context *context,
			    const struct config_node *node, void *object)
{
	struct config_globals *globals = object;

	if (config_take_text(context, node, 0, &globals->script_user))
		return -EINVAL;
	globals->script_group = node->count > 1 ? node->argument[1] : NULL;
	config_end_arguments(context, node, 2);
	return 0;
}

/* lvs_timeouts [tcp N] [tcpfin N] [udp N] */
static int take_timeouts(struct config_context *context,
			 const struct config_node *node, void *object)
{
	static const struct {
		const char *word;
		enum nflb_timeout timeout;
	} names[] = {
		{ "tcp", NFLB_TIMEOUT_ESTABLISHED },
		{ "tcpfin", NFLB_TIMEOUT_FIN },
		{ "udp", NFLB_TIMEOUT_UDP },
		{ }
	};
	struct config_globals *globals = object;
	unsigned int i, n;
	uint64_t seconds;

	if (!node->count)
		return config_error(context->report, &node->origin,
				    "lvs_timeouts needs tcp, tcpfin or udp and seconds");
	for (i = 0; i < node->count; i += 2) {
		for (n = 0; names[n].word; n++) {
			if (!strcmp(names[n].word, node->argument[i]))
				break;
		}
		if (!names[n].word)
			return config_error(context->report, &node->origin,
					    "lvs_timeouts '%s': known are tcp, tcpfin, udp",
					    node->argument[i]);
		if (config_take_uint(context, node, i + 1, 1, NFLB_TIMEOUT_MAX,
				     &seconds))
			return -EINVAL;
		globals->timeout[names[n].timeout] = (uint32_t)seconds;
	}
	return 0;
}

/* lvs_flush_on_stop [VS] */
static int take_flush_on_stop(struct config_context *context,
			      const struct config_node *node, void *object)
{
	struct config_globals *globals = object;

	if (node->count && strcmp(node->argument[0], "VS"))
		return config_error(context->report, &node->origin,
				    "lvs_flush_on_stop '%s': only VS may follow",
				    node->argument[0]);
	globals->flush_on_stop = true;
	return 0;
}

/* FIFO [USER [GROUP]]; what it belongs to is up to control. */
static int take_fifo(struct config_context *context,
		     const struct config_node *node, const char **path)
{
	if (config_take_text(context, node, 0, path))
		return -EINVAL;
	if (**path != '/')
		return config_error(context->report, &node->origin,
				    "%s '%s': this must be an absolute path",
				    node->word, *path);
	if (node->count > 1)
		config_warning(context->report, &node->origin,
			       "'%s' has no effect: a FIFO belongs to the user of its script",
			       node->argument[1]);
	return 0;
}

static int take_notify_fifo(struct config_context *context,
			    const struct config_node *node, void *object)
{
	return take_fifo(context, node,
			 &((struct config_globals *)object)->notify_fifo);
}

static int take_vrrp_fifo(struct config_context *context,
			  const struct config_node *node, void *object)
{
	return take_fifo(context, node,
			 &((struct config_globals *)object)->vrrp_notify_fifo);
}

static int take_lvs_fifo(struct config_context *context,
			 const struct config_node *node, void *object)
{
	return take_fifo(context, node,
			 &((struct config_globals *)object)->lvs_notify_fifo);
}

/* ${_RANDOM} has used it already. */
static int take_random_seed(struct config_context *context,
			    const struct config_node *node, void *object)
{
	uint64_t seed;

	(void)object;
	return config_take_uint(context, node, 0, 0, UINT64_MAX, &seed);
}

static int take_dns_server(struct config_context *context,
			   const struct config_node *node, void *object)
{
	struct config_globals *globals = object;
	char endpoint[NFLB_ENDPOINT_LEN], *servers;
	struct nflb_address address;
	uint64_t port = 53;
	size_t length;

	if (config_take_address(context, node, 0, &address) ||
	    (node->count > 1 &&
	     config_take_uint(context, node, 1, 1, UINT16_MAX, &port)))
		return -EINVAL;
	config_end_arguments(context, node, 2);
	nflb_endpoint_format(&address, port, endpoint);
	length = (globals->dns_servers ? strlen(globals->dns_servers) : 0) +
		 strlen(endpoint) + 2;
	servers = config_alloc(context->arena, length);
	if (!servers)
		return config_no_memory(context, node);
	snprintf(servers, length, "%s%s%s",
		 globals->dns_servers ? globals->dns_servers : "",
		 globals->dns_servers ? "," : "", endpoint);
	globals->dns_servers = servers;
	return 0;
}

static const struct config_word globals_words[] = {
	{ "router_id", CONFIG_STRING, AT(router_id) },
	{ "script_user", CONFIG_CALL, .fn = take_script_user },
	{ "enable_script_security", CONFIG_SWITCH, AT(script_security) },
	{ "startup_script", CONFIG_COMMAND, AT(startup_script) },
	{ "startup_script_timeout", CONFIG_TIME, AT(startup_timeout),
	  .min = SECOND, .max = 1000 * SECOND },
	{ "shutdown_script", CONFIG_COMMAND, AT(shutdown_script) },
	{ "shutdown_script_timeout", CONFIG_TIME, AT(shutdown_timeout),
	  .min = SECOND, .max = 1000 * SECOND },
	{ "notify_fifo", CONFIG_CALL, .fn = take_notify_fifo },
	{ "notify_fifo_script", CONFIG_COMMAND, AT(notify_fifo_script) },
	{ "vrrp_notify_fifo", CONFIG_CALL, .fn = take_vrrp_fifo },
	{ "vrrp_notify_fifo_script", CONFIG_COMMAND,
	  AT(vrrp_notify_fifo_script) },
	{ "lvs_notify_fifo", CONFIG_CALL, .fn = take_lvs_fifo },
	{ "lvs_notify_fifo_script", CONFIG_COMMAND,
	  AT(lvs_notify_fifo_script) },
	{ "fifo_write_vrrp_states_on_reload", CONFIG_SWITCH,
	  AT(states_on_reload) },
	{ "rs_init_notifies", CONFIG_SWITCH, AT(init_notifies) },
	{ "checker_log_all_failures", CONFIG_SWITCH, AT(log_all_failures) },
	{ "lvs_timeouts", CONFIG_CALL, .fn = take_timeouts },
	{ "lvs_flush", CONFIG_SWITCH, AT(flush) },
	{ "lvs_flush_on_stop", CONFIG_CALL, .fn = take_flush_on_stop },
	{ "instance", CONFIG_STRING, AT(instance) },
	{ "net_namespace", CONFIG_STRING, AT(net_namespace) },
	{ "vrrp_rt_priority", CONFIG_UINT, AT(vrrp_priority), .min = 1,
	  .max = 99 },
	{ "random_seed", CONFIG_CALL, .fn = take_random_seed },
	{ "dns_server", CONFIG_CALL, .fn = take_dns_server },
	{ "dns_min_ttl", CONFIG_TIME, AT(dns_min_ttl), .min = SECOND,
	  .max = DAY },
	{ "dns_max_ttl", CONFIG_TIME, AT(dns_max_ttl), .min = SECOND,
	  .max = DAY },
	{ "checkers_limit", CONFIG_UINT, AT(checkers_limit), .min = 1,
	  .max = 1000000 },
	{ "reconcile_interval", CONFIG_TIME, AT(reconcile_interval),
	  .min = SECOND / 10, .max = DAY },
	{ "net_namespace_ipvs", CONFIG_REFUSED,
	  .why = "services are in the namespace lbd runs in" },
	{ "reload_time_file", CONFIG_REFUSED,
	  .why = "a timer of systemd can run lbadm reload" },
	{ "reload_repeat", CONFIG_REFUSED,
	  .why = "a timer of systemd can run lbadm reload" },
	{ "reload_file", CONFIG_REFUSED,
	  .why = "lbadm reload returns when the files are read" },
	{ "lvs_sync_daemon", CONFIG_IGNORED,
	  .why = "connections are synchronised by sync { }" },
	{ "reload_check_config", CONFIG_IGNORED,
	  .why = "no configuration is used that was not checked" },
	{ "nftables_ipvs", CONFIG_IGNORED, .why = no_nftables },
	{ "nftables_ipvs_priority", CONFIG_IGNORED, .why = no_nftables },
	{ "nftables_ipvs_start_fwmark", CONFIG_IGNORED, .why = no_nftables },
	{ "use_pid_dir", CONFIG_IGNORED, .why = by_unit },
	{ "umask", CONFIG_IGNORED, .why = by_unit },
	{ "child_wait_time", CONFIG_IGNORED, .why = by_unit },
	{ "linkbeat_use_polling", CONFIG_IGNORED,
	  .why = "the kernel says at once when a link fails" },
	{ "namespace_with_ipsets", CONFIG_IGNORED,
	  .why = "lbd makes no ipsets" },
	{ "dynamic_interfaces", CONFIG_IGNORED,
	  .why = "interfaces may come and go anyway" },
	{ "tmp_config_directory", CONFIG_IGNORED, .why = no_copy },
	{ "config_save_dir", CONFIG_IGNORED, .why = no_copy },
	{ "data_use_instance", CONFIG_IGNORED,
	  .why = "lbadm daemon status says what is there" },
	{ "process_names", CONFIG_IGNORED, .why = no_names },
	{ "process_name", CONFIG_IGNORED, .why = no_names },
	{ "vrrp_process_name", CONFIG_IGNORED, .why = no_names },
	{ "checker_process_name", CONFIG_IGNORED, .why = no_names },
	{ "bfd_process_name", CONFIG_IGNORED, .why = no_bfd },
	{ "notification_email", CONFIG_IGNORED, .why = no_mail },
	{ "notification_email_from", CONFIG_IGNORED, .why = no_mail },
	{ "smtp_server", CONFIG_IGNORED, .why = no_mail },
	{ "smtp_helo_name", CONFIG_IGNORED, .why = no_mail },
	{ "smtp_connect_timeout", CONFIG_IGNORED, .why = no_mail },
	{ "smtp_alert", CONFIG_IGNORED, .why = no_mail },
	{ "smtp_alert_vrrp", CONFIG_IGNORED, .why = no_mail },
	{ "smtp_alert_checker", CONFIG_IGNORED, .why = no_mail },
	{ "no_email_faults", CONFIG_IGNORED, .why = no_mail },
	{ "no_checker_emails", CONFIG_IGNORED, .why = no_mail },
	{ "snmp_socket", CONFIG_IGNORED, .why = no_snmp },
	{ "enable_snmp_vrrp", CONFIG_IGNORED, .why = no_snmp },
	{ "enable_snmp_checker", CONFIG_IGNORED, .why = no_snmp },
	{ "enable_snmp_rfc", CONFIG_IGNORED, .why = no_snmp },
	{ "enable_snmp_rfcv2", CONFIG_IGNORED, .why = no_snmp },
	{ "enable_snmp_rfcv3", CONFIG_IGNORED, .why = no_snmp },
	{ "enable_snmp_keepalived", CONFIG_IGNORED, .why = no_snmp },
	{ "enable_traps", CONFIG_IGNORED, .why = no_snmp },
	{ "enable_dbus", CONFIG_IGNORED, .why = no_dbus },
	{ "dbus_service_name", CONFIG_IGNORED, .why = no_dbus },
	{ "max_auto_priority", CONFIG_IGNORED,
	  .why = "the vrrp role has real-time priority from the start" },
	{ "min_auto_priority_delay", CONFIG_IGNORED,
	  .why = "the vrrp role has real-time priority from the start" },
	{ "vrrp_priority", CONFIG_IGNORED,
	  .why = "the vrrp role has real-time priority; see vrrp_rt_priority" },
	{ "vrrp_no_swap", CONFIG_IGNORED,
	  .why = "the memory of the vrrp role is always locked" },
	{ "vrrp_cpu_affinity", CONFIG_IGNORED, .why = by_unit },
	{ "vrrp_rlimit_rttime", CONFIG_IGNORED, .why = by_unit },
	{ "checker_priority", CONFIG_IGNORED, .why = by_unit },
	{ "checker_no_swap", CONFIG_IGNORED, .why = by_unit },
	{ "checker_cpu_affinity", CONFIG_IGNORED, .why = by_unit },
	{ "checker_rt_priority", CONFIG_IGNORED, .why = by_unit },
	{ "checker_rlimit_rttime", CONFIG_IGNORED, .why = by_unit },
	{ "bfd_priority", CONFIG_IGNORED, .why = no_bfd },
	{ "bfd_no_swap", CONFIG_IGNORED, .why = no_bfd },
	{ "bfd_cpu_affinity", CONFIG_IGNORED, .why = no_bfd },
	{ "bfd_rt_priority", CONFIG_IGNORED, .why = no_bfd },
	{ "bfd_rlimit_rttime", CONFIG_IGNORED, .why = no_bfd },
	{ "vrrp_netlink_cmd_rcv_bufs", CONFIG_IGNORED, .why = no_buffers },
	{ "vrrp_netlink_cmd_rcv_bufs_force", CONFIG_IGNORED,
	  .why = no_buffers },
	{ "vrrp_netlink_monitor_rcv_bufs", CONFIG_IGNORED, .why = no_buffers },
	{ "vrrp_netlink_monitor_rcv_bufs_force", CONFIG_IGNORED,
	  .why = no_buffers },
	{ "lvs_netlink_cmd_rcv_bufs", CONFIG_IGNORED, .why = no_buffers },
	{ "lvs_netlink_cmd_rcv_bufs_force", CONFIG_IGNORED, .why = no_buffers },
	{ "lvs_netlink_monitor_rcv_bufs", CONFIG_IGNORED, .why = no_buffers },
	{ "lvs_netlink_monitor_rcv_bufs_force", CONFIG_IGNORED,
	  .why = no_buffers },
	{ "process_monitor_rcv_bufs", CONFIG_IGNORED, .why = no_buffers },
	{ "process_monitor_rcv_bufs_force", CONFIG_IGNORED, .why = no_buffers },
	{ "vrrp_rx_bufs_policy", CONFIG_IGNORED, .why = no_buffers },
	{ "vrrp_rx_bufs_multiplier", CONFIG_IGNORED, .why = no_buffers },
	{ }
};

static int take_globals(struct config_context *context,
			const struct config_node *node, void *object)
{
	struct config_set sets[CONFIG_SECTIONS];
	struct config *config = object;
	size_t i;

	if (!node->has_block)
		return config_error(context->report, &node->origin,
				    "the block of 'global_defs' is missing");
	for (i = 0; i < CONFIG_SECTIONS; i++) {
		sets[i].words = config_sections[i]->globals;
		sets[i].object = &config->globals;
	}
	return config_bind_sets(context, node->block, sets, CONFIG_SECTIONS);
}

static const struct config_word tls_words[] = {
	{ "password", CONFIG_STRING, OF(tls.password) },
	{ "ca", CONFIG_STRING, OF(tls.ca) },
	{ "certificate", CONFIG_STRING, OF(tls.certificate) },
	{ "key", CONFIG_STRING, OF(tls.key) },
	{ }
};

static const struct config_word top_words[] = {
	{ "global_defs", CONFIG_CALL, .fn = take_globals },
	{ "SSL", CONFIG_BLOCK, .block = tls_words },
	{ "instance", CONFIG_STRING, OF(instance) },
	{ "net_namespace", CONFIG_STRING, OF(net_namespace) },
	{ "net_namespace_ipvs", CONFIG_REFUSED,
	  .why = "services are in the namespace lbd runs in" },
	{ "random_seed", CONFIG_CALL, .fn = take_random_seed },
	{ "namespace_with_ipsets", CONFIG_IGNORED,
	  .why = "lbd makes no ipsets" },
	{ "use_pid_dir", CONFIG_IGNORED, .why = by_unit },
	{ "child_wait_time", CONFIG_IGNORED, .why = by_unit },
	{ "linkbeat_use_polling", CONFIG_IGNORED,
	  .why = "the kernel says at once when a link fails" },
	{ "linkbeat_interfaces", CONFIG_IGNORED,
	  .why = "the kernel says at once when a link fails" },
	{ "bfd_instance", CONFIG_REFUSED, .why = no_bfd },
	{ }
};

static int prepare(struct config_context *context)
{
	struct config_globals *globals = &context->config->globals;

	globals->startup_timeout = 10 * SECOND;
	globals->shutdown_timeout = 10 * SECOND;
	globals->vrrp_priority = 50;
	globals->checkers_limit = 10000;
	globals->reconcile_interval = 5 * SECOND;
	globals->dns_min_ttl = 5 * SECOND;
	globals->dns_max_ttl = 3600 * SECOND;
	return 0;
}

static int refuse_same_fifo(struct config_context *context, const char *a,
			    const char *b)
{
	const struct config_origin origin = { .file = "global_defs" };

	if (!a || !b || strcmp(a, b))
		return 0;
	return config_error(context->report, &origin,
			    "'%s' is the FIFO of two words", a);
}

static int settle(struct config_context *context)
{
	const struct config_globals *globals = &context->config->globals;
	const struct config_origin origin = { .file = "global_defs" };

	if (refuse_same_fifo(context, globals->notify_fifo,
			     globals->vrrp_notify_fifo) ||
	    refuse_same_fifo(context, globals->notify_fifo,
			     globals->lvs_notify_fifo) ||
	    refuse_same_fifo(context, globals->vrrp_notify_fifo,
			     globals->lvs_notify_fifo))
		return -EINVAL;
	if (globals->dns_min_ttl > globals->dns_max_ttl)
		return config_error(context->report, &origin,
				    "dns_min_ttl is more than dns_max_ttl");
	return 0;
}

const struct config_section config_section_globals = {
	.words = top_words,
	.globals = globals_words,
	.prepare = prepare,
	.settle = settle,
};
