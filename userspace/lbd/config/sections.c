// SPDX-License-Identifier: GPL-2.0
/* All sections of a configuration */
#include "config.h"
#include "section.h"

static const struct config_word track_words[] = {
	{ "vrrp_script", CONFIG_CALL, .fn = config_take_script },
	{ "track_file", CONFIG_CALL, .fn = config_take_file },
	{ "vrrp_track_file", CONFIG_CALL, .fn = config_take_file },
	{ "track_process", CONFIG_CALL, .fn = config_take_process },
	{ "vrrp_track_process", CONFIG_CALL, .fn = config_take_process },
	{ }
};

const struct config_section config_section_track = {
	.words = track_words,
};

const struct config_section *const config_sections[CONFIG_SECTIONS] = {
	&config_section_globals,
	&config_section_track,
	&config_section_service,
	&config_section_vrrp,
	&config_section_sync,
	&config_section_metrics,
};
