#!/usr/bin/env bash
# Rounds of faults under load (kill -9 of every process, cut connections, servers that stand still, a full disk, malformed records, members
# that come and go); after each everything is compared. `make chaos` calls it; chaos.sh [SEED [ROUNDS]], 300 rounds where none are named.
# Exit status: 0 all is well, 2 something is not, 1 it could not be finished.
exec "$(dirname "$0")/program.sh" chaos "$@"
