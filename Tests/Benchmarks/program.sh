#!/usr/bin/env bash
# Builds one program of the benchmarks, and runs it against the release build: program.sh NAME [ARGUMENTS]. The exit status is the program's.
# SLUICE_BINARY names another binary to test, SLUICE_BENCH_BUILD another folder for what is built.
set -euo pipefail
cd "$(dirname "$0")/../.."
program=${1:?usage: program.sh NAME [ARGUMENTS]}
shift

binary=${SLUICE_BINARY:-.build/release/sluice}
[ -x "$binary" ] || { echo "$program: $binary is not there: make release" >&2; exit 1; }
SLUICE_BINARY=$(realpath "$binary")
export SLUICE_BINARY

build=(swift build --package-path Tests/Benchmarks --scratch-path "${SLUICE_BENCH_BUILD:-.build/benchmarks}" -c release)
"${build[@]}" --product "$program"
exec "$("${build[@]}" --show-bin-path)/$program" "$@"
