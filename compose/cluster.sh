#!/usr/bin/env bash
# cluster.sh up | down: the containers of docker-compose.yml (NODES=3: with three brokers).
# up waits until every service reports healthy; the deadline is CLUSTER_TIMEOUT seconds, 300 by default.
set -euo pipefail
cd "$(dirname "$0")"

files=(-f docker-compose.yml)
case "${NODES:-1}" in
  1) ;;
  3) files+=(-f docker-compose.cluster.yml) ;;
  *) echo "cluster: NODES must be 1 or 3, found '${NODES}'" >&2; exit 64 ;;
esac

if docker compose version >/dev/null 2>&1; then compose=(docker compose)
elif command -v docker-compose >/dev/null; then compose=(docker-compose)
else echo "cluster: neither 'docker compose' nor 'docker-compose' was found; install one of them" >&2; exit 1; fi
docker info >/dev/null 2>&1 || { echo "cluster: no Docker engine answers; start one, or use 'make up', which needs none" >&2; exit 1; }

# A password that is made once and kept in a file that only its owner reads.
secret=.postgres-password
if [ -z "${POSTGRES_PASSWORD:-}" ]; then
  [ -s "$secret" ] || (umask 077; head -c 24 /dev/urandom | base64 | tr -d '/+=' > "$secret")
  POSTGRES_PASSWORD=$(cat "$secret")
fi
export POSTGRES_PASSWORD

case "${1:-}" in
  up)
    "${compose[@]}" "${files[@]}" up -d
    deadline=$((SECONDS + ${CLUSTER_TIMEOUT:-300}))
    mapfile -t services < <("${compose[@]}" "${files[@]}" config --services)
    for service in "${services[@]}"; do
      while :; do
        id=$("${compose[@]}" "${files[@]}" ps -q "$service")
        state=$(docker inspect -f '{{.State.Health.Status}}' "$id" 2>/dev/null || echo missing)
        [ "$state" = healthy ] && { echo "cluster: $service healthy"; break; }
        if [ "$SECONDS" -ge "$deadline" ]; then
          echo "cluster: $service is '$state' after ${CLUSTER_TIMEOUT:-300} s; see: ${compose[*]} ${files[*]} logs $service" >&2
          exit 1
        fi
        sleep 2
      done
    done
    echo "cluster: Kafka 127.0.0.1:9092, PostgreSQL 127.0.0.1:5432 (user sluice, password in compose/$secret), Connect http://127.0.0.1:8083, UI http://127.0.0.1:8088"
    ;;
  down)
    extra=(); [ -n "${VOLUMES:-}" ] && extra+=(--volumes)
    "${compose[@]}" "${files[@]}" down "${extra[@]}"
    ;;
  *) echo "usage: cluster.sh up|down" >&2; exit 64 ;;
esac
