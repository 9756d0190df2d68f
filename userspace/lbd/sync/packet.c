// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <string.h>

#include "packet.h"

static const uint8_t magic[6] = { 'n', 'f', 'l', 's', 1 };

/* Kinds of records. */
enum { RECORD_CONNECTION = 1, RECORD_AFFINITY };

static void put(struct sync_writer *writer, const void *data, size_t length)
{
	if (writer->length + length <= writer->room)
		memcpy(writer->bytes + writer->length, data, length);
	writer->length += length;
}

static void put_number(struct sync_writer *writer, uint64_t number,
		       unsigned int size)
{
	uint8_t bytes[8];
	unsigned int i;

	for (i = 0; i < size; i++)
		bytes[i] = (uint8_t)(number >> 8 * (size - 1 - i));
	put(writer, bytes, size);
}

/* What does not fit is taken back as a whole. */
static int finish(struct sync_writer *writer, size_t before)
{
	if (writer->length <= writer->room)
		return 0;
	writer->length = before;
	return -ENOSPC;
}

static int get(struct sync_reader *reader, void *data, size_t length)
{
	if (reader->length < length)
		return -EPROTO;
	memcpy(data, reader->bytes, length);
	reader->bytes += length;
	reader->length -= length;
	return 0;
}

static int get_number(struct sync_reader *reader, uint64_t *number,
		      unsigned int size)
{
	uint8_t bytes[8];
	unsigned int i;

	if (get(reader, bytes, size))
		return -EPROTO;
	*number = 0;
	for (i = 0; i < size; i++)
		*number = *number << 8 | bytes[i];
	return 0;
}

static int get_u8(struct sync_reader *reader, uint8_t *value)
{
	return get(reader, value, sizeof(*value));
}

static int get_u16(struct sync_reader *reader, uint16_t *value)
{
	uint64_t number;
	int err = get_number(reader, &number, sizeof(*value));

	if (!err)
		*value = (uint16_t)number;
	return err;
}

static int get_u32(struct sync_reader *reader, uint32_t *value)
{
	uint64_t number;
	int err = get_number(reader, &number, sizeof(*value));

	if (!err)
		*value = (uint32_t)number;
	return err;
}

/**
 * sync_put_header() - write the header of a datagram
 * @bytes: where to
 * @header: what it says
 */
void sync_put_header(uint8_t bytes[SYNC_HEADER_SIZE],
		     const struct sync_header *header)
{
	struct sync_writer writer = { bytes, 0, SYNC_HEADER_SIZE };

	put(&writer, magic, 5);
	put_number(&writer, header->kind, 1);
	put_number(&writer, 0, 2);
	put_number(&writer, header->tag, 8);
	put_number(&writer, header->number, 8);
}

/**
 * sync_get_header() - read the header of a datagram
 * @bytes: the datagram
 * @length: of it
 * @header: the result
 *
 * Return: 0 or -EPROTO.
 */
int sync_get_header(const uint8_t *bytes, size_t length,
		    struct sync_header *header)
{
	struct sync_reader reader = { bytes, length };
	uint8_t start[5];
	uint16_t nothing;

	if (get(&reader, start, sizeof(start)) || memcmp(start, magic, 5) ||
	    get_u8(&reader, &header->kind) || get_u16(&reader, &nothing) ||
	    nothing || get_number(&reader, &header->tag, 8) ||
	    get_number(&reader, &header->number, 8))
		return -EPROTO;
	return header->kind == SYNC_KIND_GREETING ||
	       header->kind == SYNC_KIND_FRAME ? 0 : -EPROTO;
}

static size_t address_size(sa_family_t family)
{
	return family == AF_INET ? 4 : 16;
}

static void put_address(struct sync_writer *writer,
			const struct nflb_address *address)
{
	put(writer, &address->v6, address_size(address->family));
}

static void put_family(struct sync_writer *writer, sa_family_t family)
{
	put_number(writer, family == AF_INET ? 4 : 6, 1);
}

static int get_family(struct sync_reader *reader, sa_family_t *family)
{
	uint8_t number;

	if (get_u8(reader, &number) || (number != 4 && number != 6))
		return -EPROTO;
	*family = number == 4 ? AF_INET : AF_INET6;
	return 0;
}

