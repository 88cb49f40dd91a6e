#!/usr/bin/env bash
# The yardstick for using a trusted artifact: what konflux-ci/build-trusted-artifacts' use script calls.
# Usage: use-artifact.sh <oras> <repository@digest> <directory>
set -euo pipefail
oras=$1 blob=$2 directory=$3
"$oras" blob fetch --plain-http "$blob" --output - | tar --extract --gzip --preserve-permissions --file - --directory "$directory"
