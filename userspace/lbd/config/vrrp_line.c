// SPDX-License-Identifier: GPL-2.0
/* The words of a line of addresses, routes or rules, one after the other */
#include <errno.h>
#include <net/if.h>
#include <stdlib.h>
#include <string.h>

#include <netlink/route/route.h>
#include <netlink/route/rtnl.h>

#include "vrrp_words.h"

/**
 * vrrp_one_of() - whether a word is one of several that mean the same
 * @word: the word
 * @a: one, @b: another, @c: a third or NULL
 *
 * Return: true when it is.
 */
bool vrrp_one_of(const char *word, const char *a, const char *b, const char *c)
{
	return !strcmp(word, a) || !strcmp(word, b) || (c && !strcmp(word, c));
}

/**
 * vrrp_line_peek() - the word that comes next
 * @line: a line
 *
 * Return: it, or NULL at the end.
 */
const char *vrrp_line_peek(const struct vrrp_line *line)
{
	if (!line->next)
		return line->node->word;
	if (line->next > line->node->count)
		return NULL;
	return line->node->argument[line->next - 1];
}

/**
 * vrrp_line_word() - take the next word
 * @line: a line
 *
 * Return: it, or NULL at the end.
 */
const char *vrrp_line_word(struct vrrp_line *line)
{
	const char *word = vrrp_line_peek(line);

	if (word)
		line->next++;
	return word;
}

/**
 * vrrp_line_value() - take the value of a word
 * @line: a line
 * @word: the word before it
 *
 * Return: it, or NULL after config_error() when the line is at its end.
 */
const char *vrrp_line_value(struct vrrp_line *line, const char *word)
{
	const char *value = vrrp_line_word(line);

	if (!value)
		config_error(line->context->report, &line->node->origin,
			     "%s needs a value", word);
	return value;
}

/**
 * vrrp_number_parse() - read a number as ip(8) takes it
 * @text: the number
 * @base: 0: decimal, or 0x with hexadecimal digits; 16: the latter alone
 * @value: the result
 *
 * Return: 0 or -EINVAL.
 */
int vrrp_number_parse(const char *text, int base, uint64_t *value)
{
	char *end;

	if (*text < '0' || (*text > '9' && base != 16))
		return -EINVAL;
	errno = 0;
	*value = strtoull(text, &end, base);
	return errno || *end || end == text ? -EINVAL : 0;
}

static int bad_number(struct vrrp_line *line, const char *word,
		      const char *text, uint64_t min, uint64_t max)
{
	return config_error(line->context->report, &line->node->origin,
			    "%s: %s is not a number from %ju to %ju", word,
			    text, (uintmax_t)min, (uintmax_t)max);
}

