// SPDX-License-Identifier: GPL-2.0
/*
 * Lists of addresses, routes and rules against the kernel, in a network
 * namespace of its own
 */
#include <errno.h>
#include <linux/if_addr.h>
#include <linux/rtnetlink.h>
#include <sched.h>
#include <time.h>

#include "../../lbd/vrrp/kernel.h"
#include "../../lbd/vrrp/network_priv.h"
#include "config.h"

static unsigned int seen;

static void count_address(const struct nlmsghdr *header)
{
	const struct ifaddrmsg *info = NLMSG_DATA(header);

	seen += header->nlmsg_type == RTM_NEWADDR && info->ifa_scope != RT_SCOPE_HOST;
}

static void count_route(const struct nlmsghdr *header)
{
	const struct rtmsg *info = NLMSG_DATA(header);

	seen += header->nlmsg_type == RTM_NEWROUTE &&
		info->rtm_protocol == VRRP_PROTOCOL;
}

static unsigned int count(int type, void (*fn)(const struct nlmsghdr *header))
{
	seen = 0;
	if (vrrp_kernel_dump(type, AF_UNSPEC, fn))
		return UINT32_MAX;
	return seen;
}

static unsigned int rules(void)
{
	FILE *stream = popen("ip rule show; ip -6 rule show", "r");
	unsigned int number = 0;
	char line[256];

	while (stream && fgets(line, sizeof(line), stream))
		number += !!strstr(line, "proto 108");
	if (stream)
		pclose(stream);
	return number;
}

static const struct vrrp_interface *on_lo(const void *context,
					  const struct config_vrrp_address *address)
{
	(void)context;
	(void)address;
	return vrrp_interface_get("lo");
}

/* All of the first instance. */
static struct vrrp_things collect(const struct config *config)
{
	const struct config_vrrp_instance *a = &config->vrrp.instances[0];
	const struct vrrp_place where = { .fn = on_lo };
	struct vrrp_things things = { 0 };

	if (vrrp_things_addresses(&things, a->addresses, a->address_count, &where) ||
	    vrrp_things_addresses(&things, a->excluded, a->excluded_count, &where) ||
	    vrrp_things_routes(&things, a->routes, a->route_count) ||
	    vrrp_things_rules(&things, a->rules, a->rule_count))
		abort();
	return things;
}

#define HEAD	"vrrp_instance A {\ninterface lo\nvirtual_router_id 1\n"

static struct vrrp_things collect_text(const char *text)
{
	struct config *config = config_of(text);
	struct vrrp_things things;

	if (!config) {
		printf("# %s", config_said);
		abort();
	}
	things = collect(config);
	config_free(config);
	return things;
}

static void test_empty(void)
{
	struct vrrp_things none = { 0 }, other = { 0 };

	ok(!vrrp_things_addresses(&none, NULL, 0, NULL) &&
	   !vrrp_things_routes(&none, NULL, 0) && !vrrp_things_rules(&none, NULL, 0),
	   "lists may be empty");
	vrrp_things_change(&none, &other, "test");
	vrrp_things_remove(&other, "test");
	vrrp_things_free(&other);
}

static void test_add(void)
{
	struct vrrp_things things =
		collect_text(HEAD "virtual_ipaddress {\n192.0.2.1/24\n192.0.2.2\n}\n"
			     "virtual_ipaddress_excluded {\n2001:db8::1/64 noprefixroute\n}\n"
			     "virtual_routes {\n198.51.100.0/24 dev lo metric 3\nblackhole 203.0.113.0/24\n"
			     "2001:db8:1::/48 dev lo mtu lock 1300\nblackhole 203.0.113.0/24 table 7\n}\n"
			     "virtual_rules {\nfrom 192.0.2.1 table 7 pref 5\n"
			     "not to 2001:db8::/32 table 8 pref 6 uidrange 5-6 suppress_prefixlength 0\n}\n}\n");

	ok(!vrrp_things_add(&things, "test"), "all is added");
	is_number(count(RTM_GETADDR, count_address), 3, "addresses");
	is_number(count(RTM_GETROUTE, count_route), 4, "routes");
	is_number(rules(), 2, "rules");
	ok(!vrrp_things_add(&things, "test"), "what is there stays");
	is_number(rules(), 2, "rules are not there twice");
	vrrp_things_remove(&things, "test");
	is_number(count(RTM_GETADDR, count_address) +
		  count(RTM_GETROUTE, count_route) + rules(), 0, "all is removed");
	vrrp_things_remove(&things, "test");
	ok(true, "what is not there need not be removed");
	vrrp_things_free(&things);
}

