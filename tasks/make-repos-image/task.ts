import * as z from 'zod';
import { IMAGE_RESULTS, imageResults, registryFailures, TlsVerify } from '#lib/konflux';
import { defineTask, Flag, ImageUrl, Platform, Text } from '#lib/tekton';

/** The one substitution of a compose: every image of it is built with this image in place of the first FROM. */
export const task = defineTask({
  name: 'make-repos-image',
  version: '0.1.0',
  displayName: 'Make the repos image of a compose',
  categories: ['Image Build'],
  tags: ['bootc', 'compose', 'rpm'],
  description:
    'Builds and pushes an image whose /etc/yum.repos.d points at a compose in progress: one image for each platform under one index, without a container and without emulation.',
  failures: {
    'the compose … has no packages of …':
      'The compose is not complete, or has not this platform: wait for it, or take the platform out of `PLATFORMS`.',
    'the compose … has no usable release version: …': 'Say it with `RELEASEVER`.',
    'no key file is known for release … of the compose …':
      'Name the key with `GPGKEY`, or set `GPGCHECK` to false.',
    ...registryFailures,
  },
  params: {
    COMPOSE: Text.default('').describe(
      'URL of the compose: the directory that holds COMPOSE_ID and STATUS, or compose/ in it, which pungi calls its location. One that leads to another, such as latest-Fedora-43, is followed once.',
    ),
    COMPOSES: z
      .array(z.string())
      .default([])
      .describe(
        'Several composes in place of COMPOSE, as role=URL, such as updates=https://…; a package is taken from the first that has it.',
      ),
    COMPOSE_HOSTS: z
      .array(z.string().regex(/^[A-Za-z0-9.-]+(?::\d{1,5})?$/))
      .default([])
      .describe('Hosts, with their ports, that the server of the compose may redirect to beside itself.'),
    IMAGE: ImageUrl.describe(
      'Repository and tag that the index is pushed to; it also gets the id of the newest compose as a tag.',
    ),
    PLATFORMS: z
      .array(Platform)
      .prefault(['linux/amd64', 'linux/arm64', 'linux/ppc64le', 'linux/s390x'])
      .describe('Platforms of the index; the compose must have packages for each.'),
    VARIANTS: z
      .array(z.string().regex(/^[A-Za-z0-9-]+$/))
      .default(['Everything'])
      .describe('Variants of the compose that become repositories.'),
    GPGCHECK: Flag.default(true).describe('Whether packages must be signed.'),
    GPGKEY: Text.default('').describe(
      'URLs or files of the keys, with blanks between them; by default the files of the release in /etc/pki/rpm-gpg, for Rawhide of the next number, too.',
    ),
    RELEASEVER: z
      .string()
      .regex(/^(?:[A-Za-z0-9._-]+)?$/)
      .default('')
      .describe(
        'Value of $releasever; by default the version of the release in the compose, in small letters where it is a name: rawhide.',
      ),
    TLSVERIFY: TlsVerify,
  },
  results: {
    ...imageResults('index'),
    COMPOSE_ID: Text.describe('Id of the compose; of several, of the newest.'),
    COMPOSE_URL: Text.describe('Where that compose itself is, whatever led to it; without credentials.'),
    COMPOSE_URLS: z
      .array(Text)
      .describe(
        'The same of each of COMPOSES, as role=URL, for the COMPOSES of sanity-check; of one alone as compose=URL.',
      ),
    RELEASE_VERSION: Text.describe('Version of the release, such as 43 or rawhide.'),
    RELEASE_NUMBER: Text.describe(
      'Number of the release: of rawhide the one that it will become, by its packages; eln for ELN.',
    ),
  },
  steps: {
    build: {
      writes: [
        ...IMAGE_RESULTS,
        'COMPOSE_ID',
        'COMPOSE_URL',
        'COMPOSE_URLS',
        'RELEASE_VERSION',
        'RELEASE_NUMBER',
      ],
      cpu: '100m',
      // rpms.json of a whole Fedora has some 60 MB.
      memory: '1Gi',
      timeout: '10m',
    },
  },
});
