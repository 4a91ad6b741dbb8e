#!/usr/bin/env bash
# Kills `sluice broker` with SIGKILL, 100 times under load, then looks for everything that it had acknowledged. `make broker-chaos` calls it;
# broker-chaos.sh [--kills N] [--seed N]. Exit status: 0 all is there, 2 something is not, 1 it could not be finished.
# SLUICE_BINARY names another program to test, SLUICE_BENCH_BUILD another folder for what is built.
set -euo pipefail
cd "$(dirname "$0")/../.."

binary=${SLUICE_BINARY:-.build/release/sluice}
[ -x "$binary" ] || { echo "broker-chaos: $binary is not there: make release" >&2; exit 1; }
SLUICE_BINARY=$(realpath "$binary")
export SLUICE_BINARY

build=(swift build --package-path Tests/Benchmarks --scratch-path "${SLUICE_BENCH_BUILD:-.build/benchmarks}" -c release)
"${build[@]}" --product broker-chaos
exec "$("${build[@]}" --show-bin-path)/broker-chaos" "$@"
