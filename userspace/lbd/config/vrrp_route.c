// SPDX-License-Identifier: GPL-2.0
/* A line of virtual_routes or static_routes: that of ip-route(8) */
#include <errno.h>
#include <linux/icmpv6.h>
#include <linux/rtnetlink.h>
#include <string.h>

#include "vrrp_words.h"

/* A route while it is read. */
struct draft {
	struct config_vrrp_route *route;
	sa_family_t family;	/* of its addresses */
	bool inet6;		/* what was said is for IPv6 alone */
	bool has_destination;
	struct config_vrrp_nexthop hop;	/* via, dev, or */
	struct nflb_address other;
};

static const struct {
	const char *word;
	uint8_t type;
} types[] = {
	{ "unicast", RTN_UNICAST }, { "local", RTN_LOCAL },
	{ "broadcast", RTN_BROADCAST }, { "anycast", RTN_ANYCAST },
	{ "multicast", RTN_MULTICAST }, { "blackhole", RTN_BLACKHOLE },
	{ "unreachable", RTN_UNREACHABLE }, { "prohibit", RTN_PROHIBIT },
	{ "throw", RTN_THROW },
};

static const struct {
	const char *word;
	const char *what;
} refused[] = {
	{ "encap", "lightweight tunnels" },
	{ "congctl", "congestion controls of routes" },
	{ "nhid", "nexthop objects" },
	{ "nat", "routes that translate" },
	{ "as", "addresses of MPLS" },
};

static const char *const words[] = {
	"advmss", "anycast", "append", "blackhole", "broadcast", "cwnd", "dev",
	"dsfield", "expires", "fastopen_no_cookie", "features", "from", "gw",
	"hoplimit", "inet", "inet6", "initcwnd", "initrwnd", "local", "metric",
	"mtu", "multicast", "nexthop", "no_track", "oif", "onlink", "or",
	"pref", "preference", "prepend", "priority", "prohibit", "proto",
	"protocol", "quickack", "realms", "reordering", "rto_min", "rtt",
	"rttvar", "scope", "src", "ssthresh", "table", "throw", "to", "tos",
	"track_group", "ttl-propagate", "unicast", "unreachable", "via", "vrf",
	"weight", "window",
};

static int take_destination(struct vrrp_line *line, struct draft *draft,
			    const char *text)
{
	struct config_vrrp_route *route = draft->route;

	if (!text)
		return -EINVAL;
	if (draft->has_destination)
		return config_error(line->context->report, &line->node->origin,
				    "%s: the route has a destination already",
				    text);
	draft->has_destination = true;
	if (vrrp_one_of(text, "default", "any", "all"))
		return 0;
	if (vrrp_line_prefix(line, text, &route->destination, &route->prefix))
		return -EINVAL;
	return vrrp_line_family(line, &draft->family, &route->destination);
}

static int take_from(struct vrrp_line *line, struct draft *draft)
{
	const char *text = vrrp_line_value(line, "from");
	struct config_vrrp_route *route = draft->route;

	if (!text ||
	    vrrp_line_prefix(line, text, &route->from, &route->from_prefix))
		return -EINVAL;
	if (route->from.family != AF_INET6)
		return config_error(line->context->report, &line->node->origin,
				    "from %s: only IPv6 has routes by source",
				    text);
	return vrrp_line_family(line, &draft->family, &route->from);
}

/* via [inet|inet6] ADDRESS; a route for IPv4 may lead over IPv6. */
static int take_via(struct vrrp_line *line, struct draft *draft,
		    const char *word, struct nflb_address *gateway)
{
	const char *next = vrrp_line_peek(line);
	sa_family_t family = AF_UNSPEC;

	if (next && !strcmp(next, "inet"))
		family = AF_INET;
	else if (next && !strcmp(next, "inet6"))
		family = AF_INET6;
	if (family != AF_UNSPEC)
		vrrp_line_word(line);
	if (vrrp_line_address(line, word, gateway))
		return -EINVAL;
	if (family == AF_UNSPEC)
		return vrrp_line_family(line, &draft->family, gateway);
	if (gateway->family != family)
		return config_error(line->context->report, &line->node->origin,
				    "%s: the address is of the other family",
				    word);
	return 0;
}

/* The words of a nexthop. Return: 1 when @word is none. */
static int take_hop_word(struct vrrp_line *line, struct draft *draft,
			 const char *word, struct config_vrrp_nexthop *hop)
{
	uint64_t number;

	if (vrrp_one_of(word, "via", "gw", NULL))
		return take_via(line, draft, word, &hop->gateway);
	if (vrrp_one_of(word, "dev", "oif", NULL))
		return vrrp_line_device(line, word, &hop->device);
	if (!strcmp(word, "realms"))
		return vrrp_line_realms(line, word, &hop->realms);
	if (!strcmp(word, "onlink")) {
		hop->flags |= RTNH_F_ONLINK;
		return 0;
	}
	if (strcmp(word, "weight"))
		return 1;
	if (vrrp_line_uint(line, word, 1, 255, &number))
		return -EINVAL;
	hop->weight = (uint8_t)number;
	return 0;
}