/**
 * vrrp_line_uint() - take the value of a word that has a number
 * @line: a line
 * @word: the word before it
 * @min: the least, @max: the most
 * @value: the result
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_line_uint(struct vrrp_line *line, const char *word, uint64_t min,
		   uint64_t max, uint64_t *value)
{
	const char *text = vrrp_line_value(line, word);

	if (!text)
		return -EINVAL;
	if (vrrp_number_parse(text, 0, value) || *value < min || *value > max)
		return bad_number(line, word, text, min, max);
	return 0;
}

/**
 * vrrp_line_address() - take the value of a word that has an address
 * @line: a line
 * @word: the word before it
 * @address: the result
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_line_address(struct vrrp_line *line, const char *word,
		      struct nflb_address *address)
{
	const char *text = vrrp_line_value(line, word);

	if (!text)
		return -EINVAL;
	if (nflb_address_parse(text, address))
		return config_error(line->context->report, &line->node->origin,
				    "%s: %s is not an address", word, text);
	return 0;
}

/**
 * vrrp_device_check() - refuse what cannot be the name of an interface
 * @context: what is read
 * @node: where it stands
 * @device: the name
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_device_check(struct config_context *context,
		      const struct config_node *node, const char *device)
{
	if (*device && strlen(device) < IFNAMSIZ && !strchr(device, '/') &&
	    strcmp(device, ".") && strcmp(device, ".."))
		return 0;
	return config_error(context->report, &node->origin,
			    "%s cannot be the name of an interface", device);
}

/**
 * vrrp_line_device() - take the value of a word that has an interface
 * @line: a line
 * @word: the word before it
 * @device: the result, in the arena
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_line_device(struct vrrp_line *line, const char *word,
		     const char **device)
{
	const char *text = vrrp_line_value(line, word);

	if (!text)
		return -EINVAL;
	if (vrrp_device_check(line->context, line->node, text))
		return -EINVAL;
	*device = config_strdup(line->context->arena, text);
	return *device ? 0 : -ENOMEM;
}

static void need_names(void)
{
	static bool read;

	if (read)
		return;
	rtnl_route_read_table_names("/etc/iproute2/rt_tables");
	rtnl_route_read_protocol_names("/etc/iproute2/rt_protos");
	read = true;
}

/**
 * vrrp_line_table() - take the value of a word that has a routing table
 * @line: a line
 * @word: the word before it
 * @table: the result
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_line_table(struct vrrp_line *line, const char *word, uint32_t *table)
{
	const char *text = vrrp_line_value(line, word);
	uint64_t number;
	int known;

	if (!text)
		return -EINVAL;
	if (!vrrp_number_parse(text, 0, &number)) {
		if (!number || number > UINT32_MAX)
			return bad_number(line, word, text, 1, UINT32_MAX);
		*table = (uint32_t)number;
		return 0;
	}
	need_names();
	known = rtnl_route_str2table(text);
	if (known <= 0)
		return config_error(line->context->report, &line->node->origin,
				    "%s: there is no routing table %s", word,
				    text);
	*table = known;
	return 0;
}

/**
 * vrrp_line_protocol() - take the value of a word that has a routing protocol
 * @line: a line
 * @word: the word before it
 * @protocol: the result
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_line_protocol(struct vrrp_line *line, const char *word,
		       uint8_t *protocol)
{
	const char *text = vrrp_line_value(line, word);
	uint64_t number;
	int known;

	if (!text)
		return -EINVAL;
	if (!vrrp_number_parse(text, 0, &number)) {
		if (!number || number > UINT8_MAX)
			return bad_number(line, word, text, 1, UINT8_MAX);
		*protocol = (uint8_t)number;
		return 0;
	}
	need_names();
	known = rtnl_route_str2proto(text);
	if (known <= 0 || known > UINT8_MAX)
		return config_error(line->context->report, &line->node->origin,
				    "%s: there is no routing protocol %s", word,
				    text);
	*protocol = (uint8_t)known;
	return 0;
}

/**
 * vrrp_line_tos() - take the value of a word that has a TOS
 * @line: a line
 * @word: the word before it
 * @tos: the result
 *
 * It is hexadecimal, as for ip(8).
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_line_tos(struct vrrp_line *line, const char *word, uint8_t *tos)
{
	const char *text = vrrp_line_value(line, word);
	uint64_t number;

	if (!text)
		return -EINVAL;
	if (vrrp_number_parse(text, 16, &number) || number > UINT8_MAX)
		return config_error(line->context->report, &line->node->origin,
				    "%s: %s is not a hexadecimal number from 0 to ff",
				    word, text);
	*tos = (uint8_t)number;
	return 0;
}

/**
 * vrrp_line_scope() - take the value of a word that has a scope
 * @line: a line
 * @word: the word before it
 * @scope: the result, RT_SCOPE_*
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_line_scope(struct vrrp_line *line, const char *word, int *scope)
{
	const char *text = vrrp_line_value(line, word);
	uint64_t number;

	if (!text)
		return -EINVAL;
	*scope = rtnl_str2scope(text);
	if (*scope < 0 && !nflb_number_parse(text, &number) && number <= UINT8_MAX)
		*scope = (int)number;
	if (*scope >= 0)
		return 0;
	return config_error(line->context->report, &line->node->origin,
			    "%s must be global, site, link, host, nowhere or a number up to 255, not %s",
			    word, text);
}

/* Names of rt_realms are not looked up. */
static int parse_realm(const char *text, size_t len, uint32_t *realm)
{
	char digits[sizeof("0x0000ffff")] = "";
	uint64_t number;

	if (!len || len >= sizeof(digits))
		return -EINVAL;
	memcpy(digits, text, len);
	if (vrrp_number_parse(digits, 0, &number) || number > UINT16_MAX)
		return -EINVAL;
	*realm = (uint32_t)number;
	return 0;
}

/**
 * vrrp_line_realms() - take the value of a word that has realms
 * @line: a line
 * @word: the word before it
 * @realms: the result: that of the source in the upper half
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_line_realms(struct vrrp_line *line, const char *word,
		     uint32_t *realms)
{
	const char *text = vrrp_line_value(line, word), *slash;
	uint32_t from = 0, to;

	if (!text)
		return -EINVAL;
	slash = strchr(text, '/');
	if ((slash && parse_realm(text, slash - text, &from)) ||
	    parse_realm(slash ? slash + 1 : text,
			strlen(slash ? slash + 1 : text), &to))
		return config_error(line->context->report, &line->node->origin,
				    "%s: %s is not [FROM/]TO, numbers up to 65535",
				    word, text);
	*realms = from << 16 | to;
	return 0;
}

/* keepalived's samples have 192.168.100./24, which means 192.168.100.0/24. */
static int parse_host(struct vrrp_line *line, char *host, size_t size,
		      struct nflb_address *address)
{
	size_t len = strlen(host);

