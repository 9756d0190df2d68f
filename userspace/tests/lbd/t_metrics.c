// SPDX-License-Identifier: GPL-2.0
/*
 * The page of metrics. With an argument it is written to the standard output,
 * for openmetrics.py.
 */
#include <netinet/in.h>
#include <stdlib.h>

#include "../../lbd/metrics/page.h"
#include "../tap.h"

static const char status_text[] =
	"{\"control\":{\"version\":\"0.1\",\"started\":1700000000,\"reloads\":3},"
	"\"kernel\":{\"operations\":7,\"drift\":1},"
	"\"roles\":{\"lbd-vrrp\":{\"running\":true,\"restarts\":2}},"
	"\"services\":[{\"name\":\"a\\\"b\\\\c\\nd\",\"quorum\":true,\"weight\":4,"
	"\"backends\":[{\"name\":\"x\",\"up\":true,\"weight\":4},"
	"{\"name\":\"y\",\"up\":false,\"weight\":0,"
	"\"addresses\":[{\"address\":\"2001:db8::1\",\"port\":80}]}]},"
	"{\"name\":\"one\",\"keys\":[\"udp 192.0.2.1:53\"],\"backends\":[]}],"
	"\"tracked\":[{\"kind\":\"file\",\"name\":\"f\",\"value\":-3},"
	"{\"kind\":\"script\",\"name\":\"s\",\"value\":null}],"
	"\"vrrp\":{\"instances\":[{\"name\":\"VI_1\",\"state\":\"MASTER\","
	"\"priority\":150,\"counters\":{\"sent\":12}}]},"
	"\"sync\":{\"peers\":[{\"lag\":0.5,\"name\":\"p\",\"up\":true}],\"sent\":9},"
	"\"checkers\":{\"probes\":2,\"under_way\":1,\"latency_bounds\":[1000,10000],"
	"\"checks\":[{\"check\":0,\"service\":0,\"backend\":1,\"type\":\"TCP_CHECK\","
	"\"health\":\"down\",\"passed\":5,\"failed\":2,\"latency_sum\":12500,"
	"\"latency\":[3,2,1],\"response_time\":4000},"
	"{\"check\":2,\"service\":0,\"backend\":0,\"type\":\"TCP_CHECK\","
	"\"health\":\"up\",\"latency_sum\":10000,\"latency\":[0,10,1]},"
	"{\"check\":1,\"service\":9,\"backend\":-1}]}}";

static struct nflb_backend backends[2];
static struct nflb_pool pool = {
	.service = {
		.key = {
			.protocol = IPPROTO_TCP, .port = 80,
			.address = { .family = AF_INET },
		},
		.stats = { .connections = 5, .packets_in = 6, .packets_out = 7 },
	},
	.backends = backends, .count = 2,
};

static char *make_page(bool complete)
{
	const struct nflb_config config = { .pools = &pool, .count = 1 };
	struct nflb_totals totals = { .connections = 3, .drops = 2 };
	json_t *status = json_loads(status_text, 0, NULL);
	struct page_input input = { .config = &config };
	char *text = NULL;
	size_t length;
	FILE *stream = open_memstream(&text, &length);

	if (complete) {
		input.totals = &totals;
		input.status = status;
	}
	if (page_write(&input, stream))
		exit(1);
	fclose(stream);
	json_decref(status);
	return text;
}

static void has(const char *page, const char *line)
{
	ok(strstr(page, line), "%.*s", (int)strlen(line) - 1, line);
}

int main(int argc, char **argv)
{
	char *page;

	(void)argv;
	pool.service.key.address.v4.s_addr = htonl(0xc0000201);
	backends[0].address.family = AF_INET;
	backends[0].state = NFLB_BACKEND_STATE_DRAINING;
	backends[1].address.family = AF_INET6;
	backends[1].port = 8080;
	page = make_page(true);
	if (argc > 1) {
		fputs(page, stdout);
		free(page);
		return 0;
	}
	has(page, "nflb_service_connections_total{service=\"tcp 192.0.2.1:80\"} 5\n");
	has(page, "nflb_service_packets_total{service=\"tcp 192.0.2.1:80\",direction=\"in\"} 6\n"
	    "nflb_service_packets_total{service=\"tcp 192.0.2.1:80\",direction=\"out\"} 7\n");
	has(page, "nflb_backend_weight{service=\"tcp 192.0.2.1:80\",backend=\"[::]:8080\"} 0\n");
	has(page, "backend=\"0.0.0.0\",state=\"draining\"} 1\n");
	has(page, "lbd_service_quorum{service=\"a\\\"b\\\\c\\nd\"} 1\n");
	has(page, "lbd_service_quorum{service=\"udp 192.0.2.1:53\"} 0\n");
	has(page, "lbd_role_restarts_total{role=\"lbd-vrrp\"} 2\n");
	has(page, "lbd_tracked_value{kind=\"file\",name=\"f\"} -3\n");
	ok(!strstr(page, "name=\"s\""), "what is not known is left out");
	has(page, "lbd_vrrp_state{vrrp=\"VI_1\",lbd_vrrp_state=\"master\"} 1\n");
	has(page, "lbd_vrrp_adverts_sent_total{vrrp=\"VI_1\"} 12\n");
	has(page, "lbd_sync{name=\"peers.0.lag\"} 0.5\n");
	has(page, "type=\"TCP_CHECK\",le=\"0.01\"} 15\n");
	has(page, "type=\"TCP_CHECK\",le=\"+Inf\"} 17\n");
	has(page, "type=\"TCP_CHECK\",check=\"0\"} 0.004\n");
	has(page, "lbd_check_duration_seconds_sum{service=\"a\\\"b\\\\c\\nd\",type=\"TCP_CHECK\"} 0.0225\n");
	has(page, "lbd_complete 1\n# EOF\n");
	free(page);
	page = make_page(false);
	has(page, "lbd_complete 0\n# EOF\n");
	free(page);
	return tap_end();
}
