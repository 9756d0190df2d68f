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
 * @words: the options of its own; those all checks have are bound by who reads
 *	the block
 * @options_size: of config_check.options
 * @retry: when the configuration says none
 * @delay_before_retry: the same; microseconds, 0: the delay of the check
 * @prepare: called before @words are bound: sets defaults; NULL: all zero
 * @settle: called after: checks that options go together. Return: 0 or a
 *	negative errno after config_error(). NULL: they always do.
 * @probe_size: of what a probe has at probe_state()
 * @start: begins a probe. Never blocks. Every probe ends by probe_done(), which
 *	@start may call itself. Where @start itself fails it calls that too.
 * @stop: ends a probe early: closes what is open; probe_done() is not called
 *	after. Also called by the engine after probe_done() and when time is up,
 *	so this is the one place that cleans up.
 */
struct checker {
	const char *keyword;
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

/* engine.c, for checkers */

/**
 * struct verdict - how a probe ended
 * @passed: the backend works
 * @drain: an agent asks that it gets no new connections
 * @weight: asked for, or -1
 * @weight_percent: asked for, or -1
 */
struct verdict {
	bool passed;
	bool drain;
	int weight;
	int weight_percent;
};

#define VERDICT_PASSED	((struct verdict){ true, false, -1, -1 })
#define VERDICT_FAILED	((struct verdict){ false, false, -1, -1 })

const struct config_check *probe_check(const struct probe *probe);
void *probe_state(struct probe *probe);	/* probe_size bytes, zeroed at start */
uv_loop_t *probe_loop(const struct probe *probe);
__attribute__((format(printf, 3, 4)))
void probe_done(struct probe *probe, const struct verdict *verdict,
		const char *reason, ...);
/* A socket as the target says, not blocking, connecting; or a negative errno. */
int probe_connect(struct probe *probe, int type);
/* @fn is called when @fd is ready for @events (UV_READABLE, UV_WRITABLE). The
 * engine closes the one descriptor that is watched when the probe ends.
 */
int probe_watch(struct probe *probe, int fd, int events,
		void (*fn)(struct probe *probe, int events));

const struct checker *checker_find(const char *keyword);

#endif /* _LBD_CHECK_CHECKER_H */
