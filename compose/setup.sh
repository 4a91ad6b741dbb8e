#!/usr/bin/env bash
# Installs what Sluice needs and is missing. Safe to repeat: where nothing is missing it only looks.
# --checks also installs the checkers of `make lint`, --clients what `make test-clients` runs.
set -euo pipefail

packages=(librdkafka-dev libpq-dev libsimdjson-dev zlib1g-dev libzstd-dev liblz4-dev libsnappy-dev libjemalloc-dev postgresql pkg-config libstdc++-12-dev kcat curl python3 python3-venv util-linux procps ca-certificates)
checkers=(shellcheck systemd docker-compose)
clients=(default-jdk-headless)
[ "${1:-}" = "--checks" ] && packages+=("${checkers[@]}")
[ "${1:-}" = "--clients" ] && packages+=("${clients[@]}")

if ! command -v swift >/dev/null; then
  echo "setup: swift was not found in PATH; expected Swift 6.2 or newer. Install it from swift.org and run this again." >&2
  exit 1
fi

if ! command -v apt-get >/dev/null || ! command -v dpkg-query >/dev/null; then
  cat >&2 <<MISSING
setup: this machine has no apt; install these by its own means, then build with the same make targets:
  librdkafka >= 2.0, libpq >= 14, simdjson >= 3.0, zlib, zstd, lz4, snappy and jemalloc >= 5, all with headers, PostgreSQL >= 14 (server and pgbench),
  pkg-config, a C++17 standard library, kcat (used by tests)
MISSING
  command -v pkg-config >/dev/null && pkg-config --exists rdkafka libpq simdjson jemalloc && exit 0
  exit 1
fi

installed() { [ "$(dpkg-query -W -f='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }
missing=()
for package in "${packages[@]}"; do installed "$package" || missing+=("$package"); done
[ ${#missing[@]} -eq 0 ] && exit 0

as_root=()
if [ "$(id -u)" -ne 0 ]; then
  command -v sudo >/dev/null || { echo "setup: missing ${missing[*]}; run as root or install sudo, or: apt-get install ${missing[*]}" >&2; exit 1; }
  as_root=(sudo)
fi
echo "setup: installing ${missing[*]}"
export DEBIAN_FRONTEND=noninteractive
install() { "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 "${missing[@]}" >/dev/null; }
# A fresh machine has no package lists, and an old one has stale ones: refresh, then install.
"${as_root[@]}" apt-get update -qq
install || { echo "setup: apt-get install failed for: ${missing[*]}" >&2; exit 1; }