static int take_nexthop(struct vrrp_line *line, struct draft *draft)
{
	struct config_vrrp_route *route = draft->route;
	struct config_vrrp_nexthop *hop;
	const char *word;
	int err = 0;

	hop = config_grow(line->context->arena, &route->nexthops,
			  route->nexthop_count, sizeof(*hop));
	if (!hop)
		return -ENOMEM;
	*hop = (struct config_vrrp_nexthop){ 0 };
	route->nexthop_count++;
	while (!err && (word = vrrp_line_word(line)))
		err = take_hop_word(line, draft, word, hop);
	if (err > 0) {
		line->next--;	/* that of the route, or the next nexthop */
		err = 0;
	}
	return err;
}

static int take_preference(struct vrrp_line *line, struct draft *draft)
{
	const char *text = vrrp_line_value(line, "pref");

	if (!text)
		return -EINVAL;
	draft->inet6 = true;
	if (!strcmp(text, "low"))
		draft->route->preference = ICMPV6_ROUTER_PREF_LOW;
	else if (!strcmp(text, "medium"))
		draft->route->preference = ICMPV6_ROUTER_PREF_MEDIUM;
	else if (!strcmp(text, "high"))
		draft->route->preference = ICMPV6_ROUTER_PREF_HIGH;
	else
		return config_error(line->context->report, &line->node->origin,
				    "pref must be low, medium or high, not %s",
				    text);
	return 0;
}

static int take_propagate(struct vrrp_line *line, struct draft *draft)
{
	const char *text = vrrp_line_value(line, "ttl-propagate");

	if (!text)
		return -EINVAL;
	if (!vrrp_one_of(text, "enabled", "disabled", NULL))
		return config_error(line->context->report, &line->node->origin,
				    "ttl-propagate must be enabled or disabled, not %s",
				    text);
	draft->route->ttl_propagate = !strcmp(text, "enabled");
	return 0;
}

static int take_expires(struct vrrp_line *line, struct draft *draft)
{
	uint64_t seconds;

	if (vrrp_line_uint(line, "expires", 1, UINT32_MAX, &seconds))
		return -EINVAL;
	draft->route->expires = (uint32_t)seconds;
	draft->inet6 = true;
	return 0;
}

static int take_priority(struct vrrp_line *line, struct draft *draft,
			 const char *word)
{
	uint64_t number;

	if (vrrp_line_uint(line, word, 0, UINT32_MAX, &number))
		return -EINVAL;
	draft->route->priority = (uint32_t)number;
	return 0;
}

/* Return: 1 when @word is none of them. */
static int take_flag(struct draft *draft, const char *word)
{
	if (!strcmp(word, "append"))
		draft->route->append = true;
	else if (!strcmp(word, "inet6"))
		draft->inet6 = true;
	/* Before those that are there is where the kernel puts a route. */
	else if (!vrrp_one_of(word, "inet", "prepend", "add"))
		return 1;
	return 0;
}

/* Return: 1 when @word is no type; the destination comes behind it. */
static int take_type(struct vrrp_line *line, struct draft *draft,
		     const char *word)
{
	size_t i;

	for (i = 0; i < VRRP_COUNT(types); i++) {
		if (strcmp(word, types[i].word))
			continue;
		draft->route->type = types[i].type;
		word = vrrp_line_peek(line);
		if (word && !strcmp(word, "to"))
			return 0;
		return take_destination(line, draft,
					vrrp_line_value(line, types[i].word));
	}
	return 1;
}

/* A word that is none of the others is the destination, or a mistake. */
static int take_bare(struct vrrp_line *line, struct draft *draft,
		     const char *word)
{
	size_t i;

	for (i = 0; i < VRRP_COUNT(refused); i++) {
		if (!strcmp(word, refused[i].word))
			return config_error(line->context->report,
					    &line->node->origin,
					    "%s: %s are not supported", word,
					    refused[i].what);
	}
	if (strspn(word, "0123456789") || strchr(word, ':') ||
	    vrrp_one_of(word, "default", "any", "all"))
		return take_destination(line, draft, word);
	return vrrp_line_refuse(line, word, words, VRRP_COUNT(words));
}