static int get_address(struct sync_reader *reader, sa_family_t family,
		       struct nflb_address *address)
{
	address->family = family;
	return get(reader, &address->v6, address_size(family));
}

static void put_end(struct sync_writer *writer,
		    const struct nflb_address *address, uint16_t port)
{
	put_address(writer, address);
	put_number(writer, port, 2);
}

static int get_end(struct sync_reader *reader, sa_family_t family,
		   struct nflb_address *address, uint16_t *port)
{
	int err = get_address(reader, family, address);

	return err ? err : get_u16(reader, port);
}

static void put_key(struct sync_writer *writer, const struct nflb_key *key)
{
	put_family(writer, key->address.family);
	put_number(writer, key->protocol, 1);
	if (!key->protocol) {
		put_number(writer, key->mark, 4);
		return;
	}
	put_number(writer, key->prefix, 1);
	put_end(writer, &key->address, key->port);
	put_number(writer, key->port_last, 2);
}

static int get_key(struct sync_reader *reader, struct nflb_key *key)
{
	sa_family_t family;

	if (get_family(reader, &family) || get_u8(reader, &key->protocol))
		return -EPROTO;
	if (!key->protocol) {
		key->address.family = family;
		return get_u32(reader, &key->mark);
	}
	if (get_u8(reader, &key->prefix) ||
	    get_end(reader, family, &key->address, &key->port))
		return -EPROTO;
	return get_u16(reader, &key->port_last);
}

static void put_backend(struct sync_writer *writer,
			const struct nflb_address *address, uint16_t port)
{
	put_family(writer, address->family);
	put_end(writer, address, port);
}

static int get_backend(struct sync_reader *reader, struct nflb_address *address,
		       uint16_t *port)
{
	sa_family_t family;

	if (get_family(reader, &family))
		return -EPROTO;
	return get_end(reader, family, address, port);
}

static void put_connection(struct sync_writer *writer,
			   const struct nflb_connection *c, uint8_t end)
{
	put_key(writer, &c->service);
	put_backend(writer, &c->backend, c->backend_port);
	put_end(writer, &c->client, c->client_port);
	put_end(writer, &c->destination, c->destination_port);
	put_number(writer, c->protocol, 1);
	put_number(writer, c->forward, 1);
	put_number(writer, c->state, 1);
	put_number(writer, end, 1);
	put_number(writer, c->flags, 1);
	put_number(writer, c->expires, 4);
	put_number(writer, c->tcp_seq, 1);
	put_number(writer, c->tcp_ack, 1);
	if (c->forward == NFLB_FORWARD_FULLNAT)
		put_end(writer, &c->source, c->source_port);
	if (c->protocol != IPPROTO_SCTP)
		return;
	put_number(writer, c->sctp_tag[0], 4);
	put_number(writer, c->sctp_tag[1], 4);
}

static int get_flow(struct sync_reader *reader, struct nflb_connection *c)
{
	sa_family_t family = c->service.address.family;

	if (get_end(reader, family, &c->client, &c->client_port) ||
	    get_end(reader, family, &c->destination, &c->destination_port))
		return -EPROTO;
	return get_u8(reader, &c->protocol);
}

static int get_progress(struct sync_reader *reader, struct nflb_connection *c,
			uint8_t *end)
{
	if (get_u8(reader, &c->forward) || c->forward > NFLB_FORWARD_MAX ||
	    get_u8(reader, &c->state) || !c->state ||
	    c->state > NFLB_STATE_MAX || get_u8(reader, end) ||
	    *end > NFLB_END_MAX || get_u8(reader, &c->flags) ||
	    get_u32(reader, &c->expires) || get_u8(reader, &c->tcp_seq))
		return -EPROTO;
	return get_u8(reader, &c->tcp_ack);
}

static int get_connection(struct sync_reader *reader, struct nflb_connection *c,
			  uint8_t *end)
{
	if (get_backend(reader, &c->backend, &c->backend_port) ||
	    get_flow(reader, c) || get_progress(reader, c, end))
		return -EPROTO;
	if (c->forward == NFLB_FORWARD_FULLNAT &&
	    get_end(reader, c->service.address.family, &c->source,
		    &c->source_port))
		return -EPROTO;
	if (c->protocol != IPPROTO_SCTP)
		return 0;
	if (get_u32(reader, &c->sctp_tag[0]))
		return -EPROTO;
	return get_u32(reader, &c->sctp_tag[1]);
}

