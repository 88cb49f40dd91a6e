#!/usr/bin/env bash
# What people do today to look into an image of several platforms: copy it, unpack it, ask rpm.
# Usage: unpack-image.sh <image> <architecture, in OCI's name>...
set -euo pipefail
image=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
for architecture; do
  skopeo --override-os linux --override-arch "$architecture" copy --quiet --src-tls-verify=false "docker://$image" "oci:$work/layout:$architecture"
  umoci unpack --image "$work/layout:$architecture" "$work/$architecture" >/dev/null 2>&1
  rpm --root "$work/$architecture/rootfs" --define '_dbpath /usr/lib/sysimage/rpm' -qa | sort >"$work/packages-$architecture"
  [ -s "$work/packages-$architecture" ]
done
