#!/usr/bin/env bash
# The yardstick for the step apply-tags: its work as a task in bash does it, with the programs that Konflux' apply-tags
# 0.2 uses (skopeo copies by digest, jq reads the index). IMAGE_URL and IMAGE_DIGEST come by environment, tags by argument.
set -euo pipefail
repository=${IMAGE_URL%:*}

add_tag() {
  echo "tagging $repository:$1"
  skopeo copy --quiet --src-tls-verify=false --dest-tls-verify=false --multi-arch index-only \
    "docker://$repository@$IMAGE_DIGEST" "docker://$repository:$1"
}

for tag in "$@"; do add_tag "$tag"; done

index=$(skopeo inspect --tls-verify=false --raw "docker://$repository@$IMAGE_DIGEST")
first=$(jq -er '.manifests[0].digest' <<<"$index") || first=$IMAGE_DIGEST
label=$(skopeo inspect --tls-verify=false --no-tags --format '{{ index .Labels "konflux.additional-tags" }}' \
  "docker://$repository@$first")
IFS=', ' read -r -a tags <<<"$label"
for tag in "${tags[@]}"; do add_tag "$tag"; done
