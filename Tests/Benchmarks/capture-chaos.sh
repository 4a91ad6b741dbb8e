#!/usr/bin/env bash
# Kills `sluice capture` with SIGKILL, 200 times under load, with restarts of PostgreSQL and the broker, then looks for every committed change. `make
# capture-chaos` calls it;
# capture-chaos.sh [SEED [KILLS]]. Exit status: 0 all is there, 2 something is not, 1 it could not be finished.
# SLUICE_BINARY names another program to test, SLUICE_BENCH_BUILD another folder for what is built.
set -euo pipefail
cd "$(dirname "$0")/../.."

binary=${SLUICE_BINARY:-.build/release/sluice}
[ -x "$binary" ] || { echo "capture-chaos: $binary is not there: make release" >&2; exit 1; }
SLUICE_BINARY=$(realpath "$binary")
export SLUICE_BINARY

build=(swift build --package-path Tests/Benchmarks --scratch-path "${SLUICE_BENCH_BUILD:-.build/benchmarks}" -c release)
"${build[@]}" --product capture-chaos
exec "$("${build[@]}" --show-bin-path)/capture-chaos" "$@"