static void put_affinity(struct sync_writer *writer,
			 const struct nflb_affinity *affinity)
{
	put_key(writer, &affinity->service);
	put_backend(writer, &affinity->backend, affinity->backend_port);
	put_address(writer, &affinity->client.address);
	put_number(writer, affinity->client.length, 1);
	put_number(writer, affinity->expires, 4);
}

static int get_affinity(struct sync_reader *reader,
			struct nflb_affinity *affinity)
{
	if (get_backend(reader, &affinity->backend, &affinity->backend_port) ||
	    get_address(reader, affinity->service.address.family,
			&affinity->client.address) ||
	    get_u8(reader, &affinity->client.length))
		return -EPROTO;
	return get_u32(reader, &affinity->expires);
}

/**
 * sync_put_changes() - begin a frame of changes
 * @writer: empty
 * @stream: of the sender
 * @number: of the frame in it
 *
 * Return: 0 or -ENOSPC.
 */
int sync_put_changes(struct sync_writer *writer, uint32_t stream,
		     uint32_t number)
{
	size_t before = writer->length;

	put_number(writer, SYNC_TYPE_CHANGES, 1);
	put_number(writer, stream, 4);
	put_number(writer, number, 4);
	return finish(writer, before);
}

/**
 * sync_put_change() - write one more change
 * @writer: a frame of changes
 * @change: the change
 *
 * Return: 0; -ENOSPC when it does not fit, with nothing written.
 */
int sync_put_change(struct sync_writer *writer,
		    const struct nflb_change *change)
{
	size_t before = writer->length;

	if (change->is_affinity) {
		put_number(writer, RECORD_AFFINITY, 1);
		put_affinity(writer, &change->affinity);
	} else {
		put_number(writer, RECORD_CONNECTION, 1);
		put_connection(writer, &change->connection, change->end);
	}
	return finish(writer, before);
}

int sync_put_ack(struct sync_writer *writer, const struct sync_ack *ack)
{
	size_t before = writer->length;
	unsigned int i;

	put_number(writer, SYNC_TYPE_ACK, 1);
	put_number(writer, ack->stream, 4);
	put_number(writer, ack->next, 4);
	put_number(writer, ack->gaps, 1);
	for (i = 0; i < ack->gaps; i++) {
		put_number(writer, ack->gap[i].first, 4);
		put_number(writer, ack->gap[i].behind, 4);
	}
	return finish(writer, before);
}

int sync_get_type(struct sync_reader *reader, uint8_t *type)
{
	return get_u8(reader, type);
}

int sync_get_changes(struct sync_reader *reader, uint32_t *stream,
		     uint32_t *number)
{
	int err = get_u32(reader, stream);

	return err ? err : get_u32(reader, number);
}

/**
 * sync_get_change() - read the next change of a frame
 * @reader: in a frame of changes, behind sync_get_changes(); not at its end
 * @change: the result
 *
 * Return: 0 or -EPROTO.
 */
int sync_get_change(struct sync_reader *reader, struct nflb_change *change)
{
	uint8_t kind;

	memset(change, 0, sizeof(*change));
	if (get_u8(reader, &kind))
		return -EPROTO;
	change->is_affinity = kind == RECORD_AFFINITY;
	if (change->is_affinity)
		return get_key(reader, &change->affinity.service) ?
		       -EPROTO : get_affinity(reader, &change->affinity);
	if (kind != RECORD_CONNECTION ||
	    get_key(reader, &change->connection.service))
		return -EPROTO;
	return get_connection(reader, &change->connection, &change->end);
}

int sync_get_ack(struct sync_reader *reader, struct sync_ack *ack)
{
	uint8_t gaps;
	unsigned int i;

	if (get_u32(reader, &ack->stream) || get_u32(reader, &ack->next) ||
	    get_u8(reader, &gaps) || gaps > SYNC_GAPS_MAX)
		return -EPROTO;
	ack->gaps = gaps;
	for (i = 0; i < gaps; i++) {
		if (get_u32(reader, &ack->gap[i].first) ||
		    get_u32(reader, &ack->gap[i].behind))
			return -EPROTO;
	}
	return reader->length ? -EPROTO : 0;
}
