import { defineTask, Text } from '#lib/tekton';

/** Konflux' task of this name, name for name. */
export const task = defineTask({
  name: 'collect-signing-params',
  version: '0.1.0',
  displayName: 'Collect params of signing',
  categories: ['Release'],
  tags: ['konflux', 'release', 'signing'],
  description:
    'Says how images are signed in this cluster, by ConfigMap cluster-config. Where the cluster has none, keyless signing is off.',
  params: {
    configMapName: Text.default('cluster-config').describe('The ConfigMap.'),
    configMapNamespace: Text.default('konflux-info').describe('Its namespace.'),
    caTrustConfigMapName: Text.default('trusted-ca').describe(
      'Without effect: the cluster is asked, and no other server.',
    ),
    caTrustConfigMapKey: Text.default('ca-bundle.crt').describe(
      'Without effect: the cluster is asked, and no other server.',
    ),
  },
  results: {
    enableKeylessSigning: Text.describe('Whether images are signed without keys: true or false.'),
    defaultOIDCIssuer: Text.describe('Who vouches for the signer.'),
    rekorExternalUrl: Text.describe('Rekor, as it is reached from outside.'),
    rekorUrl: Text.describe('Rekor, as it is reached from the cluster.'),
    fulcioExternalUrl: Text.describe('Fulcio, as it is reached from outside.'),
    fulcioUrl: Text.describe('Fulcio, as it is reached from the cluster.'),
    tufExternalUrl: Text.describe('TUF, as it is reached from outside.'),
    tufUrl: Text.describe('TUF, as it is reached from the cluster.'),
    buildIdentityRegexp: Text.describe('Which identities sign builds, as a regular expression.'),
    tektonChainsIdentity: Text.describe('The identity of Tekton Chains.'),
  },
  steps: {
    'collect-signing-params': {
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
      cpu: '50m',
      memory: '128Mi',
      timeout: '5m',
    },
  },
});
