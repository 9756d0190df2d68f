/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A checker is a way to find out whether a backend works; a probe is one
 * attempt at it
 */
#ifndef _LBD_CHECK_CHECKER_H
#define _LBD_CHECK_CHECKER_H

#include <uv.h>

#include "../config/config.h"

struct probe;

/**
 * struct checker - a kind of check
 * @keyword: how the configuration calls it, TCP_CHECK say
 * @protocol: IPPROTO_TCP or IPPROTO_UDP, if it speaks that to its target; else 0
 * @words: the options of its own; those all checks have are bound by who reads
 *	the block
 * @options_size: of config_check.options
 * @retry: when the configuration says none
 * @delay_before_retry: the same; microseconds, 0: the delay of the check
 * @prepare: called before @words are bound: sets defaults; NULL: all zero
 * @settle: called after, when all members of the check that are not the
 *	checker's own are complete: checks that options go together. Return: 0
 *	or a negative errno after config_error(). NULL: they always do.
 * @probe_size: of what a probe has at probe_state()
 * @start: begins a probe. Never blocks. Every probe ends by probe_done(), which
 *	@start may call itself. Where @start itself fails it calls that too.
 * @expired: the time of a probe is up: ends it by probe_done(). NULL: it has
 *	failed.
 * @stop: ends a probe early: closes what is open; probe_done() is not called
 *	after. Also called by the engine after probe_done() and when time is up,
 *	so this is the one place that cleans up. NULL: nothing is
 *	open but what probe_watch() watches.
 */
struct checker {
	const char *keyword;
	int protocol;
	const struct config_word *words;
	size_t options_size;
	unsigned int retry;
	uint64_t delay_before_retry;
	void (*prepare)(struct config_check *check);
	int (*settle)(struct config_context *context,
		      const struct config_node *node,
		      struct config_check *check);
	size_t probe_size;
	void (*start)(struct probe *probe);
	void (*expired)(struct probe *probe);
	void (*stop)(struct probe *probe);
};

extern const struct checker checker_tcp;
extern const struct checker checker_udp;
extern const struct checker checker_ping;
extern const struct checker checker_file;
extern const struct checker checker_misc;
extern const struct checker checker_agent;
extern const struct checker checker_http;
extern const struct checker checker_ssl;
extern const struct checker checker_grpc;
extern const struct checker checker_smtp;
extern const struct checker checker_dns;

/* probe.c, for checkers */

/**
 * struct verdict - how a probe ended
 * @passed: the backend works
 * @drain: an agent asks that it gets no new connections
 * @weight: asked for, or -1
 * @weight_percent: asked for, or -1
 * @weight_add: to the weight that is configured or asked for by others
 */
struct verdict {
	bool passed;
	bool drain;
	int weight;
	int weight_percent;
	int weight_add;
};

#define VERDICT_PASSED	((struct verdict){ true, false, -1, -1, 0 })
#define VERDICT_FAILED	((struct verdict){ false, false, -1, -1, 0 })

const struct config_check *probe_check(const struct probe *probe);
void *probe_state(struct probe *probe);
uv_loop_t *probe_loop(const struct probe *probe);
__attribute__((format(printf, 3, 4)))
void probe_done(struct probe *probe, const struct verdict *verdict,
		const char *reason, ...);
int probe_socket(struct probe *probe, int type, int protocol);
int probe_connect(struct probe *probe, int type);
int probe_connect_with(struct probe *probe, int fd);
int probe_watch(struct probe *probe, int fd, int events,
		void (*fn)(struct probe *probe, int events));
int probe_error(int fd);
int probe_run_script(struct probe *probe,
		     void (*fn)(struct probe *probe, int code));
bool probe_file(const struct probe *probe, const char *name, int *value);

/* checkers.c */
const struct checker *checker_find(const char *keyword);

#endif /* _LBD_CHECK_CHECKER_H */
