/* SPDX-License-Identifier: GPL-2.0 */
/* What can be asked of lbd, as JSON: {"command": "status", ...} */
#ifndef _LBD_CONTROL_REQUEST_H
#define _LBD_CONTROL_REQUEST_H

#include <jansson.h>

/**
 * request_run() - do what is asked
 * @request: JSON of any kind
 * @done: called once, perhaps at once; @answer belongs to it, and is an object:
 *	with "error" if nothing was done, NULL without memory
 * @context: for @done
 */
void request_run(const json_t *request,
		 void (*done)(void *context, json_t *answer), void *context);

/* The same as the answer to {"command": "status"}. */
void request_status(void (*done)(void *context, json_t *answer),
		    void *context);

#endif /* _LBD_CONTROL_REQUEST_H */
