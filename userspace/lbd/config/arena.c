// SPDX-License-Identifier: GPL-2.0
/* Memory that is given back as a whole */
#include <stdlib.h>
#include <string.h>

#include "bind.h"

#define CHUNK_SIZE	(256 * 1024)
#define ALIGNMENT	sizeof(max_align_t)

struct chunk {
	struct chunk *next;
	max_align_t data[];
};

struct config_arena {
	unsigned int users;
	struct config_arena *base;	/* see config_arena_lean() */
	struct chunk *chunks;
	char *free;		/* in the first chunk */
	size_t left;
};

/**
 * config_arena_new() - begin with nothing
 *
 * Return: an arena, or NULL without memory.
 */
struct config_arena *config_arena_new(void)
{
	struct config_arena *arena = calloc(1, sizeof(*arena));

	if (arena)
		arena->users = 1;
	return arena;
}

/**
 * config_arena_lean() - what is in an arena points into another
 * @arena: leans on no other yet
 * @base: stays until @arena is given back, even if it is given back before
 */
void config_arena_lean(struct config_arena *arena, struct config_arena *base)
{
	arena->base = base;
	base->users++;
}

/**
 * config_arena_free() - give back all that was taken from it
 * @arena: may be NULL
 */
void config_arena_free(struct config_arena *arena)
{
	struct chunk *chunk, *next;

	if (!arena || --arena->users)
		return;
	config_arena_free(arena->base);
	for (chunk = arena->chunks; chunk; chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	free(arena);
}

/* What is big has a chunk of its own, behind the one that is filled. */
static void *alloc_apart(struct config_arena *arena, size_t size)
{
	struct chunk *chunk = calloc(1, sizeof(*chunk) + size);

	if (!chunk)
		return NULL;
	if (arena->chunks) {
		chunk->next = arena->chunks->next;
		arena->chunks->next = chunk;
	} else {
		arena->chunks = chunk;
	}
	return chunk->data;
}

/**
 * config_alloc() - memory that lives as long as the arena
 * @arena: where from
 * @size: bytes
 *
 * Return: zeroed memory for any type, or NULL.
 */
void *config_alloc(struct config_arena *arena, size_t size)
{
	struct chunk *chunk;
	void *memory;

	if (size > SIZE_MAX / 2)
		return NULL;
	size = (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
	if (size > CHUNK_SIZE / 4)
		return alloc_apart(arena, size);
	if (size > arena->left) {
		chunk = calloc(1, sizeof(*chunk) + CHUNK_SIZE);
		if (!chunk)
			return NULL;
		chunk->next = arena->chunks;
		arena->chunks = chunk;
		arena->free = (char *)chunk->data;
		arena->left = CHUNK_SIZE;
	}
	memory = arena->free;
	arena->free += size;
	arena->left -= size;
	return memory;
}

char *config_strndup(struct config_arena *arena, const char *text,
		     size_t length)
{
	char *copy = config_alloc(arena, length + 1);

	if (copy)
		memcpy(copy, text, length);
	return copy;
}

char *config_strdup(struct config_arena *arena, const char *text)
{
	return config_strndup(arena, text, strlen(text));
}

/**
 * config_grow() - append to an array
 * @arena: where from
 * @array: address of the pointer to the first element, which may move
 * @count: elements that are there
 * @size: of an element
 *
 * The array doubles whenever @count is a power of two, so it must have grown
 * by this function alone.
 *
 * Return: the new element, zeroed; NULL without memory, and the array as it
 * was.
 */
void *config_grow(struct config_arena *arena, void *array, size_t count,
		  size_t size)
{
	char *elements;

	memcpy(&elements, array, sizeof(elements));
	if (!(count & (count - 1))) {
		size_t room = count ? count * 2 : 1;
		char *more;

		if (room > SIZE_MAX / size)
			return NULL;
		more = config_alloc(arena, room * size);
		if (!more)
			return NULL;
		if (count)
			memcpy(more, elements, count * size);
		elements = more;
		memcpy(array, &elements, sizeof(elements));
	}
	return elements + count * size;
}
