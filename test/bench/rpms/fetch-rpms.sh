#!/usr/bin/env bash
# The yardstick for prefetching RPMs: a program for each part of it, one after the other. No SBOM, no file for dnf.
# Usage: fetch-rpms.sh <URLs, for curl> <checksums> <directory>
set -euo pipefail
urls=$1 sums=$2 directory=$3
mkdir -p "$directory"
cd "$directory"
curl --silent --show-error --no-progress-meter --fail --parallel --parallel-max 16 --create-dirs --config "$urls"
sha256sum --check --quiet "$sums"
for architecture in *; do createrepo_c --quiet "$architecture"; done
