// SPDX-License-Identifier: GPL-2.0
#include "config.h"
#include "section.h"

static const struct config_word config_words_metrics[] = {
	{ }
};

const struct config_section config_section_metrics = {
	.words = config_words_metrics,
};
