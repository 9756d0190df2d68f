// SPDX-License-Identifier: GPL-2.0
/*
 * Ports are given out in the order of their slots, round and round, so one that
 * was given back comes last: its peer may still be in TIME_WAIT. A keyed
 * permutation makes ports of slots, so that nobody can tell which is next.
 *
 * A search looks at 64 slots with every word of the map, and at each word at
 * most once: a nearly full range costs a few words more, never a walk over
 * connections.
 */
#include <linux/bitmap.h>
#include <linux/jhash.h>
#include <linux/kernel.h>

#include "ports.h"

#define NFLB_PORTS_ROUNDS	4

/**
 * nflb_ports_init - begin with all ports free
 * @ports: memory of nflb_ports_size(), zeroed
 * @min: first port, host byte order
 * @max: last port, not below @min
 * @key: random number
 */
void nflb_ports_init(struct nflb_ports *ports, u16 min, u16 max, u32 key)
{
	ports->min = min;
	ports->count = max - min + 1;
	ports->key = key;
	ports->half = max(DIV_ROUND_UP(fls(ports->count - 1), 2), 1);
	atomic_set(&ports->used, 0);
}

/**
 * nflb_ports_take - take a free slot
 * @ports: range
 *
 * Counting first makes sure that there is one to be found: nobody sets more
 * bits than are counted, and a bit is cleared before it is no longer counted.
 *
 * Context: any.
 * Return: the slot, for nflb_ports_give(), or -1 if all are taken.
 */
int nflb_ports_take(struct nflb_ports *ports)
{
	unsigned long slot = READ_ONCE(ports->next);

	if (!atomic_add_unless(&ports->used, 1, ports->count))
		return -1;
	do {
		slot = find_next_zero_bit(ports->map, ports->count, slot);
		if (slot >= ports->count)
			slot = find_first_zero_bit(ports->map, ports->count);
	} while (slot >= ports->count || test_and_set_bit(slot, ports->map));

	WRITE_ONCE(ports->next, slot + 1);
	return slot;
}

/**
 * nflb_ports_give - give a slot back
 * @ports: range
 * @slot: what nflb_ports_take() gave
 *
 * Context: any.
 */
void nflb_ports_give(struct nflb_ports *ports, u32 slot)
{
	clear_bit(slot, ports->map);
	/* Whoever counts it as free is to find it, see nflb_ports_take(). */
	smp_mb__after_atomic();
	atomic_dec(&ports->used);
}

/* A Feistel network: whatever the round function, it is a permutation. */
static u32 permute(const struct nflb_ports *ports, u32 value)
{
	u32 mask = BIT(ports->half) - 1;
	u32 left = value >> ports->half, right = value & mask, old;
	int round;

	for (round = 0; round < NFLB_PORTS_ROUNDS; round++) {
		old = right;
		right = left ^ (jhash_2words(right, round, ports->key) & mask);
		left = old;
	}
	return left << ports->half | right;
}

/**
 * nflb_ports_port - port of a slot
 * @ports: range
 * @slot: slot, below the number of ports
 *
 * The permutation is of the next power of four; where it leads out of the range
 * it is followed until it is back, less than four steps on average.
 *
 * Context: any.
 * Return: port, host byte order.
 */
u16 nflb_ports_port(const struct nflb_ports *ports, u32 slot)
{
	do {
		slot = permute(ports, slot);
	} while (slot >= ports->count);
	return ports->min + slot;
}

/* The way back of permute(). */
static u32 unpermute(const struct nflb_ports *ports, u32 value)
{
	u32 mask = BIT(ports->half) - 1;
	u32 left = value >> ports->half, right = value & mask, old;
	int round;

	for (round = NFLB_PORTS_ROUNDS - 1; round >= 0; round--) {
		old = left;
		left = right ^ (jhash_2words(left, round, ports->key) & mask);
		right = old;
	}
	return left << ports->half | right;
}

/**
 * nflb_ports_claim - take a certain port
 * @ports: range
 * @port: port, host byte order
 *
 * Context: any.
 * Return: its slot, for nflb_ports_give(), or -1 if it is taken, or not one of
 * the range.
 */
int nflb_ports_claim(struct nflb_ports *ports, u16 port)
{
	u32 slot = port - ports->min;

	if (port < ports->min || slot >= ports->count)
		return -1;
	do {
		slot = unpermute(ports, slot);
	} while (slot >= ports->count);
	if (!atomic_add_unless(&ports->used, 1, ports->count))
		return -1;
	if (!test_and_set_bit(slot, ports->map))
		return slot;
	atomic_dec(&ports->used);
	return -1;
}
