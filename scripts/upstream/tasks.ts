/** Upstream's tasks that our pipeline runs as they are, in the order in which it does. */
export const upstreamTasks = [
  'source-build-oci-ta',
  'deprecated-image-check',
  'clair-scan',
  'ecosystem-cert-preflight-checks',
  'sast-snyk-check-oci-ta',
  'clamav-scan',
  'sast-shell-check-oci-ta',
  'sast-unicode-check-oci-ta',
  'rpms-signature-scan',
] as const;
