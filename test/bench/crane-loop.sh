#!/usr/bin/env bash
# The yardstick for publishing the catalog: the same objects, each packed by tar and pushed by crane. No SBOM, no provenance,
# no check. Usage: crane-loop.sh <crane> <folder with YAML> <registry and prefix>
set -euo pipefail
crane=$1 folder=$2 prefix=$3
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for file in "$folder"/*/*.yaml; do
  kind=$(basename "$(dirname "$file")") name=$(basename "$file" .yaml)
  reference=$prefix/tekton-catalog/${kind%s}-$name:0.1.0
  tar -C "$(dirname "$file")" --owner=0 --group=0 --mtime=@0 -cf "$work/layer.tar" "$name.yaml"
  "$crane" append --oci-empty-base --new_layer "$work/layer.tar" --new_tag "$reference" >/dev/null 2>&1
  "$crane" mutate "$reference" --tag "$reference" --annotation "dev.tekton.image.name=$name" \
    --annotation "dev.tekton.image.kind=${kind%s}" --annotation dev.tekton.image.apiVersion=v1 >/dev/null 2>&1
  "$crane" tag "$reference" latest >/dev/null 2>&1
done
