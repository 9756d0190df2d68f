// SPDX-License-Identifier: GPL-2.0
/* Young connections, and the file of the key */
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../../lbd/control/sync_part.h"
#include "../../lbd/sync/held.h"
#include "../tap.h"

static struct nflb_change connection(uint16_t port, uint8_t state, uint8_t end)
{
	struct nflb_change change = { .end = end };
	struct nflb_connection *c = &change.connection;

	c->protocol = IPPROTO_TCP;
	c->client.family = AF_INET;
	c->destination.family = AF_INET;
	c->client_port = port;
	c->state = state;
	return change;
}

static bool put(struct held *held, uint16_t port, uint8_t state, uint8_t end,
		uint64_t due)
{
	struct nflb_change change = connection(port, state, end);

	return held_put(held, &change, due);
}

static void test_held(void)
{
	struct held *held = held_new();
	const struct nflb_change *change;

	ok(put(held, 1, NFLB_STATE_ESTABLISHED, 0, 100), "one that begins waits");
	ok(put(held, 2, NFLB_STATE_ESTABLISHED, 0, 110), "and another");
	ok(!put(held, 3, NFLB_STATE_FIN_WAIT, 0, 110),
	   "one that closes, and did not wait, does not");
	ok(!put(held, 3, NFLB_STATE_CLOSE, NFLB_END_EXPIRED, 110),
	   "nor one that is gone");
	ok(!held_next(held, 99), "nobody is old enough");
	ok(put(held, 1, NFLB_STATE_FIN_WAIT, 0, 200), "one changes as it waits");
	change = held_next(held, 100);
	ok(change && change->connection.client_port == 1 &&
	   change->connection.state == NFLB_STATE_FIN_WAIT,
	   "it is told of as it is then, in its turn");
	ok(put(held, 2, NFLB_STATE_TIME_WAIT, NFLB_END_EXPIRED, 200),
	   "one that ends as it waits");
	ok(!held_next(held, 1000), "is not told of");
	is_number(held_count(held), 0, "nobody is left");
	put(held, 4, NFLB_STATE_UDP, 0, 5);
	held_free(held);
}

static void write_key(const char *path, const char *text, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	if (fd < 0 || write(fd, text, strlen(text)) < 0 || fchmod(fd, mode))
		exit(2);
	close(fd);
}

static void refused(const char *path, const char *reason)
{
	uint8_t key[MSG_SYNC_KEY_SIZE];
	const char *why = "";

	ok(sync_part_key(path, key, &why), "it is refused");
	is_text(why, reason, "and why");
}

static void test_key(void)
{
	static const char secret[] = "0123456789abcdef0123456789abcdef";
	uint8_t key[MSG_SYNC_KEY_SIZE], again[MSG_SYNC_KEY_SIZE];
	char path[] = "/tmp/nflb-key.XXXXXX", line[64];
	int fd = mkstemp(path);
	const char *why;

	close(fd);
	snprintf(line, sizeof(line), "%s\n", secret);
	write_key(path, secret, 0600);
	ok(!sync_part_key(path, key, &why), "a key of 32 characters");
	write_key(path, line, 0400);
	chmod(path, 0600);
	ok(!sync_part_key(path, again, &why) && !memcmp(key, again, sizeof(key)),
	   "the end of its line does not count");
	write_key(path, secret + 1, 0600);
	refused(path, "is too short: 32 characters are needed");
	write_key(path, secret, 0640);
	refused(path, "can be read or written by others than its owner");
	unlink(path);
	refused(path, "No such file or directory");
	refused("/", "is not a regular file");
}

int main(void)
{
	test_held();
	test_key();
	return tap_end();
}
