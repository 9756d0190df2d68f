/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A section is a part of the configuration: the words it has at the top level
 * and in global_defs, and what is to be done before and after they are bound
 */
#ifndef _LBD_CONFIG_SECTION_H
#define _LBD_CONFIG_SECTION_H

#include "bind.h"

/**
 * struct config_section - what config.c knows of a section
 * @words: at the top level; the object is the struct config; NULL: none
 * @globals: in global_defs; the object is the struct config_globals; NULL: none
 * @prepare: sets defaults before any word is bound. Return: 0 or -ENOMEM.
 * @settle: resolves names and checks what goes together, when all words of all
 *	sections are bound without an error. Return: 0 or a negative errno after
 *	config_error().
 * @describe: writes what the section would do, a line for each thing
 */
struct config_section {
	const struct config_word *words;
	const struct config_word *globals;
	int (*prepare)(struct config_context *context);
	int (*settle)(struct config_context *context);
	void (*describe)(const struct config *config, FILE *stream);
};

/* In this order they are prepared, settled and described. */
extern const struct config_section config_section_globals;
extern const struct config_section config_section_track;
extern const struct config_section config_section_service;
extern const struct config_section config_section_vrrp;
extern const struct config_section config_section_sync;
extern const struct config_section config_section_metrics;

#define CONFIG_SECTIONS	6

extern const struct config_section *const config_sections[CONFIG_SECTIONS];

#endif /* _LBD_CONFIG_SECTION_H */
