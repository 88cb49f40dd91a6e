#!/usr/bin/env bash
# The yardstick for the engine: podman alone. Usage: podman-loop.sh <how many> <at a time> <arguments of podman...>
set -euo pipefail
count=$1 parallel=$2
shift 2
seq "$count" | xargs -P "$parallel" -I '{}' podman "$@"
