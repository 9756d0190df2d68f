// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdio_ext.h>

#include "page.h"

/**
 * page_write() - write all metrics
 * @input: what there is to tell; what is missing is left out
 * @stream: where to
 *
 * Return: 0, or -EIO when the stream failed.
 */
int page_write(const struct page_input *input, FILE *stream)
{
	/* There is one thread; a lock for each piece of a long page adds up. */
	__fsetlocking(stream, FSETLOCKING_BYCALLER);
	if (input->config)
		page_kernel(input->config, stream);
	if (input->totals)
		page_totals(input->totals, stream);
	if (input->status) {
		page_status(input->status, stream);
		page_checks(input->status, stream);
	}
	family_begin(stream, "lbd_complete", FAMILY_GAUGE,
		     "1 if the kernel and all of lbd were heard for this page");
	family_sample(stream, "lbd_complete", "", NULL,
		      input->config && input->totals && input->status);
	fputs("# EOF\n", stream);
	return ferror(stream) ? -EIO : 0;
}
