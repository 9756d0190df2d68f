// SPDX-License-Identifier: GPL-2.0
/* Counters per second, whatever happened to services and backends meanwhile */
#include "../lbadm/rates.h"
#include "tap.h"

static void make(struct nflb_config *config, struct nflb_pool *pool,
		 struct nflb_backend *backend, const char *service,
		 const char *address, uint64_t count)
{
	*pool = (struct nflb_pool){ .backends = backend, .count = 1 };
	*backend = (struct nflb_backend){ .port = 80 };
	nflb_address_parse(service, &pool->service.key.address);
	nflb_address_parse(address, &backend->address);
	pool->service.key.protocol = IPPROTO_TCP;
	pool->service.key.port = 80;
	pool->service.stats.packets_in = count;
	backend->stats.bytes_out = count * 10;
	*config = (struct nflb_config){ .pools = pool, .count = 1 };
}

/* "RATE OF THE SERVICE, OF THE BACKEND" */
static void check(const char *service, const char *address, uint64_t before,
		  uint64_t now, uint64_t ms, uint64_t packets, uint64_t bytes,
		  const char *name)
{
	struct nflb_backend old_backend, new_backend;
	struct nflb_pool old_pool, new_pool;
	struct nflb_config old, new;

	make(&old, &old_pool, &old_backend, "192.0.2.1", "198.51.100.1",
	     before);
	make(&new, &new_pool, &new_backend, service, address, now);
	rates_between(&old, &new, ms);
	is_number(new_pool.service.stats.packets_in, packets, name);
	is_number(new_backend.stats.bytes_out, bytes, "and that of its backend");
}

int main(void)
{
	check("192.0.2.1", "198.51.100.1", 5, 15, 1000, 10, 100, "a second");
	check("192.0.2.1", "198.51.100.1", 5, 15, 2000, 5, 50, "two seconds");
	check("192.0.2.1", "198.51.100.1", 5, 15, 10, 1000, 10000,
	      "a hundredth");
	check("192.0.2.1", "198.51.100.1", 5, 5, 1000, 0, 0, "nothing");
	check("192.0.2.1", "198.51.100.1", 50, 7, 1000, 7, 70, "after zero");
	check("192.0.2.1", "198.51.100.2", 5, 15, 1000, 10, 150,
	      "another backend");
	check("192.0.2.2", "198.51.100.1", 5, 15, 1000, 15, 150,
	      "another service");
	return tap_end();
}
