#!/usr/bin/env bash
# Makes the Python program ready that mirror-bench runs beside the syncer: its packages from PyPI (once). Prints its interpreter.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../.."
work=${SLUICE_BENCH_BUILD:-$PWD/.build/benchmarks}/python-peer
mkdir -p "$work"

command -v python3 >/dev/null || { echo "peer: python3 is not installed (compose/setup.sh --clients)" >&2; exit 1; }
# The stamp is written last, so an interrupted run starts over.
if ! cmp -s "$here/requirements.txt" "$work/installed.txt"; then
  echo "peer: installing confluent-kafka and psycopg into $work" >&2
  rm -rf "$work/venv"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" install --quiet --disable-pip-version-check -r "$here/requirements.txt" >&2
  cp "$here/requirements.txt" "$work/installed.txt"
fi
echo "$work/venv/bin/python"
