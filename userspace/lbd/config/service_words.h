/* SPDX-License-Identifier: GPL-2.0 */
/* What the files that read virtual_server and real_server share */
#ifndef _LBD_CONFIG_SERVICE_WORDS_H
#define _LBD_CONFIG_SERVICE_WORDS_H

#include "config.h"

#define CONFIG_SECOND	1000000ULL
#define CONFIG_DAY	(86400 * CONFIG_SECOND)

/* What of a pace was given, at the level that is read or above. */
#define PACE_RETRY		0x1
#define PACE_DELAY_BEFORE_RETRY	0x2
#define PACE_WARMUP		0x4
#define PACE_FALL		0x8	/* at this level only */

/* How checks go about it: each level has what the one above has. */
struct config_pace {
	unsigned int given;
	uint64_t delay;
	uint64_t delay_before_retry;
	uint64_t timeout;
	uint64_t warmup;
	unsigned int retry;
	unsigned int rise;
	unsigned int fall;
	unsigned int jitter;		/* percent */
	bool tunnel;
	bool alpha;
	bool log_all_failures;
};

/* The words that set a struct config_pace. */
extern const struct config_word pace_words[];

/* Blocks of checkers, which are read when all else of a backend is known. */
struct check_list {
	const struct config_node **nodes;
	size_t count;
};

/* The words that add to a struct check_list. */
extern const struct config_word checker_words[];
int check_collect(struct config_context *context,
		  const struct config_node *node, void *object);

/**
 * struct service_draft - a virtual server while it is read
 * @defaults: of backends
 * @flags: SCHED_FLAG_*
 * @sorry_forward: sorry_server_lvs_method, or as @defaults
 * @sorry: the line of the sorry server, or NULL
 * @protocol: IPPROTO_*; 0: not given
 */
struct service_draft {
	struct config_service service;
	const struct config_node *node;
	struct config_pace pace;
	struct nflb_backend defaults;
	bool inhibit;
	unsigned int flags;
	bool sorry_forward_given;
	struct nflb_backend sorry_forward;
	const struct config_node *sorry;
	struct check_list backends;	/* lines of real servers */
	const struct config_group *group;
	uint8_t protocol;
	sa_family_t family;		/* ip_family */
	uint32_t index;			/* of @service in config.services */
};

/**
 * struct backend_draft - a real server while it is read
 * @checkers: blocks of checkers, and names of checks
 * @port: as written, or else that of the service; 0: neither
 */
struct backend_draft {
	struct check_list checkers;
	struct config_backend backend;
	struct config_pace pace;
	unsigned int tier;
	uint16_t port;
	uint32_t index;			/* in the service */
	const struct service_draft *service;
};

/* pace.c */
void pace_begin(struct config_pace *pace, const struct config_pace *above);
void pace_end(struct config_pace *pace);

/* check.c */
int check_take(struct config_context *context, const struct config_node *node,
	       const char *name, struct backend_draft *draft,
	       const struct config_pace *pace);
int check_define(struct config_context *context, const struct config_node *node,
		 void *object);
int check_take_named(struct config_context *context,
		     const struct config_node *node,
		     struct backend_draft *draft);

/* backend.c */
int backend_take(struct config_context *context,
		 const struct config_node *node, struct service_draft *service,
		 struct config_backend *slot, uint32_t index);

/* twins.c */
int twins_of_backends(struct config_context *context,
		      const struct config_service *service);
int twins_of_services(struct config_context *context);

/* schedule.c */
#define SCHED_FLAG_FALLBACK	0x1
#define SCHED_FLAG_PORT		0x2
int schedule_take(struct config_context *context,
		  const struct config_node *node, void *object);
int schedule_take_flag(struct config_context *context,
		       const struct config_node *node, void *object);
int schedule_settle(struct config_context *context,
		    struct service_draft *draft);

/* forward.c */
int forward_take(struct config_context *context, const struct config_node *node,
		 struct nflb_backend *backend);
int forward_take_source_pool(struct config_context *context,
			     const struct config_node *node,
			     struct nflb_source_pool *pool);

/* policy.c: objects are drafts */
extern const struct config_word policy_words[];

/* group.c */
int group_take(struct config_context *context, const struct config_node *node,
	       void *object);
int group_parse_key(struct config_context *context,
		    const struct config_node *node, const char *address,
		    const char *ports, struct nflb_key *key);
const struct config_group *group_find(const struct config *config,
				      const char *name);

#endif /* _LBD_CONFIG_SERVICE_WORDS_H */
