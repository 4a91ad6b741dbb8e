#!/usr/bin/env bash
# Kills capture and syncer with SIGKILL, 20 times each under load, then compares. `make chaos` calls it; chaos.sh [SEED [KILLS]].
# Exit status: 0 nothing differs, 2 something does, 1 it could not be finished.
# SLUICE_BINARY names another program to test, SLUICE_BENCH_BUILD another folder for what is built.
set -euo pipefail
cd "$(dirname "$0")/../.."

binary=${SLUICE_BINARY:-.build/release/sluice}
[ -x "$binary" ] || { echo "chaos: $binary is not there: make release" >&2; exit 1; }
SLUICE_BINARY=$(realpath "$binary")
export SLUICE_BINARY

build=(swift build --package-path Tests/Benchmarks --scratch-path "${SLUICE_BENCH_BUILD:-.build/benchmarks}" -c release)
"${build[@]}" --product chaos
exec "$("${build[@]}" --show-bin-path)/chaos" "$@"
