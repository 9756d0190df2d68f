// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "../log.h"
#include "queue.h"

/* A run that waits, with a copy of all it needs: configurations go. */
struct turn {
	struct turn *next;
	struct config_command command;
	const char *words[];	/* argv and what they are made of */
};

/**
 * struct object - what scripts are run for
 * @queue: where
 * @next: in the list of those that could run something
 * @first: what waits; the first one runs if @running
 * @last: where the next one goes
 * @script: what runs
 * @name: tells it from others
 */
struct object {
	struct script_queue *queue;
	struct object *next;
	struct turn *first;
	struct turn **last;
	struct script *script;
	char name[];
};

/**
 * struct script_queue - all objects
 * @host: who runs the scripts
 * @limit: so many at the same time
 * @timeout: of each, microseconds
 * @objects: with something to run, a tree by name
 * @ready: those that do not run anything, in the order of what waits
 * @running: scripts
 * @count: objects
 * @empty: called once when there are none; NULL: nobody waits for it
 * @context: for @empty
 */
struct script_queue {
	struct script_host *host;
	unsigned int limit;
	uint64_t timeout;
	void *objects;
	struct object *ready;
	struct object **ready_last;
	unsigned int running;
	unsigned int count;
	void (*empty)(void *context);
	void *context;
};

static int compare(const void *a, const void *b)
{
	const struct object *one = a, *other = b;

	return strcmp(one->name, other->name);
}

/**
 * script_queue_open() - make a queue
 * @host: who runs the scripts
 * @limit: so many at the same time
 * @timeout: of each; microseconds
 *
 * Return: the queue, or NULL without memory.
 */
struct script_queue *script_queue_open(struct script_host *host,
				       unsigned int limit, uint64_t timeout)
{
	struct script_queue *queue = calloc(1, sizeof(*queue));

	if (!queue)
		return NULL;
	queue->host = host;
	queue->limit = limit;
	queue->timeout = timeout;
	queue->ready_last = &queue->ready;
	return queue;
}

static struct object *find_object(struct script_queue *queue, const char *name)
{
	size_t length = strlen(name) + 1;
	struct object *object = malloc(sizeof(*object) + length);
	struct object **slot;

	if (!object)
		return NULL;
	*object = (struct object){ .queue = queue };
	object->last = &object->first;
	memcpy(object->name, name, length);
	slot = tsearch(object, &queue->objects, compare);
	if (!slot || *slot != object) {
		free(object);
		return slot ? *slot : NULL;
	}
	queue->count++;
	return object;
}

static void forget_object(struct object *object)
{
	struct script_queue *queue = object->queue;

	tdelete(object, &queue->objects, compare);
	queue->count--;
	free(object);
}

static void make_ready(struct object *object)
{
	struct script_queue *queue = object->queue;

	object->next = NULL;
	*queue->ready_last = object;
	queue->ready_last = &object->next;
}

static void tell_empty(struct script_queue *queue)
{
	void (*empty)(void *context) = queue->empty;

	if (queue->count || !empty)
		return;
	queue->empty = NULL;
	empty(queue->context);
}

static void run_ready(struct script_queue *queue);

/* The first turn of an object is over. */
static void turn_over(struct object *object)
{
	struct turn *turn = object->first;

	object->script = NULL;
	object->first = turn->next;
	free(turn);
	if (object->first) {
		make_ready(object);
		return;
	}
	forget_object(object);
}

static void complain(const struct object *object, int code)
{
	const char *program = object->first->command.argv[0];

	if (code == SCRIPT_TIMEOUT)
		log_error("%s of %s took too long and was ended", program,
			  object->name);
	else if (code == SCRIPT_KILLED)
		log_error("%s of %s was killed", program, object->name);
	else if (code)
		log_warning("%s of %s: exit code %d", program, object->name,
			    code);
}

static void script_done(void *context, int code, uint32_t milliseconds)
{
	struct object *object = context;
	struct script_queue *queue = object->queue;

	(void)milliseconds;
	complain(object, code);
	queue->running--;
	turn_over(object);
	run_ready(queue);
	tell_empty(queue);
}

