#!/usr/bin/env bash
# Kills `sluice broker` with SIGKILL, 100 times under load, then looks for everything that it had acknowledged. `make broker-chaos` calls it;
# broker-chaos.sh [--kills N] [--seed N]. Exit status: 0 all is there, 2 something is not, 1 it could not be finished.
exec "$(dirname "$0")/program.sh" broker-chaos "$@"
