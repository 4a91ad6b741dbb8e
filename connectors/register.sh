#!/usr/bin/env bash
# register.sh [FILE...]: registers connector files at a Kafka Connect REST API (Kafka Connect's own, or sluice capture's).
# Without files: all of this folder but pgbench.json, whose tables only the demo has. Safe to repeat: each file is PUT as the
# connector's whole configuration. Prints each task's state; exit code 1 when one has failed or does not run in time.
#
#   CONNECT_URL       default http://127.0.0.1:8083
#   CONNECT_TIMEOUT   seconds to wait for the REST API, and again for the tasks; default 120
set -euo pipefail

url=${CONNECT_URL:-http://127.0.0.1:8083}
url=${url%/}
timeout=${CONNECT_TIMEOUT:-120}
here=$(cd "$(dirname "$0")" && pwd)

say() { printf 'register: %s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }

[[ $timeout =~ ^[0-9]+$ ]] || { say "CONNECT_TIMEOUT must be a number of seconds, found '$timeout'" >&2; exit 64; }
for tool in curl python3; do
  command -v "$tool" >/dev/null || { say "$tool was not found; install it" >&2; exit 1; }
done

files=("$@")
if [ ${#files[@]} -eq 0 ]; then
  for file in "$here"/*.json; do
    [ "$(basename "$file")" = pgbench.json ] || files+=("$file")
  done
fi

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# Splits a file into its name (printed) and its config (written to $2).
split() {
  python3 - "$1" "$2" <<'PYTHON'
import json, sys
try:
    with open(sys.argv[1], encoding="utf-8") as source:
        document = json.load(source)
    name, config = document["name"], document["config"]
    if not isinstance(name, str) or not isinstance(config, dict):
        raise ValueError('expected {"name": "...", "config": {...}}')
except (OSError, ValueError, KeyError, TypeError) as problem:
    sys.exit(f"register: {sys.argv[1]}: not a connector file: {problem}")
with open(sys.argv[2], "w", encoding="utf-8") as target:
    json.dump(config, target)
print(name)
PYTHON
}

# Reads a status answer: prints one line for the connector and one for each task; exit code 0 all run, 1 failed, 2 not yet.
states() {
  python3 - "$1" <<'PYTHON'
import json, sys
try:
    with open(sys.argv[1], encoding="utf-8") as source:
        status = json.load(source)
    connector, tasks = status["connector"]["state"], status["tasks"]
    lines = [f'  connector  {connector}'] + [f'  task {task["id"]}     {task["state"]}' for task in tasks]
    parts = [status["connector"]] + tasks
    found = [part["state"] for part in parts]
    for part in parts:
        if part["state"] == "FAILED" and part.get("trace"):
            lines.append("    " + part["trace"].strip().splitlines()[0])
except (OSError, ValueError, KeyError, TypeError):
    sys.exit(2)
print("\n".join(lines))
sys.exit(1 if "FAILED" in found else 0 if tasks and set(found) == {"RUNNING"} else 2)
PYTHON
}

deadline=$((SECONDS + timeout))
until curl -fsS -m 5 -o /dev/null "$url/connectors" 2>"$scratch/curl"; do
  [ "$SECONDS" -lt "$deadline" ] || fail "no REST API at $url after $timeout s: $(tail -n 1 "$scratch/curl")"
  sleep 1
done

names=()
for file in "${files[@]}"; do
  name=$(split "$file" "$scratch/config") || exit 1
  # While the workers of a cluster agree on who does what, Connect answers 409: that passes.
  while :; do
    code=$(curl -sS -m 30 -o "$scratch/answer" -w '%{http_code}' -X PUT -H 'Content-Type: application/json' \
      --data-binary "@$scratch/config" "$url/connectors/$name/config") || fail "PUT of $name: no answer from $url"
    case $code in
      200) say "$name: configuration is up to date"; break ;;
      201) say "$name: created"; break ;;
      409 | 503) [ "$SECONDS" -lt "$deadline" ] || fail "$name: still refused with $code after $timeout s"; sleep 1 ;;
      *) fail "$name: refused with $code: $(head -c 2000 "$scratch/answer")" ;;
    esac
  done
  names+=("$name")
done

failed=0
deadline=$((SECONDS + timeout))
for name in "${names[@]}"; do
  while :; do
    verdict=2
    if curl -fsS -m 10 -o "$scratch/status" "$url/connectors/$name/status" 2>"$scratch/curl"; then
      verdict=0
      report=$(states "$scratch/status") || verdict=$?
    fi
    if [ "$verdict" -ne 2 ] || [ "$SECONDS" -ge "$deadline" ]; then break; fi
    sleep 1
  done
  say "$name"
  printf '%s\n' "${report:-  no status}"
  if [ "$verdict" -ne 0 ]; then
    failed=1
    [ "$verdict" -eq 1 ] || say "$name: does not run after $timeout s" >&2
  fi
  report=
done
exit "$failed"
