#!/usr/bin/env bash
# Kills capture and syncer with SIGKILL, 20 times each under load, then compares. `make chaos` calls it; chaos.sh [SEED [KILLS]].
# Exit status: 0 nothing differs, 2 something does, 1 it could not be finished.
exec "$(dirname "$0")/program.sh" chaos "$@"
