import { clusterConfig, TrustedCaKey, TrustedCaName, trustedCaMount, trustedCaVolume } from '#lib/konflux';
import { defineTask, Text } from '#lib/tekton';

const preferred = (service: string) =>
  Text.describe(
    `Where ${service} is inside the cluster, else outside; empty where the cluster does not say.`,
  );
const outside = (service: string) => Text.describe(`Where ${service} is outside of the cluster.`);

/** Konflux' task of this name, name for name, with the results of its newest form. */
export const task = defineTask({
  name: 'collect-signing-params',
  version: '0.1.0',
  displayName: 'Find how the cluster signs',
  description:
    'Reads the ConfigMap in which a cluster with Konflux says how it signs without keys. Where there is none, or the account may not read it, the results are empty and keyless signing is off.',
  params: {
    configMapName: Text.default(clusterConfig.name).describe('Name of the ConfigMap.'),
    configMapNamespace: Text.default(clusterConfig.namespace).describe('Its namespace.'),
    caTrustConfigMapName: TrustedCaName,
    caTrustConfigMapKey: TrustedCaKey,
  },
  results: {
    enableKeylessSigning: Text.describe('Whether the cluster signs without keys: false, or what it says.'),
    defaultOIDCIssuer: Text.describe('Who vouches for the identities that sign.'),
    rekorExternalUrl: outside('Rekor'),
    rekorUrl: preferred('Rekor'),
    fulcioExternalUrl: outside('Fulcio'),
    fulcioUrl: preferred('Fulcio'),
    tufExternalUrl: outside('TUF'),
    tufUrl: preferred('TUF'),
    buildIdentityRegexp: Text.describe('What the identities of builds look like.'),
    tektonChainsIdentity: Text.describe('The identity of Tekton Chains.'),
  },
  volumes: [trustedCaVolume('caTrustConfigMapName', 'caTrustConfigMapKey')],
  steps: {
    'collect-signing-params': {
      // The authorities of the cluster's API are those of the account; these are accepted for the sake of who gives them.
      volumeMounts: [trustedCaMount],
      writes: [
        'enableKeylessSigning',
        'defaultOIDCIssuer',
        'rekorExternalUrl',
        'rekorUrl',
        'fulcioExternalUrl',
        'fulcioUrl',
        'tufExternalUrl',
        'tufUrl',
        'buildIdentityRegexp',
        'tektonChainsIdentity',
      ],
      cpu: '10m',
      memory: '64Mi',
      timeout: '5m',
    },
  },
});
