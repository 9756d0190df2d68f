# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
#
# Servers and clients of a test.

# traffic ARG...: see `traffic` without arguments
traffic() {
	"$NFLB_BUILD/tools/traffic/traffic" "$@"
}

# traffic_in NAMESPACE ARG...
traffic_in() {
	in_ns "$1" "$NFLB_BUILD/tools/traffic/traffic" "${@:2}"
}

# serve PORT [bN...]: a traffic server in each of them, or every backend
serve() {
	local port=$1 backend
	shift

	(($#)) || set -- "${backends[@]}"
	for backend in "$@"; do
		traffic_in "$backend" serve "$backend" "$port" --daemon
	done
}

# data_moved: what a report on stdin says of data and backends, as one line
data_moved() {
	grep -E '^(bytes|backend\..*|failed|error\..*)=' | sort | xargs
}

# flows_left: what a report on stdin says of flows that were held, as one line
flows_left() {
	grep -E '^(ok|failed|moved|error\..*)=' | xargs
}

# moved NAMESPACE FAMILY PROTOCOL PORT [OPTION]...: what became of four flows,
# which share $BYTES
moved() {
	traffic_in "$1" echo "$3" "$(vip "$2")" "$4" --count 4 --parallel 4 --size 1380 \
		--bytes $((BYTES / 4)) --timeout 15000 "${@:5}" | data_moved
}

nginx_config() {
	local port

	cat <<-EOT
		daemon on;
		user root;
		worker_processes 1;
		pid $2/nginx.pid;
		error_log $2/error.log;
		events { worker_connections 256; }
		http {
			access_log off;
			client_body_temp_path $2;
			proxy_temp_path $2;
			fastcgi_temp_path $2;
			uwsgi_temp_path $2;
			scgi_temp_path $2;
			server {
				$(for port in ${NGINX_PORTS:-80}; do
					echo "listen $port; listen [::]:$port;"
				done)
				location / { return 200 "$1\n"; }
				location /files/ { root $2; }
			}
		}
	EOT
}

# nginx_start [bN...]: a web server whose page is its name, on NGINX_PORTS, or
# port 80; it also serves what is put into $WORK/nginx.NAME/files/
nginx_start() {
	local backend

	(($#)) || set -- "${backends[@]}"
	for backend in "$@"; do
		mkdir "$WORK/nginx.$backend"
		nginx_config "$backend" "$WORK/nginx.$backend" >"$WORK/nginx.$backend/conf"
		in_ns "$backend" nginx -c "$WORK/nginx.$backend/conf" \
			-e "$WORK/nginx.$backend/error.log"
	done
}

# hold_start NAME NAMESPACE tcp|udp ADDRESS PORT [OPTION]...: flows that stay
# open in the background; prints what `traffic hold` says of their opening.
hold_start() {
	local name=$1 space=$2
	shift 2

	traffic_in "$space" hold "$@" --report "$WORK/hold.$name"
}

hold_pid() {
	pgrep -f -- "--report $WORK/hold.$1\$"
}

hold_reported() {
	! hold_pid "$1"
}

# hold_stop NAME: a last ping over each flow; prints what became of them
hold_stop() {
	local name=$1

	pkill -TERM -f -- "--report $WORK/hold.$name\$"
	wait_until 60 hold_reported "$name"
	cat "$WORK/hold.$name"
}

# Flows that nobody asked about.
hold_kill() {
	pkill -KILL -f -- "--report $WORK/hold" || true
}

# flood FAMILY PORT COUNT [OPTION]...: so many SYNs to the VIP, from addresses
# of 10.77.0.0/16 or fd00:77::/64, which nobody has: see flood_setup
flood() {
	traffic_in client flood tcp "$(vip "$1")" "$2" --source "$(nobody "$1")" \
		--count "${@:3}"
}

# flood_start FAMILY PORT RATE: the same in the background until flood_stop, so
# many a second
flood_start() {
	nice -n 19 nsenter --net=/run/netns/client -- \
		"$NFLB_BUILD/tools/traffic/traffic" flood tcp "$(vip "$1")" "$2" \
		--source "$(nobody "$1")" --source-count 60000 --rate "$3" \
		--count 1000000 &
	flood_pid=$!
}

flood_stop() {
	kill "$flood_pid"
	wait "$flood_pid" || true
}

nobody() {
	case $1 in
	4) echo 10.77.0.1 ;;
	6) echo fd00:77::1 ;;
	esac
}

# What answers them goes no further than the director.
flood_setup() {
	ip -n director route add blackhole 10.77.0.0/16
	ip -n director -6 route add blackhole fd00:77::/64
}

churn_pids=()

# churn_start NAMESPACE tcp|udp ADDRESS PORT [OPTION]...: short flows one after
# another in the background, which may fail as they like, until churn_stop
churn_start() {
	nice -n 19 nsenter --net="/run/netns/$1" -- "$NFLB_BUILD/tools/traffic/traffic" \
		echo "${@:2}" --count 1000000 --parallel 32 --timeout 400 \
		--resend 100 --close reset >/dev/null 2>&1 &
	churn_pids+=($!)
}

churn_stop() {
	kill "${churn_pids[@]}"
	wait "${churn_pids[@]}" || true
	churn_pids=()
}
