// SPDX-License-Identifier: GPL-2.0
/*
 * Connections that another director tells of. Its word is newer than an earlier
 * one of its own, and older than any packet that has been seen here since:
 * NFLB_CONN_IMPORTED tells the two apart.
 */
#include "conn.h"
#include "conn_import.h"
#include "event.h"
#include "net.h"
#include "source.h"

static enum nflb_state told_state(const struct nflb_conn_import *import)
{
	return import->told.status & NFLB_CONN_STATE;
}

/*
 * Methods may have been changed since the connection began. Tunnels have their
 * options from the backend; NAT of neighbours is full NAT, see hairpin.c.
 */
static bool forward_fits(const struct nflb_backend *backend, u8 forward)
{
	/* Pairs with nflb_backend_finish(): a tunnel has its options. */
	u8 own = smp_load_acquire(&backend->forward);

	return forward == own || (nflb_forward_translates(forward) &&
				  nflb_forward_translates(own));
}

static bool source_fits(struct nflb_conn *conn,
			const struct nflb_conn_import *import)
{
	struct nflb_endpoint source = nflb_conn_source_end(conn);

	return conn->forward != NFLB_FORWARD_FULLNAT ||
	       (source.port == import->source_port &&
		nflb_addr_equal(source.addr, import->source,
				import->request.family));
}

/* It is the same connection, as far as can be told. */
static bool same(struct nflb_conn *conn, const struct nflb_backend *backend,
		 const struct nflb_conn_import *import)
{
	return conn->backend == backend && conn->forward == import->forward &&
	       source_fits(conn, import);
}

/* No packet of it has been seen here, or it has ended. */
static bool gives_way(const struct nflb_conn *conn)
{
	return atomic_read(&conn->status) & NFLB_CONN_IMPORTED ||
	       nflb_conn_over(conn);
}

static enum nflb_import_attr create(struct nflb_net *nn,
				    struct nflb_backend *backend,
				    const struct nflb_conn_import *import)
{
	struct nflb_endpoint source = { import->source, import->source_port };
	struct nflb_conn *conn, *opened;
	enum nflb_drop reason;

	conn = nflb_conn_new(nn, backend, &import->request, import->forward,
			     &reason);
	if (!conn)
		return NFLB_IMPORT_REFUSED;
	nflb_proto_adopt(conn, &import->told);
	if (import->forward == NFLB_FORWARD_FULLNAT &&
	    !nflb_source_claim(conn, &source)) {
		nflb_conn_release(nn, conn);
		return NFLB_IMPORT_REFUSED;
	}
	opened = nflb_conn_publish(nn, conn, &reason);
	if (opened != conn)
		return opened ? NFLB_IMPORT_SAME : NFLB_IMPORT_REFUSED;
	nflb_event_conn(conn, NFLB_EVENT_CONNECTION_NEW, NFLB_END_UNSPEC);
	return NFLB_IMPORT_NEW;
}

/* Another one has begun where this one was. */
static enum nflb_import_attr replace(struct nflb_net *nn,
				     struct nflb_conn *conn,
				     struct nflb_backend *backend,
				     const struct nflb_conn_import *import)
{
	nflb_conn_end(nn, conn, NFLB_END_REPLACED);
	return create(nn, backend, import);
}

static enum nflb_import_attr update(struct nflb_net *nn, struct nflb_conn *conn,
				    struct nflb_backend *backend,
				    const struct nflb_conn_import *import)
{
	if (nflb_conn_expired(conn))
		return replace(nn, conn, backend, import);
	if (!same(conn, backend, import))
		return gives_way(conn) ? replace(nn, conn, backend, import) :
					 NFLB_IMPORT_REFUSED;
	if (nflb_conn_state(conn) >= NFLB_STATE_FIN_WAIT &&
	    told_state(import) < NFLB_STATE_FIN_WAIT)
		return atomic_read(&conn->status) & NFLB_CONN_IMPORTED ?
		       replace(nn, conn, backend, import) : NFLB_IMPORT_SAME;
	return nflb_proto_told(conn, &import->told) ? NFLB_IMPORT_UPDATED :
						      NFLB_IMPORT_SAME;
}

/*
 * What is alive here has its own end, but if the other director saw it close it
 * is about to.
 */
static enum nflb_import_attr end(struct nflb_net *nn, struct nflb_conn *conn,
				 const struct nflb_backend *backend,
				 const struct nflb_conn_import *import)
{
	if (!conn || !same(conn, backend, import))
		return NFLB_IMPORT_SAME;
	if (gives_way(conn))
		return nflb_conn_end(nn, conn, import->end) ?
		       NFLB_IMPORT_REMOVED : NFLB_IMPORT_SAME;
	return nflb_proto_told(conn, &import->told) ? NFLB_IMPORT_UPDATED :
						      NFLB_IMPORT_SAME;
}

static enum nflb_import_attr import_one(struct nflb_net *nn,
					struct nflb_backend *backend,
					const struct nflb_conn_import *import)
{
	struct nflb_conn *conn;
	enum nflb_dir dir;

	conn = nflb_conn_lookup(nn, &import->request, &dir);
	/* The reply of another connection looks the same. */
	if (conn && dir != NFLB_DIR_REQUEST)
		return NFLB_IMPORT_REFUSED;
	if (import->end)
		return end(nn, conn, backend, import);
	if (nflb_backend_dead(backend))
		return NFLB_IMPORT_UNKNOWN;
	if (!forward_fits(backend, import->forward))
		return NFLB_IMPORT_REFUSED;
	if (conn)
		return update(nn, conn, backend, import);
	return create(nn, backend, import);
}

/**
 * nflb_conn_import - another director tells of a connection
 * @backend: its backend; the namespace's lock is held
 * @import: what it says
 *
 * Limits of the service are not asked: the connection was admitted elsewhere.
 * It is nothing that this director accepted, so counters stay.
 *
 * Context: process.
 * Return: what became of it.
 */
enum nflb_import_attr nflb_conn_import(struct nflb_backend *backend,
				       const struct nflb_conn_import *import)
{
	struct nflb_net *nn = backend->service->nn;
	enum nflb_import_attr done;

	lockdep_assert_held(&nn->lock);
	local_bh_disable();
	rcu_read_lock();
	done = import_one(nn, backend, import);
	rcu_read_unlock();
	local_bh_enable();
	if (done == NFLB_IMPORT_NEW)
		nflb_conn_sweep_start(nn);
	return done;
}