	if (!nflb_address_parse(host, address))
		return 0;
	if (!len || host[len - 1] != '.' || len + 1 >= size)
		return -EINVAL;
	host[len] = '0';
	host[len + 1] = '\0';
	if (nflb_address_parse(host, address))
		return -EINVAL;
	config_warning(line->context->report, &line->node->origin,
		       "an incomplete address is taken as %s", host);
	return 0;
}

/**
 * vrrp_line_prefix() - read an address with or without prefix length
 * @line: the line it stands in
 * @text: ADDRESS[/BITS]
 * @address: the address
 * @bits: the length, all bits when there is none
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_line_prefix(struct vrrp_line *line, const char *text,
		     struct nflb_address *address, uint8_t *bits)
{
	const char *slash = strchr(text, '/');
	size_t len = slash ? (size_t)(slash - text) : strlen(text);
	char host[NFLB_ADDRESS_LEN + 2];
	uint64_t number = 0;
	int max;

	if (len < NFLB_ADDRESS_LEN) {
		memcpy(host, text, len);
		host[len] = '\0';
	}
	if (len >= NFLB_ADDRESS_LEN || parse_host(line, host, sizeof(host), address))
		return config_error(line->context->report, &line->node->origin,
				    "%s is not an address", text);
	max = nflb_address_bits(address);
	if (slash && (nflb_number_parse(slash + 1, &number) || number > (unsigned int)max))
		return config_error(line->context->report, &line->node->origin,
				    "%s: the prefix length must be a number from 0 to %d",
				    text, max);
	*bits = slash ? (uint8_t)number : max;
	return 0;
}

/**
 * vrrp_line_tracking() - no_track and track_group GROUP
 * @line: a line
 * @word: which of them; the value of track_group comes next
 * @no_track: is set by no_track
 * @track_group: the name of the group, in the arena
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_line_tracking(struct vrrp_line *line, const char *word,
		       bool *no_track, const char **track_group)
{
	bool group = !strcmp(word, "track_group");
	const char *name;

	if (group != line->is_static)
		return config_error(line->context->report, &line->node->origin,
				    "%s is for %s addresses, routes and rules", word,
				    group ? "static" : "virtual");
	if (!group) {
		*no_track = true;
		return 0;
	}
	name = vrrp_line_value(line, word);
	if (!name)
		return -EINVAL;
	*track_group = config_strdup(line->context->arena, name);
	return *track_group ? 0 : -ENOMEM;
}

/**
 * vrrp_line_family() - all addresses of a line are of one family
 * @line: a line
 * @family: of those before; AF_UNSPEC: there were none
 * @address: another
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_line_family(struct vrrp_line *line, sa_family_t *family,
		     const struct nflb_address *address)
{
	if (address->family == AF_UNSPEC || address->family == *family)
		return 0;
	if (*family != AF_UNSPEC)
		return config_error(line->context->report, &line->node->origin,
				    "IPv4 and IPv6 in one line");
	*family = address->family;
	return 0;
}

/**
 * vrrp_line_refuse() - a word that is none of those there are
 * @line: a line
 * @word: the word
 * @words: those there are
 * @count: length of @words
 *
 * Return: -EINVAL.
 */
int vrrp_line_refuse(struct vrrp_line *line, const char *word,
		     const char *const *words, size_t count)
{
	const char *near = config_nearest(word, words, count);

	return config_error(line->context->report, &line->node->origin,
			    near ? "unknown word %s; did you mean %s?" :
				   "unknown word %s", word, near);
}

/**
 * vrrp_line_text() - a line as it was written, but for spaces
 * @line: a line
 *
 * Return: the text, in the arena, or NULL.
 */
char *vrrp_line_text(struct vrrp_line *line)
{
	const struct config_node *node = line->node;
	size_t length = strlen(node->word) + 1;
	unsigned int i;
	char *text, *end;

	for (i = 0; i < node->count; i++)
		length += strlen(node->argument[i]) + 1;
	text = config_alloc(line->context->arena, length);
	if (!text)
		return NULL;
	end = stpcpy(text, node->word);
	for (i = 0; i < node->count; i++) {
		*end++ = ' ';
		end = stpcpy(end, node->argument[i]);
	}
	return text;
}
