// SPDX-License-Identifier: GPL-2.0
/* authentication and auth_hmac of an instance */
#include <errno.h>
#include <string.h>

#include <sodium.h>

#include "vrrp_words.h"

#define MICROSECONDS	1000000ull

struct password {
	const char *type;
	const char *word;
};

static const struct config_word password_words[] = {
	{ .word = "auth_type", .kind = CONFIG_STRING,
	  .offset = offsetof(struct password, type) },
	{ .word = "auth_pass", .kind = CONFIG_STRING,
	  .offset = offsetof(struct password, word) },
	{ }
};

/**
 * vrrp_take_password() - read an authentication block
 * @context: where words are bound
 * @block: the line that has the block
 * @instance: gets the password
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_password(struct config_context *context,
		       const struct config_node *block,
		       struct config_vrrp_instance *instance)
{
	struct password password = { 0 };
	size_t len;

	if (config_bind(context, block->block, password_words, &password))
		return -EINVAL;
	if (password.type && !strcmp(password.type, "AH")) {
		config_warning(context->report, &block->origin,
			       "auth_type AH is not spoken: routers that do will not hear this one; use auth_hmac");
		return 0;
	}
	if (password.type && strcmp(password.type, "PASS"))
		return config_error(context->report, &block->origin,
				    "auth_type must be PASS, not %s", password.type);
	if (!password.word || !*password.word)
		return config_error(context->report, &block->origin,
				    "auth_pass is missing");
	len = strlen(password.word);
	if (len > sizeof(instance->password)) {
		config_warning(context->report, &block->origin,
			       "only the first 8 characters of auth_pass count");
		len = sizeof(instance->password);
	}
	memset(instance->password, 0, sizeof(instance->password));
	memcpy(instance->password, password.word, len);
	instance->auth = VRRP_AUTH_PASS;
	return 0;
}

/* hex:DIGITS, or the secret itself. */
static int take_secret(struct config_context *context,
		       const struct config_node *node, const char *text,
		       struct config_vrrp_key *key)
{
	size_t length = strlen(text);
	const char *end;

	if (strncmp(text, "hex:", 4)) {
		if (length <= sizeof(key->secret))
			memcpy(key->secret, text, length);
	} else if (sodium_hex2bin(key->secret, sizeof(key->secret), text + 4,
				  length - 4, NULL, &length, &end) || *end) {
		return config_error(context->report, &node->origin,
				    "the key is not hex: with two digits for each of %d to %d bytes",
				    VRRP_KEY_MIN, VRRP_KEY_MAX);
	}
	if (length < VRRP_KEY_MIN || length > VRRP_KEY_MAX)
		return config_error(context->report, &node->origin,
				    "the key has %zu bytes, it must have %d to %d",
				    length, VRRP_KEY_MIN, VRRP_KEY_MAX);
	key->length = (uint8_t)length;
	return 0;
}

static const struct config_vrrp_key *
find_key(const struct config_vrrp_hmac *hmac, uint64_t id)
{
	size_t i;

	for (i = 0; i < hmac->key_count; i++) {
		if (hmac->keys[i].id == id)
			return &hmac->keys[i];
	}
	return NULL;
}

/* key ID SECRET */
static int take_key(struct config_context *context,
		    const struct config_node *node, void *object)
{
	struct config_vrrp_hmac *hmac = object;
	struct config_vrrp_key *key;
	const char *secret;
	uint64_t id;

	if (config_take_uint(context, node, 0, 0, UINT8_MAX, &id) ||
	    config_take_text(context, node, 1, &secret))
		return -EINVAL;
	config_end_arguments(context, node, 2);
	if (find_key(hmac, id))
		return config_error(context->report, &node->origin,
				    "there is a key %ju already", (uintmax_t)id);
	key = config_grow(context->arena, &hmac->keys, hmac->key_count,
			  sizeof(*key));
	if (!key)
		return config_no_memory(context, node);
	*key = (struct config_vrrp_key){ .id = (uint8_t)id };
	if (take_secret(context, node, secret, key))
		return -EINVAL;
	hmac->key_count++;
	return 0;
}

static int take_active(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct config_vrrp_hmac *hmac = object;
	uint64_t id;

	if (config_take_uint(context, node, 0, 0, UINT8_MAX, &id))
		return -EINVAL;
	config_end_arguments(context, node, 1);
	hmac->active_key = (uint8_t)id;
	return 0;
}

/* anti_replay time|none */
static int take_replay(struct config_context *context,
		       const struct config_node *node, void *object)
{
	struct config_vrrp_hmac *hmac = object;
	const char *text;

	if (config_take_text(context, node, 0, &text))
		return -EINVAL;
	if (!vrrp_one_of(text, "time", "none", NULL))
		return config_error(context->report, &node->origin,
				    "anti_replay must be time or none, not %s",
				    text);
	config_end_arguments(context, node, 1);
	hmac->anti_replay = !strcmp(text, "time");
	return 0;
}

static int take_mode(struct config_context *context,
		     const struct config_node *node, void *object)
{
	struct config_vrrp_hmac *hmac = object;
	const char *text;

	if (config_take_text(context, node, 0, &text))
		return -EINVAL;
	config_end_arguments(context, node, 1);
	if (!strcmp(text, "enforce"))
		hmac->mode = VRRP_HMAC_ENFORCE;
	else if (!strcmp(text, "permissive"))
		hmac->mode = VRRP_HMAC_PERMISSIVE;
	else if (!strcmp(text, "receive-only"))
		hmac->mode = VRRP_HMAC_RECEIVE_ONLY;
	else
		return config_error(context->report, &node->origin,
				    "mode must be enforce, permissive or receive-only, not %s",
				    text);
	return 0;
}

static const struct config_word hmac_words[] = {
	{ .word = "key", .kind = CONFIG_CALL, .fn = take_key },
	{ .word = "active_key", .kind = CONFIG_CALL, .fn = take_active },
	{ .word = "anti_replay", .kind = CONFIG_CALL, .fn = take_replay },
	{ .word = "time_window", .kind = CONFIG_TIME,
	  .offset = offsetof(struct config_vrrp_hmac, time_window),
	  .min = MICROSECONDS, .max = 3600 * MICROSECONDS },
	{ .word = "mode", .kind = CONFIG_CALL, .fn = take_mode },
	{ }
};

/**
 * vrrp_take_hmac() - read an auth_hmac block
 * @context: where words are bound
 * @block: the line that has the block
 * @instance: gets the keys
 *
 * Return: 0 or a negative errno after config_error().
 */
int vrrp_take_hmac(struct config_context *context,
		   const struct config_node *block,
		   struct config_vrrp_instance *instance)
{
	struct config_vrrp_hmac hmac = {
		.anti_replay = true,
		.time_window = 5 * MICROSECONDS,
		.mode = VRRP_HMAC_ENFORCE,
	};
	const struct config_node *node;
	bool active = false;

	if (config_bind(context, block->block, hmac_words, &hmac))
		return -EINVAL;
	if (!hmac.key_count)
		return config_error(context->report, &block->origin,
				    "auth_hmac has no key");
	for (node = block->block; node; node = node->next)
		active |= !strcmp(node->word, "active_key");
	if (!active)
		hmac.active_key = hmac.keys[0].id;
	if (!find_key(&hmac, hmac.active_key))
		return config_error(context->report, &block->origin,
				    "there is no key %u for active_key",
				    hmac.active_key);
	instance->hmac = hmac;
	instance->auth = VRRP_AUTH_HMAC;
	return 0;
}
