import { Flag } from '#lib/tekton';

/** The param that Konflux's tasks have under this name, for `registryClientFor`. */
export const TlsVerify = Flag.default(true).describe(
  'Verify certificates of registries; loopback may be plain http. With false they may be https with any certificate, or else plain http.',
);
