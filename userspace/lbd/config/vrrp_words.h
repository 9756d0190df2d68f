/* SPDX-License-Identifier: GPL-2.0 */
/* What the files that read vrrp_instance and its like share */
#ifndef _LBD_CONFIG_VRRP_WORDS_H
#define _LBD_CONFIG_VRRP_WORDS_H

#include "config.h"

#define VRRP_COUNT(array)	(sizeof(array) / sizeof((array)[0]))

/* The words of a line one after the other, its first word among them. */
struct vrrp_line {
	struct config_context *context;
	const struct config_node *node;
	unsigned int next;
	bool is_static;		/* of a static_ block */
};

/* vrrp_line.c */
bool vrrp_one_of(const char *word, const char *a, const char *b,
		 const char *c);
int vrrp_number_parse(const char *text, int base, uint64_t *value);
const char *vrrp_line_word(struct vrrp_line *line);
const char *vrrp_line_peek(const struct vrrp_line *line);
const char *vrrp_line_value(struct vrrp_line *line, const char *word);
int vrrp_line_uint(struct vrrp_line *line, const char *word, uint64_t min,
		   uint64_t max, uint64_t *value);
int vrrp_line_address(struct vrrp_line *line, const char *word,
		      struct nflb_address *address);
int vrrp_line_device(struct vrrp_line *line, const char *word,
		     const char **device);
int vrrp_line_table(struct vrrp_line *line, const char *word, uint32_t *table);
int vrrp_line_protocol(struct vrrp_line *line, const char *word,
		       uint8_t *protocol);
int vrrp_line_tos(struct vrrp_line *line, const char *word, uint8_t *tos);
int vrrp_line_realms(struct vrrp_line *line, const char *word,
		     uint32_t *realms);
int vrrp_line_prefix(struct vrrp_line *line, const char *text,
		     struct nflb_address *address, uint8_t *bits);
int vrrp_line_scope(struct vrrp_line *line, const char *word, int *scope);
int vrrp_line_tracking(struct vrrp_line *line, const char *word,
		       bool *no_track, const char **track_group);
int vrrp_line_family(struct vrrp_line *line, sa_family_t *family,
		     const struct nflb_address *address);
int vrrp_line_refuse(struct vrrp_line *line, const char *word,
		     const char *const *words, size_t count);
char *vrrp_line_text(struct vrrp_line *line);
int vrrp_device_check(struct config_context *context,
		      const struct config_node *node, const char *device);

/* vrrp_address.c, vrrp_route.c, vrrp_rule.c: a line of a block */
int vrrp_take_address(struct vrrp_line *line,
		      struct config_vrrp_address *address);
int vrrp_take_route(struct vrrp_line *line, struct config_vrrp_route *route);
int vrrp_take_rule(struct vrrp_line *line, struct config_vrrp_rule *rule);

/* vrrp_metric.c. Return: 1 when the word is no metric */
int vrrp_take_metric(struct vrrp_line *line, const char *word,
		     struct config_vrrp_route *route);

/* vrrp_block.c: all lines of a block, added to what is there */
int vrrp_take_addresses(struct config_context *context,
			const struct config_node *block, bool is_static,
			struct config_vrrp_address **addresses, size_t *count);
int vrrp_take_routes(struct config_context *context,
		     const struct config_node *block, bool is_static,
		     struct config_vrrp_route **routes, size_t *count);
int vrrp_take_rules(struct config_context *context,
		    const struct config_node *block, bool is_static,
		    struct config_vrrp_rule **rules, size_t *count);

/* vrrp_track.c */
int vrrp_take_tracks(struct config_context *context,
		     const struct config_node *block,
		     struct config_vrrp_track **tracks, size_t *count);

/* vrrp_auth.c */
int vrrp_take_password(struct config_context *context,
		       const struct config_node *block,
		       struct config_vrrp_instance *instance);
int vrrp_take_hmac(struct config_context *context,
		   const struct config_node *block,
		   struct config_vrrp_instance *instance);

/* vrrp_globals.c */
int vrrp_take_extra_if(struct config_context *context,
		       const struct config_node *node,
		       struct config_vrrp_garp *garp);
extern const struct config_word vrrp_global_words[];
void vrrp_prepare_globals(struct config *config);

/* vrrp_instance.c: a block of an instance whose name is known */
int vrrp_take_instance(struct config_context *context,
		       const struct config_node *node);

/* vrrp_check.c */
struct vrrp_draft;

void vrrp_draft_defaults(const struct config_vrrp_globals *globals,
			 struct vrrp_draft *draft);
int vrrp_draft_finish(struct config_context *context,
		      struct vrrp_draft *draft);

/* vrrp_vmac.c */
int vrrp_draft_vmac(struct config_context *context, struct vrrp_draft *draft);

/* vrrp_strict.c: what strict_mode and others forbid */
void vrrp_draft_strict(struct config_context *context,
		       struct vrrp_draft *draft);

/* vrrp_group.c: a block of a group whose name is known, and others */
int vrrp_take_group(struct config_context *context,
		    struct config_vrrp_group *group);
int vrrp_take_track_group(struct config_context *context,
			  const struct config_node *node);
int vrrp_take_garp_group(struct config_context *context,
			 const struct config_node *node);
int vrrp_take_debounces(struct config_context *context,
			const struct config_node *node);
int vrrp_find_instance(const struct config *config, const char *name);

/* vrrp_settle.c: what of several blocks goes together */
int vrrp_settle(struct config_context *context);

/* What an instance said, where defaults or other words depend on that. */
#define VRRP_GIVEN_VERSION	0x0001
#define VRRP_GIVEN_VRID		0x0002
#define VRRP_GIVEN_PRIORITY	0x0004
#define VRRP_GIVEN_INTERVAL	0x0008
#define VRRP_GIVEN_LOWER_PRIO	0x0010
#define VRRP_GIVEN_REPEAT	0x0020
#define VRRP_GIVEN_DELAY	0x0040
#define VRRP_GIVEN_LOWER_REPEAT	0x0080
#define VRRP_GIVEN_LOWER_DELAY	0x0100
#define VRRP_GIVEN_MIN_GARP	0x0200

/**
 * struct vrrp_draft - an instance while it is read
 * @instance: what becomes of it
 * @given: VRRP_GIVEN_*
 * @accept: and @no_accept, @preempt: as written
 * @multicast_source: mcast_src_ip; @unicast_source: unicast_src_ip
 * @native_ipv6: IPv6, whatever addresses it has
 * @no_addresses: no_virtual_ipaddress
 * @use_vmac: and @use_ipvlan: the lines, NULL: none
 */
struct vrrp_draft {
	struct config_vrrp_instance instance;
	const struct config_origin *origin;
	unsigned int given;
	unsigned int version;
	unsigned int vrid;
	unsigned int priority;
	unsigned int unicast_ttl;
	bool accept;
	bool no_accept;
	bool preempt;
	struct nflb_address multicast_source;
	struct nflb_address unicast_source;
	bool native_ipv6;
	bool no_addresses;
	const struct config_node *use_vmac;
	const struct config_node *use_ipvlan;
};

/* vrrp_notify.c */
extern const struct config_word vrrp_notify_words[];

#endif /* _LBD_CONFIG_VRRP_WORDS_H */