static void run_object(struct object *object)
{
	struct script_queue *queue = object->queue;
	struct script_order order = {
		.command = &object->first->command,
		.timeout = queue->timeout,
		.done = script_done,
		.context = object,
	};
	int err = script_start(queue->host, &order, &object->script);

	if (!err) {
		queue->running++;
		return;
	}
	log_error("%s of %s cannot be run: %s", object->first->command.argv[0],
		  object->name, strerror(-err));
	turn_over(object);
}

static void run_ready(struct script_queue *queue)
{
	struct object *object;

	while (queue->running < queue->limit && (object = queue->ready)) {
		queue->ready = object->next;
		if (!queue->ready)
			queue->ready_last = &queue->ready;
		run_object(object);
	}
}

static size_t words_size(const char *const *words, size_t *count)
{
	size_t size = 0;

	for (; words && *words; words++) {
		size += strlen(*words) + 1;
		(*count)++;
	}
	return size;
}

static const char *put(char **room, const char *text)
{
	char *begin = *room;

	if (!text)
		return NULL;
	*room = stpcpy(begin, text) + 1;
	return begin;
}

static struct turn *make_turn(const struct config_command *command,
			      const char *const *more)
{
	const char *const *own = (const char *const *)command->argv;
	const char *const extra[] = { command->user, command->group, NULL };
	size_t count = 0, i = 0, ignored = 0, size;
	struct turn *turn;
	char *room;

	size = words_size(own, &count) + words_size(more, &count);
	size += command->user ? words_size(extra, &ignored) : 0;
	turn = malloc(sizeof(*turn) + (count + 1) * sizeof(char *) + size);
	if (!turn)
		return NULL;
	room = (char *)&turn->words[count + 1];
	for (; *own; own++)
		turn->words[i++] = put(&room, *own);
	for (; more && *more; more++)
		turn->words[i++] = put(&room, *more);
	turn->words[i] = NULL;
	turn->next = NULL;
	turn->command.argv = turn->words;
	turn->command.user = put(&room, command->user);
	turn->command.group = command->user ? put(&room, command->group) : NULL;
	return turn;
}

/**
 * script_queue_add() - have a script run when it is its turn
 * @queue: where
 * @object: what it is for; scripts of one object never run together
 * @command: the script; one without program is left out
 * @more: arguments after those of the command, ends with NULL; NULL: none
 *
 * All is copied. What cannot be started is logged, and the next one has its
 * turn.
 *
 * Return: 0 or -ENOMEM.
 */
int script_queue_add(struct script_queue *queue, const char *name,
		     const struct config_command *command,
		     const char *const *more)
{
	struct object *object;
	struct turn *turn;
	bool idle;

	if (!command->argv)
		return 0;
	turn = make_turn(command, more);
	object = turn ? find_object(queue, name) : NULL;
	if (!object) {
		free(turn);
		return -ENOMEM;
	}
	idle = !object->first;
	*object->last = turn;
	object->last = &turn->next;
	if (idle)
		make_ready(object);
	run_ready(queue);
	return 0;
}

/**
 * script_queue_when_empty() - wait for the end of all scripts
 * @queue: which
 * @empty: called once, as soon as nothing runs and nothing waits; may be called
 *	at once
 * @context: for @empty
 */
void script_queue_when_empty(struct script_queue *queue,
			     void (*empty)(void *context), void *context)
{
	queue->empty = empty;
	queue->context = context;
	tell_empty(queue);
}

static void drop_object(void *node)
{
	struct object *object = node;
	struct turn *turn;

	if (object->script)
		script_end(object->script);
	while ((turn = object->first)) {
		object->first = turn->next;
		free(turn);
	}
	free(object);
}

/**
 * script_queue_close() - end what runs and forget what waits
 * @queue: not to be used any more
 */
void script_queue_close(struct script_queue *queue)
{
	tdestroy(queue->objects, drop_object);
	free(queue);
}