/* Words with a value. Return: 1 when @word is none of them. */
static int take_value(struct vrrp_line *line, struct draft *draft,
		      const char *word)
{
	struct config_vrrp_route *route = draft->route;

	if (!strcmp(word, "to"))
		return take_destination(line, draft, vrrp_line_value(line, word));
	if (!strcmp(word, "from"))
		return take_from(line, draft);
	if (!strcmp(word, "src"))
		return vrrp_line_address(line, word, &route->source) ? :
		       vrrp_line_family(line, &draft->family, &route->source);
	if (!strcmp(word, "or"))
		return take_via(line, draft, word, &draft->other);
	if (!strcmp(word, "scope"))
		return vrrp_line_scope(line, word, &route->scope);
	if (vrrp_one_of(word, "tos", "dsfield", NULL))
		return vrrp_line_tos(line, word, &route->tos);
	if (!strcmp(word, "table"))
		return vrrp_line_table(line, word, &route->table);
	if (vrrp_one_of(word, "protocol", "proto", NULL))
		return vrrp_line_protocol(line, word, &route->protocol);
	if (!strcmp(word, "vrf"))
		return vrrp_line_device(line, word, &route->vrf);
	if (vrrp_one_of(word, "metric", "priority", "preference"))
		return take_priority(line, draft, word);
	if (!strcmp(word, "pref"))
		return take_preference(line, draft);
	if (!strcmp(word, "ttl-propagate"))
		return take_propagate(line, draft);
	if (!strcmp(word, "expires"))
		return take_expires(line, draft);
	return 1;
}

static int take_word(struct vrrp_line *line, struct draft *draft,
		     const char *word)
{
	struct config_vrrp_route *route = draft->route;
	int err;

	if (!strcmp(word, "nexthop"))
		return take_nexthop(line, draft);
	if (vrrp_one_of(word, "no_track", "track_group", NULL))
		return vrrp_line_tracking(line, word, &route->no_track,
					  &route->track_group);
	err = take_value(line, draft, word);
	if (err > 0)
		err = take_flag(draft, word);
	if (err > 0)
		err = vrrp_take_metric(line, word, route);
	if (err > 0)
		err = take_hop_word(line, draft, word, &draft->hop);
	if (err > 0)
		err = take_type(line, draft, word);
	return err > 0 ? take_bare(line, draft, word) : err;
}

static int add_hop(struct vrrp_line *line, struct draft *draft,
		   const struct nflb_address *gateway)
{
	struct config_vrrp_route *route = draft->route;
	struct config_vrrp_nexthop *hop;

	hop = config_grow(line->context->arena, &route->nexthops,
			  route->nexthop_count, sizeof(*hop));
	if (!hop)
		return -ENOMEM;
	*hop = draft->hop;
	hop->gateway = *gateway;
	route->nexthop_count++;
	return 0;
}

/* via and dev are a nexthop, "or" is another. */
static int finish_hops(struct vrrp_line *line, struct draft *draft)
{
	struct config_vrrp_nexthop *hop = &draft->hop;
	struct config_vrrp_route *route = draft->route;
	int err = 0;

	if (!hop->device && hop->gateway.family == AF_UNSPEC) {
		if (draft->other.family != AF_UNSPEC || hop->flags)
			return config_error(line->context->report, &line->node->origin,
					    "the route has no gateway before 'or' or 'onlink'");
		return 0;
	}
	if (route->nexthop_count)
		return config_error(line->context->report, &line->node->origin,
				    "a route has either nexthop or via and dev");
	err = add_hop(line, draft, &hop->gateway);
	if (!err && draft->other.family != AF_UNSPEC)
		err = add_hop(line, draft, &draft->other);
	return err;
}

static bool leads_somewhere(uint8_t type)
{
	return type != RTN_BLACKHOLE && type != RTN_UNREACHABLE &&
	       type != RTN_PROHIBIT && type != RTN_THROW;
}

static int check_route(struct vrrp_line *line, struct draft *draft)
{
	const struct config_origin *origin = &line->node->origin;
	struct config_report *report = line->context->report;
	struct config_vrrp_route *route = draft->route;

	if (!draft->has_destination)
		return config_error(report, origin, "the route has no destination");
	if (draft->inet6 && draft->family == AF_INET)
		return config_error(report, origin,
				    "inet6, pref and expires are for IPv6 routes");
	if (leads_somewhere(route->type) && !route->nexthop_count)
		return config_error(report, origin,
				    "the route leads nowhere: via, dev or nexthop is missing");
	if (!leads_somewhere(route->type) && route->nexthop_count)
		return config_error(report, origin,
				    "a route that refuses packets has no via, dev or nexthop");
	if (route->vrf && route->table)
		return config_error(report, origin,
				    "a route has either table or vrf");
	return 0;
}

/**
 * vrrp_take_route() - read a line with a route
 * @line: the line, at its begin
 * @route: the result
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_route(struct vrrp_line *line, struct config_vrrp_route *route)
{
	struct draft draft = { .route = route };
	const char *word;
	int err = 0;

	route->origin = line->node->origin;
	route->type = RTN_UNICAST;
	route->scope = -1;
	route->preference = -1;
	route->ttl_propagate = -1;
	while (!err && (word = vrrp_line_word(line)))
		err = take_word(line, &draft, word);
	if (!err)
		err = finish_hops(line, &draft);
	if (!err)
		err = check_route(line, &draft);
	if (err)
		return err;
	route->family = draft.family;
	if (route->family == AF_UNSPEC)
		route->family = draft.inet6 ? AF_INET6 : AF_INET;
	if (!route->table && !route->vrf)
		route->table = RT_TABLE_MAIN;
	route->text = vrrp_line_text(line);
	return route->text ? 0 : -ENOMEM;
}
