// SPDX-License-Identifier: GPL-2.0
/*
 * Flows without a connection. While a service has as many handshakes as it may,
 * as in a flood of SYNs, or the table is full, a flow can do without where
 *
 * - the scheduler's table alone says where each of its packets goes: that of a
 *   scheduler that hashes does;
 * - the backend answers the client itself: a reply that has to be translated
 *   would find nothing that says how. So direct routing and the tunnels can, and
 *   address translation cannot.
 *
 * The first packet that has an ACK comes from a client that got the answer to
 * its SYN, or from somebody who guesses. It opens a connection, established at
 * once, as soon as there is room.
 */
#include <linux/jiffies.h>

#include "backend.h"
#include "limit.h"
#include "sched.h"
#include "service.h"
#include "stateless.h"

/**
 * nflb_stateless_backend - where a packet goes that has no connection
 * @service: service
 * @pkt: any packet of a flow to it
 *
 * SCTP is left out: the tags that tell true from forged are in the connection.
 * So are clients with affinity, whose backend is not the table's to say.
 *
 * Context: RCU read side.
 * Return: a backend, valid until the RCU read side ends; NULL if the flow needs
 * a connection.
 */
struct nflb_backend *nflb_stateless_backend(const struct nflb_service *service,
					    const struct nflb_packet *pkt)
{
	struct nflb_backend *backend;

	if (pkt->protocol == IPPROTO_SCTP ||
	    READ_ONCE(service->affinity.seconds))
		return NULL;
	backend = nflb_sched_home(service, pkt);
	if (!backend ||
	    nflb_forward_translates(READ_ONCE(backend->forward)))
		return NULL;
	if (nflb_packet_begins(pkt) && !nflb_backend_has_room(backend))
		return NULL;
	return backend;
}

/**
 * nflb_stateless_note - a packet goes on without a connection
 * @service: its service
 *
 * The next one of its flow may take as long as a handshake may.
 *
 * Context: softirq, RCU read side.
 */
void nflb_stateless_note(struct nflb_service *service)
{
	unsigned long until = jiffies + READ_ONCE(service->timeouts.syn) * HZ;
	struct nflb_limiter *limiter = &service->limiter;

	percpu_counter_inc(&limiter->stateless);
	/* Shared by all CPUs: once a second is enough. */
	if (time_after(until, READ_ONCE(limiter->stateless_until) + HZ))
		WRITE_ONCE(limiter->stateless_until, until);
}

/**
 * nflb_stateless_goes_on - may this be of a flow that began so?
 * @service: service
 * @pkt: TCP packet of no connection that begins none
 *
 * Context: RCU read side.
 */
bool nflb_stateless_goes_on(const struct nflb_service *service,
			    const struct nflb_packet *pkt)
{
	if (likely(time_after_eq(jiffies,
				 READ_ONCE(service->limiter.stateless_until))))
		return false;
	return !(pkt->tcp_flags & NFLB_TCP_SYN) &&
	       pkt->tcp_flags & (NFLB_TCP_ACK | NFLB_TCP_RST) &&
	       nflb_stateless_backend(service, pkt);
}