static void test_change(void)
{
	struct vrrp_things before = collect_text(HEAD "virtual_ipaddress {\n192.0.2.1\n192.0.2.2\n192.0.2.3\n}\n}\n");
	struct vrrp_things after = collect_text(HEAD "virtual_ipaddress {\n192.0.2.4\n192.0.2.3\n192.0.2.1 scope link\n}\n}\n");

	vrrp_things_add(&before, "test");
	vrrp_things_change(&before, &after, "test");
	is_number(before.count, 0, "the old list is freed");
	is_number(count(RTM_GETADDR, count_address), 3, "three addresses of now");
	ok(after.all[0].there && after.all[1].there && after.all[2].there,
	   "all are there");
	vrrp_things_remove(&after, "test");
	is_number(count(RTM_GETADDR, count_address), 0, "none");
	vrrp_things_free(&after);
}

static void test_refused(void)
{
	struct vrrp_things things =
		collect_text(HEAD "virtual_ipaddress {\n192.0.2.1\n}\n"
			     "virtual_routes {\n198.51.100.0/24 via 203.0.113.77\n"
			     "198.51.101.0/24 dev nowhere0\n}\n}\n");
	const struct vrrp_thing *refused = vrrp_things_add(&things, "test");

	ok(refused && !strcmp(refused->text, "198.51.100.0/24 via 203.0.113.77"),
	   "the kernel refuses a route");
	ok(things.all[0].there && !things.all[1].there && !things.all[2].there,
	   "the others are not concerned");
	vrrp_things_remove(&things, "test");
	vrrp_things_free(&things);
}

static void test_sweep(void)
{
	struct vrrp_things old = collect_text(HEAD "virtual_ipaddress {\n192.0.2.1\n192.0.2.2\n}\n"
					      "virtual_routes {\nblackhole 198.51.100.0/24\nblackhole 198.51.101.0/24\n}\n"
					      "virtual_rules {\nfrom 192.0.2.1 pref 7\nfrom 192.0.2.2 pref 8\n}\n}\n");
	struct vrrp_things wanted = collect_text(HEAD "virtual_ipaddress {\n192.0.2.2\n}\n"
						 "virtual_routes {\nblackhole 198.51.101.0/24\n}\n"
						 "virtual_rules {\nfrom 192.0.2.2 pref 8\n}\n}\n");

	if (system("ip address add 192.0.2.9/32 dev lo"))
		abort();
	vrrp_things_add(&old, "test");
	vrrp_sweep(&wanted);
	is_number(count(RTM_GETADDR, count_address), 2,
		  "what was left behind is removed, but no stranger's address");
	is_number(count(RTM_GETROUTE, count_route), 1, "nor what is wanted");
	is_number(rules(), 1, "nor a rule that is wanted");
	vrrp_things_remove(&wanted, "test");
	vrrp_things_free(&old);
	vrrp_things_free(&wanted);
}

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return time.tv_sec * 1000000ull + time.tv_nsec / 1000;
}

static void test_many(void)
{
	char *text = malloc(65536), *end = text;
	struct vrrp_things things;
	uint64_t begin, added;
	unsigned int i;

	end += sprintf(end, HEAD "virtual_ipaddress_excluded {\n");
	for (i = 0; i < 1000; i++)
		end += sprintf(end, "10.0.%u.%u\n", i / 250, i % 250 + 1);
	sprintf(end, "}\n}\n");
	things = collect_text(text);
	free(text);
	begin = now();
	ok(!vrrp_things_add(&things, "test"), "1000 addresses are added");
	added = now();
	vrrp_things_remove(&things, "test");
	printf("# added in %.1f ms, removed in %.1f ms\n",
	       (added - begin) / 1000.0, (now() - added) / 1000.0);
	is_number(count(RTM_GETADDR, count_address), 1, "and removed");
	vrrp_things_free(&things);
}

int main(void)
{
	uv_loop_t loop;

	if (unshare(CLONE_NEWNET)) {
		printf("1..0 # SKIP no namespace: %s\n", strerror(errno));
		return 0;
	}
	if (system("ip link set lo up") || uv_loop_init(&loop) ||
	    vrrp_interfaces_start(&loop))
		abort();
	config_begin();
	test_empty();
	test_add();
	test_change();
	test_refused();
	test_sweep();
	test_many();
	config_end();
	vrrp_interfaces_stop();
	return tap_end();
}
