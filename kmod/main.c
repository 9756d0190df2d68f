// SPDX-License-Identifier: GPL-2.0
/* nflb: layer-4 load balancer. Load and unload. */
#include <linux/module.h>

#include "affinity.h"
#include "conn.h"
#include "net.h"
#include "netlink/netlink.h"
#include "route.h"
#include "sched.h"

static int __init nflb_init(void)
{
	int err;

	err = nflb_conn_cache_init();
	if (err)
		return err;
	err = nflb_affinity_cache_init();
	if (err)
		goto err_conn_cache;
	err = nflb_sched_init();
	if (err)
		goto err_cache;
	err = nflb_net_init();
	if (err)
		goto err_cache;
	err = nflb_route_init();
	if (err)
		goto err_net;
	err = nflb_netlink_init();
	if (err)
		goto err_route;
	return 0;

err_route:
	nflb_route_exit();
err_net:
	nflb_net_exit();
	rcu_barrier();
err_cache:
	nflb_affinity_cache_exit();
err_conn_cache:
	nflb_conn_cache_exit();
	return err;
}

static void __exit nflb_exit(void)
{
	nflb_netlink_exit();
	nflb_route_exit();
	nflb_net_exit();
	/* Connections, affinity, backends and services on their way out. */
	rcu_barrier();
	nflb_affinity_cache_exit();
	nflb_conn_cache_exit();
}

module_init(nflb_init);
module_exit(nflb_exit);

MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("Layer-4 load balancer");
MODULE_ALIAS_GENL_FAMILY(NFLB_GENL_NAME);
