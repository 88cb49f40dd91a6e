import * as z from 'zod';
import {
  registryFailures,
  TrustedCaKey,
  TrustedCaName,
  trustedCaMount,
  trustedCaVariable,
  trustedCaVolume,
} from '#lib/konflux';
import { defineTask, Text } from '#lib/tekton';
import { parseDuration } from '#lib/tekton/objects';
import { SOURCE } from './places.ts';

/** Bare words of hermeto that are no rpm (hermeto/core/models/input.py, PackageManagerType); empty is no word at all. */
const withoutRpms = ['', 'bundler', 'cargo', 'generic', 'gomod', 'npm', 'pip', 'pnpm', 'x-maven', 'yarn'];

/** The task of that name in the fork of the pipeline for bootc images, whose definition is not public. */
export const task = defineTask({
  name: 'prepare-build-context',
  version: '0.1.0',
  displayName: 'Prepare the build context',
  categories: ['Image Build'],
  tags: ['rpm-ostree', 'rpm', 'hermetic'],
  description:
    "Makes rpms.lock.yaml of a source that is locked by rpm-ostree, for prefetch-dependencies: of manifest-lock.<arch>.json, its overrides, and the metadata of the manifest's repositories. A source without such locks goes on as it is.",
  documentation: `## What it reads

For each directory that \`input\` asks RPMs of:

- \`manifest-lock.<arch>.json\` of every architecture that has one, with \`manifest-lock.overrides.yaml\` and \`manifest-lock.overrides.<arch>.yaml\` over it. A package that an override alone names is locked on the architectures that have any package of its name.
- \`manifest.yaml\` and what it includes, for \`repos\`, \`lockfile-repos\` and \`releasever\`. A manifest of the builder's image cannot be read: it is told, and passed over.
- the \`*.repo\` files beside it, by their \`baseurl\`. One that has only a metalink or mirrorlist is refused, as are \`source-packages\` of a lock.

A repository's list of packages is verified by its repomd.xml, over gzip or zstd; another compression, such as xz, is refused. Each
package is taken from the first repository that has it, \`lockfile-repos\` first. A repository that would have no package gets one that it has as well, since rpm-ostree
needs all of its repositories in a build without network.

A \`rpms.lock.yaml\` that the source has beside such locks is replaced.

## What it leaves out

The fork's task also runs the source's program \`versionary\`. What becomes of its output is not public, and a trusted task should run no program of the source: it is left out.`,
  failures: {
    'the repository … has no baseurl':
      'A repository of the manifest has only a mirror list: give it a baseurl.',
    '… locks no package': 'The lock of an architecture is empty: make it with rpm-ostree.',
    ...registryFailures,
  },
  params: {
    SOURCE_ARTIFACT: Text.describe('Trusted artifact with the source.'),
    caTrustConfigMapKey: TrustedCaKey,
    caTrustConfigMapName: TrustedCaName,
    input: Text.default('').describe(
      'What prefetch-dependencies will be asked for; without RPMs in it the source is not even fetched.',
    ),
    ociArtifactExpiresAfter: Text.default('').describe(
      'When the registry may delete the artifact, such as 5d; empty for never.',
    ),
    ociStorage: Text.describe('Repository, with or without a tag, that the artifact is stored in.'),
    waitForPackages: z
      .string()
      .refine((text) => (parseDuration(text) ?? -1) >= 0, 'is no duration, such as 10m')
      .default('0s')
      .describe(
        'How long packages may be missing, such as 10m while they are being tagged: asked for again.',
      ),
  },
  results: { SOURCE_ARTIFACT: Text.describe('Trusted artifact with the source, as it is to be built.') },
  volumes: [
    trustedCaVolume('caTrustConfigMapName', 'caTrustConfigMapKey'),
    { name: 'workdir', emptyDir: {} },
  ],
  stepTemplate: {
    imagePullPolicy: 'IfNotPresent',
    volumeMounts: [{ name: 'workdir', mountPath: '/var/workdir' }],
  },
  steps: ({ params, step }) => {
    const ca = { volumeMounts: [trustedCaMount], env: [trustedCaVariable] } as const;
    const prepare = {
      writes: ['SOURCE_ARTIFACT'],
      results: { changed: Text.describe('Whether the source is another one now: true or false.') },
      reads: { source: SOURCE },
      cpu: '250m',
      memory: '1Gi',
      ...ca,
    } as const;
    const earlier = step({ 'prepare-build-context': prepare });
    return {
      'use-trusted-artifact': {
        reads: { source: SOURCE },
        cpu: '250m',
        memory: '512Mi',
        timeout: '1h',
        when: [{ input: params.input, operator: 'notin', values: withoutRpms }],
        ...ca,
      },
      'prepare-build-context': prepare,
      'create-trusted-artifact': {
        writes: ['SOURCE_ARTIFACT'],
        reads: { source: SOURCE },
        cpu: '1',
        memory: '1Gi',
        timeout: '1h',
        when: [{ input: earlier.result('changed'), operator: 'in', values: ['true'] }],
        ...ca,
      },
    };
  },
});
