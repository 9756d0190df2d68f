// SPDX-License-Identifier: GPL-2.0
/* libFuzzer: datagrams of sync, and what is in them once they are open */
#include "../../lbd/sync/session.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void forget_datagram(void *context, const uint8_t *bytes, size_t length)
{
	(void)context;
	(void)bytes;
	(void)length;
}

static void forget_changes(void *context, const struct nflb_change *changes,
			   size_t count)
{
	(void)context;
	(void)changes;
	(void)count;
}

static void forget_joined(void *context)
{
	(void)context;
}

static const struct sync_session_ops ops = {
	.send = forget_datagram,
	.changes = forget_changes,
	.joined = forget_joined,
};

/* Behind the seal there is only who has the key, but it may be of another
 * version.
 */
static void read_frame(const uint8_t *data, size_t size)
{
	struct sync_reader reader = { data, size };
	uint32_t stream, number;
	struct nflb_change change;
	struct sync_ack ack;
	uint8_t type;

	if (sync_get_type(&reader, &type))
		return;
	if (type == SYNC_TYPE_ACK) {
		sync_get_ack(&reader, &ack);
		return;
	}
	if (sync_get_changes(&reader, &stream, &number))
		return;
	while (reader.length && !sync_get_change(&reader, &change)) {
		uint8_t bytes[256];
		struct sync_writer writer = { bytes, 0, sizeof(bytes) };

		if (sync_put_change(&writer, &change))
			__builtin_trap();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t key[SYNC_KEY_SIZE];
	static struct sync_session *session;

	if (!session)
		session = sync_session_new(key, &ops, NULL);
	if (session)
		sync_session_receive(session, data, size, 1000);
	read_frame(data, size);
	return 0;
}
