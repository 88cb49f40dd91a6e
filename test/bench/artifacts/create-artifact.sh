#!/usr/bin/env bash
# The yardstick for making a trusted artifact: the programs that konflux-ci/build-trusted-artifacts' create script calls.
# Usage: create-artifact.sh <oras> <directory> <store>
set -euo pipefail
oras=$1 directory=$2 store=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tar --create --file - --directory "$directory" . | gzip -n >"$work/SOURCE_ARTIFACT"
sha256sum "$work/SOURCE_ARTIFACT" >/dev/null
cd "$work"
"$oras" push --plain-http "$store" SOURCE_ARTIFACT >/dev/null
