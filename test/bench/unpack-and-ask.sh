#!/usr/bin/env bash
# What an image holds, as one finds out without us: copy it, unpack it, ask rpm.
set -euo pipefail
rm -rf "$PLACE"
mkdir -p "$PLACE"
skopeo copy --quiet --src-tls-verify=false "docker://$IMAGE" "oci:$PLACE/layout:image"
umoci unpack --image "$PLACE/layout:image" "$PLACE/bundle"
rpm -qa --root "$PLACE/bundle/rootfs" --define '_dbpath /usr/lib/sysimage/rpm' --define '_db_backend sqlite' | wc -l
