// SPDX-License-Identifier: GPL-2.0
#include "config.h"
#include "section.h"

static const struct config_word words[] = {
	{ }
};

const struct config_section config_section_vrrp = {
	.words = words,
};
