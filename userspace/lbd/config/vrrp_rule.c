// SPDX-License-Identifier: GPL-2.0
/* A line of virtual_rules or static_rules: that of ip-rule(8) */
#include <errno.h>
#include <linux/fib_rules.h>
#include <linux/rtnetlink.h>
#include <netdb.h>
#include <string.h>

#include "vrrp_words.h"

/* A rule while it is read. */
struct draft {
	struct config_vrrp_rule *rule;
	sa_family_t family;
	bool inet6;
};

static const struct {
	const char *word;
	uint8_t action;
} actions[] = {
	{ "blackhole", FR_ACT_BLACKHOLE }, { "nop", FR_ACT_NOP },
	{ "prohibit", FR_ACT_PROHIBIT }, { "unreachable", FR_ACT_UNREACHABLE },
	{ "unicast", FR_ACT_TO_TBL },
};

static const char *const words[] = {
	"blackhole", "dev", "dport", "dsfield", "from", "fwmark", "goto",
	"iif", "inet", "inet6", "ip_proto", "ipproto", "l3mdev", "lookup",
	"no_track", "nop", "not", "oif", "order", "pref", "preference",
	"priority", "prohibit", "protocol", "realms", "sport",
	"suppress_ifgroup", "suppress_prefixlength", "table", "to", "tos",
	"track_group", "tun_id", "type", "uidrange", "unicast", "unreachable",
};

static int take_prefix(struct vrrp_line *line, struct draft *draft,
		       const char *word, struct nflb_address *address,
		       uint8_t *bits)
{
	const char *text = vrrp_line_value(line, word);

	if (!text)
		return -EINVAL;
	if (vrrp_one_of(text, "all", "any", "default"))
		return 0;
	if (vrrp_line_prefix(line, text, address, bits))
		return -EINVAL;
	return vrrp_line_family(line, &draft->family, address);
}

/* Two numbers with @separator between; the second may be missing. */
static int take_pair(struct vrrp_line *line, const char *word, char separator,
		     uint64_t max, uint64_t pair[2])
{
	const char *text = vrrp_line_value(line, word), *second;
	char first[24] = "";
	size_t len;
	int err;

	if (!text)
		return -EINVAL;
	second = strchr(text, separator);
	len = second ? (size_t)(second - text) : strlen(text);
	if (len < sizeof(first))
		memcpy(first, text, len);
	err = vrrp_number_parse(first, 0, &pair[0]);
	if (second)
		err = err ? : vrrp_number_parse(second + 1, 0, &pair[1]);
	else
		pair[1] = pair[0];
	if (err || pair[0] > max || pair[1] > max)
		return config_error(line->context->report, &line->node->origin,
				    "%s: %s is not a number up to %ju, or two with '%c' between",
				    word, text, (uintmax_t)max, separator);
	return 0;
}

static int take_range(struct vrrp_line *line, const char *word, uint64_t max,
		      uint64_t pair[2])
{
	if (take_pair(line, word, '-', max, pair))
		return -EINVAL;
	if (pair[0] > pair[1])
		return config_error(line->context->report, &line->node->origin,
				    "%s: the range ends before it begins", word);
	return 0;
}

static int take_mark(struct vrrp_line *line, struct config_vrrp_rule *rule)
{
	uint64_t pair[2];
	const char *text = vrrp_line_peek(line);

	if (take_pair(line, "fwmark", '/', UINT32_MAX, pair))
		return -EINVAL;
	rule->mark = (uint32_t)pair[0];
	rule->mask = strchr(text, '/') ? (uint32_t)pair[1] : UINT32_MAX;
	rule->given |= CONFIG_RULE_MARK;
	return 0;
}

static int take_ports(struct vrrp_line *line, struct config_vrrp_rule *rule,
		      const char *word)
{
	bool source = !strcmp(word, "sport");
	uint64_t pair[2];

	if (take_range(line, word, UINT16_MAX, pair))
		return -EINVAL;
	if (!pair[0])
		return config_error(line->context->report, &line->node->origin,
				    "%s: there is no port 0", word);
	rule->given |= source ? CONFIG_RULE_SPORT : CONFIG_RULE_DPORT;
	(source ? rule->sport : rule->dport)[0] = (uint16_t)pair[0];
	(source ? rule->sport : rule->dport)[1] = (uint16_t)pair[1];
	return 0;
}

