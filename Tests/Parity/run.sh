#!/usr/bin/env bash
# Random tables and changes through `sluice capture` and through Debezium's engine 3.6.3, record for record.
# `make test-parity` calls it; run.sh [OPTIONS OF parity.py], as in: run.sh --seed 1000 --rounds 50
# run.sh --chains [OPTIONS OF chains.py] runs transforms instead: chains of them in both engines, over the same tables and changes.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
program=parity.py
if [ "${1:-}" = --chains ]; then program=chains.py; shift; fi
cd "$here/../.."
work=$PWD/.build/parity
mkdir -p "$work"

say() { printf 'parity: %s\n' "$1" >&2; }
for needed in python3 java javac; do
  command -v "$needed" >/dev/null || { say "$needed is not installed (make setup-clients installs what the tests need)"; exit 1; }
done

# The engine comes in a wheel of 200 MB, of which some thirty jars are kept. The stamp is written last: an interrupted run starts over.
if ! cat "$here/requirements.txt" "$here/jars.py" | cmp -s - "$work/jars/installed.txt"; then
  say "downloading Debezium's engine"
  rm -rf "$work/jars" "$work/wheel" "$work/classes"
  [ -x "$work/venv/bin/pip" ] || python3 -m venv "$work/venv"
  "$work/venv/bin/pip" download --quiet --disable-pip-version-check --no-deps --dest "$work/wheel" -r "$here/requirements.txt"
  mkdir -p "$work/jars"
  python3 "$here/jars.py" "$work"/wheel/*.whl "$work/jars"
  rm -rf "$work/wheel"
  cat "$here/requirements.txt" "$here/jars.py" >"$work/jars/installed.txt"
fi
if [ ! -d "$work/classes" ] || [ "$here/java/Engine.java" -nt "$work/classes" ]; then
  rm -rf "$work/classes.new" "$work/classes"
  javac -Xlint:all,-processing,-classfile -d "$work/classes.new" -cp "$work/jars/*" "$here/java/Engine.java"
  mv "$work/classes.new" "$work/classes"
fi

binary=${SLUICE_BINARY:-}
for built in .build/release/sluice .build/debug/sluice; do
  # The newer one: whoever built last wants to test that.
  if [ -z "${SLUICE_BINARY:-}" ] && [ -x "$built" ] && { [ -z "$binary" ] || [ "$built" -nt "$binary" ]; }; then binary=$built; fi
done
[ -x "$binary" ] || { say "no sluice binary: make build, or name one in SLUICE_BINARY"; exit 1; }
binary=$(realpath "$binary")
unset SLUICE_BINARY
export PYTHONDONTWRITEBYTECODE=1
exec python3 "$here/$program" --binary "$binary" --classpath "$work/classes:$here/java:$work/jars/*" --folder "$work" "$@"
