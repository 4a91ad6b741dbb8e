#!/usr/bin/env bash
# Kills `sluice capture` with SIGKILL, 200 times under load, with restarts of PostgreSQL and the broker, then looks for every committed change.
# `make capture-chaos` calls it; capture-chaos.sh [SEED [KILLS]]. Exit status: 0 all is there, 2 something is not, 1 it could not be finished.
exec "$(dirname "$0")/program.sh" capture-chaos "$@"