static int take_users(struct vrrp_line *line, struct config_vrrp_rule *rule)
{
	uint64_t pair[2];

	if (take_range(line, "uidrange", UINT32_MAX - 1, pair))
		return -EINVAL;
	rule->given |= CONFIG_RULE_UID;
	rule->uid[0] = (uint32_t)pair[0];
	rule->uid[1] = (uint32_t)pair[1];
	return 0;
}

static int take_ip_proto(struct vrrp_line *line, struct config_vrrp_rule *rule,
			 const char *word)
{
	const char *text = vrrp_line_value(line, word);
	const struct protoent *known;
	uint64_t number = 0;

	if (!text)
		return -EINVAL;
	if (nflb_number_parse(text, &number)) {
		known = getprotobyname(text);
		number = known ? (uint64_t)known->p_proto : 0;
	}
	if (!number || number > UINT8_MAX)
		return config_error(line->context->report, &line->node->origin,
				    "%s: there is no protocol %s", word, text);
	rule->given |= CONFIG_RULE_IP_PROTO;
	rule->ip_proto = (uint8_t)number;
	return 0;
}

static int take_goto(struct vrrp_line *line, struct config_vrrp_rule *rule)
{
	uint64_t number;

	if (vrrp_line_uint(line, "goto", 1, UINT32_MAX, &number))
		return -EINVAL;
	rule->action = FR_ACT_GOTO;
	rule->target = (uint32_t)number;
	return 0;
}

static int take_type(struct vrrp_line *line, struct config_vrrp_rule *rule,
		     const char *word)
{
	size_t i;

	if (!word)
		return -EINVAL;
	for (i = 0; i < VRRP_COUNT(actions); i++) {
		if (!strcmp(word, actions[i].word)) {
			rule->action = actions[i].action;
			return 0;
		}
	}
	if (!strcmp(word, "nat") || !strcmp(word, "map-to"))
		return config_error(line->context->report, &line->node->origin,
				    "%s: rules that translate are not supported",
				    word);
	return vrrp_line_refuse(line, word, words, VRRP_COUNT(words));
}

/* Words with a number that go into @given. Return: 1 when @word is none. */
static int take_number(struct vrrp_line *line, struct config_vrrp_rule *rule,
		       const char *word)
{
	uint64_t number, max = UINT32_MAX;
	unsigned int bit;

	if (vrrp_one_of(word, "preference", "priority", "order") ||
	    !strcmp(word, "pref"))
		bit = CONFIG_RULE_PRIORITY;
	else if (vrrp_one_of(word, "suppress_prefixlength", "sup_pl", NULL))
		bit = CONFIG_RULE_SUPPRESS_PREFIX;
	else if (vrrp_one_of(word, "suppress_ifgroup", "sup_group", NULL))
		bit = CONFIG_RULE_SUPPRESS_GROUP;
	else if (!strcmp(word, "tun_id"))
		bit = CONFIG_RULE_TUN_ID;
	else
		return 1;
	if (bit == CONFIG_RULE_TUN_ID)
		max = UINT64_MAX;
	if (bit == CONFIG_RULE_SUPPRESS_PREFIX)
		max = 128;
	if (vrrp_line_uint(line, word, 0, max, &number))
		return -EINVAL;
	rule->given |= bit;
	if (bit == CONFIG_RULE_PRIORITY)
		rule->priority = (uint32_t)number;
	else if (bit == CONFIG_RULE_SUPPRESS_PREFIX)
		rule->suppress_prefix = (uint32_t)number;
	else if (bit == CONFIG_RULE_SUPPRESS_GROUP)
		rule->suppress_group = (uint32_t)number;
	else
		rule->tun_id = number;
	return 0;
}

/* Return: 1 when @word is none of them. */
static int take_flag(struct draft *draft, const char *word)
{
	if (!strcmp(word, "not"))
		draft->rule->inverted = true;
	else if (!strcmp(word, "inet6"))
		draft->inet6 = true;
	else if (!strcmp(word, "l3mdev"))
		draft->rule->given |= CONFIG_RULE_L3MDEV;
	else if (strcmp(word, "inet"))
		return 1;
	return 0;
}

