// SPDX-License-Identifier: GPL-2.0
/* What the checkers say. They are not trusted: all of it is checked. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "pool.h"

/* More addresses than any name has, percent no agent asks for. */
#define MEMBERS_MAX	1024
#define PERCENT_MAX	10000

/* It goes into logs and to scripts. */
static char *clean_reason(const char reason[HEALTH_REASON_LEN])
{
	size_t i, length = strnlen(reason, HEALTH_REASON_LEN);
	char *clean = length ? strndup(reason, length) : NULL;

	for (i = 0; clean && i < length; i++) {
		if (!isprint((unsigned char)clean[i]))
			clean[i] = '?';
	}
	return clean;
}

/* After a reload all is said again, most of it the same. */
static bool is_known(const struct pool_backend *backend,
		     const struct msg_health *msg)
{
	return backend->health == msg->health &&
	       backend->weight == msg->weight &&
	       backend->weight_percent == msg->weight_percent &&
	       backend->response_time == msg->response_time;
}

static void take_health(const struct msg_health *msg)
{
	struct pool_backend *backend = pool_backend(msg->service, msg->backend);

	if (!backend || msg->health > HEALTH_DRAIN || msg->weight < -1 ||
	    msg->weight_percent > PERCENT_MAX) {
		log_error("the checkers speak of a backend that is not");
		return;
	}
	/* Checkers that were started again know less than control. */
	if (msg->health == HEALTH_UNKNOWN)
		return;
	free(backend->reason);
	backend->reason = clean_reason(msg->reason);
	if (is_known(backend, msg))
		return;
	backend->health = msg->health;
	backend->weight = msg->weight;
	backend->weight_percent = msg->weight_percent;
	backend->response_time = msg->response_time;
	pool_changed(msg->service);
}

static bool parse_member(char *line, struct pool_member *member)
{
	char *rest, *address = strtok_r(line, " ", &rest);
	char *port = strtok_r(NULL, " ", &rest);
	char *weight = strtok_r(NULL, " ", &rest);
	uint64_t numbers[2];

	if (!weight || strtok_r(NULL, " ", &rest) ||
	    nflb_address_parse(address, &member->address) ||
	    nflb_number_parse(port, &numbers[0]) || numbers[0] > UINT16_MAX ||
	    nflb_number_parse(weight, &numbers[1]) ||
	    numbers[1] > NFLB_WEIGHT_MAX)
		return false;
	member->port = numbers[0];
	member->weight = numbers[1];
	return true;
}

/* Return: how many, or -1 when it is no such text. */
static int parse_members(char *text, struct pool_member *members)
{
	char *rest, *line;
	int count = 0;

	for (line = strtok_r(text, "\n", &rest); line;
	     line = strtok_r(NULL, "\n", &rest)) {
		if (count == MEMBERS_MAX ||
		    !parse_member(line, &members[count]))
			return -1;
		count++;
	}
	return count;
}

static void set_members(const struct msg_resolved *msg,
			struct pool_backend *backend,
			struct pool_member *members, size_t count)
{
	uint64_t now = uv_hrtime() / 1000;
	struct pool *pool = pool_get(msg->service);

	if (pool_backend_leaves(pool, backend, members, count, now))
		log_error("addresses of %s do not drain: no memory",
			  backend->config->name);
	free(backend->members);
	backend->members = members;
	backend->member_count = count;
	backend->resolved = true;
	pool_let_go(pool, now);
	pool_changed(msg->service);
}

static void take_resolved(const struct msg_resolved *msg, int fd)
{
	struct pool_backend *backend = pool_backend(msg->service, msg->backend);
	struct pool_member *members;
	size_t length;
	int count = -1;
	char *text;

	if (!backend || !backend->config->host) {
		log_error("the checkers speak of a host name that is not");
		return;
	}
	members = calloc(MEMBERS_MAX, sizeof(*members));
	text = link_read_text(fd, &length);
	if (text && members)
		count = parse_members(text, members);
	free(text);
	if (count < 0) {
		log_error("addresses of %s: not understood",
			  backend->config->name);
		free(members);
		return;
	}
	set_members(msg, backend, members, count);
}

void pool_message(enum role_id from, enum message_type type, const void *data,
		  int fd)
{
	(void)from;
	if (type == MSG_HEALTH)
		take_health(data);
	else if (type == MSG_RESOLVED)
		take_resolved(data, fd);
}