/* Words with a value of their own. Return: 1 when @word is none of them. */
static int take_value(struct vrrp_line *line, struct draft *draft,
		      const char *word)
{
	struct config_vrrp_rule *rule = draft->rule;

	if (!strcmp(word, "from"))
		return take_prefix(line, draft, word, &rule->from,
				   &rule->from_prefix);
	if (!strcmp(word, "to"))
		return take_prefix(line, draft, word, &rule->to, &rule->to_prefix);
	if (vrrp_one_of(word, "tos", "dsfield", NULL))
		return vrrp_line_tos(line, word, &rule->tos);
	if (!strcmp(word, "fwmark"))
		return take_mark(line, rule);
	if (vrrp_one_of(word, "table", "lookup", NULL))
		return vrrp_line_table(line, word, &rule->table);
	if (vrrp_one_of(word, "iif", "dev", NULL))
		return vrrp_line_device(line, word, &rule->iif);
	if (!strcmp(word, "oif"))
		return vrrp_line_device(line, word, &rule->oif);
	if (!strcmp(word, "realms"))
		return vrrp_line_realms(line, word, &rule->realms);
	if (!strcmp(word, "protocol")) {
		rule->given |= CONFIG_RULE_PROTOCOL;
		return vrrp_line_protocol(line, word, &rule->protocol);
	}
	if (vrrp_one_of(word, "sport", "dport", NULL))
		return take_ports(line, rule, word);
	if (vrrp_one_of(word, "ip_proto", "ipproto", NULL))
		return take_ip_proto(line, rule, word);
	if (!strcmp(word, "uidrange"))
		return take_users(line, rule);
	if (!strcmp(word, "goto"))
		return take_goto(line, rule);
	if (!strcmp(word, "type"))
		return take_type(line, rule, vrrp_line_value(line, word));
	return 1;
}

static int take_word(struct vrrp_line *line, struct draft *draft,
		     const char *word)
{
	struct config_vrrp_rule *rule = draft->rule;
	int err;

	if (vrrp_one_of(word, "no_track", "track_group", NULL))
		return vrrp_line_tracking(line, word, &rule->no_track,
					  &rule->track_group);
	err = take_value(line, draft, word);
	if (err > 0)
		err = take_number(line, rule, word);
	if (err > 0)
		err = take_flag(draft, word);
	return err > 0 ? take_type(line, rule, word) : err;
}

static int check_rule(struct vrrp_line *line, struct draft *draft)
{
	const struct config_origin *origin = &line->node->origin;
	struct config_report *report = line->context->report;
	struct config_vrrp_rule *rule = draft->rule;

	if (draft->inet6 && draft->family == AF_INET)
		return config_error(report, origin,
				    "inet6 in a rule with an IPv4 address");
	if ((rule->given & CONFIG_RULE_L3MDEV) && rule->table)
		return config_error(report, origin,
				    "a rule has either table or l3mdev");
	if (rule->action == FR_ACT_GOTO &&
	    (rule->given & CONFIG_RULE_PRIORITY) && rule->target <= rule->priority)
		return config_error(report, origin,
				    "goto %u does not lead behind preference %u",
				    rule->target, rule->priority);
	return 0;
}

/**
 * vrrp_take_rule() - read a line with a rule
 * @line: the line, at its begin
 * @rule: the result
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_rule(struct vrrp_line *line, struct config_vrrp_rule *rule)
{
	struct draft draft = { .rule = rule };
	const char *word;
	int err = 0;

	rule->origin = line->node->origin;
	rule->action = FR_ACT_TO_TBL;
	while (!err && (word = vrrp_line_word(line)))
		err = take_word(line, &draft, word);
	if (!err)
		err = check_rule(line, &draft);
	if (err)
		return err;
	rule->family = draft.family;
	if (rule->family == AF_UNSPEC)
		rule->family = draft.inet6 ? AF_INET6 : AF_INET;
	if (!rule->table && !(rule->given & CONFIG_RULE_L3MDEV))
		rule->table = RT_TABLE_MAIN;
	rule->text = vrrp_line_text(line);
	return rule->text ? 0 : -ENOMEM;
}
