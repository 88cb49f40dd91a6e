import * as z from 'zod';
import { TlsVerify } from '#lib/konflux';
import { definePipeline, Flag, ImageUrl, oneOf, Platform, type TaskNode, Text, text } from '#lib/tekton';
import { task as bootcLint } from '../tasks/bootc-lint/task.ts';
import { task as buildImageIndex } from '../tasks/build-image-index/task.ts';
import { task as buildahBootc } from '../tasks/buildah-bootc/task.ts';
import { task as makeReposImage } from '../tasks/make-repos-image/task.ts';
import { task as pushToExternalRegistry } from '../tasks/push-to-external-registry/task.ts';
import { task as sanityCheck } from '../tasks/sanity-check/task.ts';

/** Package sets, each an image of its own; standard is what the plain tag names. */
const variants = ['minimal', 'standard'] as const;

export const pipeline = definePipeline({
  name: 'bootc-compose',
  version: '0.1.0',
  displayName: 'From a compose to production',
  categories: ['Image Build'],
  tags: ['bootc', 'compose', 'release'],
  description:
    'Builds every bootc image of a compose in progress, checks them, and copies them to production when all of them pass.',
  params: {
    compose: Text.describe('URL of the compose: the directory that holds COMPOSE_ID and STATUS.'),
    branch: Text.describe('Release branch, the first part of every tag: 43, rawhide.'),
    timestamp: Text.describe('The second part of every tag, such as 202611230000.'),
    'repos-image': ImageUrl.prefault('quay.io/fedoraci/fedora-compose-base').describe(
      'Repository of the repos image.',
    ),
    'output-image': ImageUrl.prefault('quay.io/fedoraci/fedora-bootc').describe(
      'Repository that images are built into.',
    ),
    'production-image': ImageUrl.describe('Repository that images are promoted to.'),
    'production-tags': z
      .array(z.string())
      .describe('Tags in production; the variant is appended, except for standard.'),
    'builder-image': Text.default('quay.io/fedora/fedora:rawhide').describe(
      'Image with dnf in which the root of an image is installed.',
    ),
    'build-platforms': z
      .array(Platform)
      .prefault(['linux/amd64', 'linux/arm64', 'linux/ppc64le', 'linux/s390x'])
      .describe('Platforms to build for.'),
    gpgcheck: Flag.default(true).describe('Whether packages must be signed.'),
    waivers: z
      .array(z.string())
      .default([])
      .describe('Sanity checks to waive, as check=reason; with ;until=YYYY-MM-DD at its end, to that day.'),
    'tls-verify': TlsVerify,
    'lint-args': z
      .array(z.string())
      .default([])
      .describe('Arguments for `bootc container lint`, such as --skip=<lint>.'),
  },
  workspaces: {
    source: { description: 'Containerfile and package lists of the images.' },
    reports: { description: 'Where the sanity checks write their reports.', optional: true },
  },

  // Lines run from top to bottom: a task can only use what stands above it, so no cycle can be written.
  body({ params, workspaces, run }) {
    const tag = text`${params.branch}-${params.timestamp}`;
    const TLSVERIFY = params['tls-verify'];
    const PLATFORMS = params['build-platforms'];

    const repos = run('make-repos-image', makeReposImage, {
      params: {
        COMPOSE: params.compose,
        IMAGE: text(ImageUrl)`${params['repos-image']}:${tag}`,
        PLATFORMS,
        GPGCHECK: params.gpgcheck,
        TLSVERIFY,
      },
    });

    const images = variants.map((variant) => {
      const suffix = variant === 'standard' ? '' : `-${variant}`;
      const image = text(ImageUrl)`${params['output-image']}:${tag}${suffix}`;
      const builds = run(`build-${variant}`, buildahBootc, {
        matrix: { PLATFORM: PLATFORMS },
        params: {
          IMAGE: image,
          FROM_IMAGE: repos.results.IMAGE_REF,
          BUILD_ARGS: [
            text`BUILDER_IMAGE=${params['builder-image']}`,
            `MANIFEST=${variant}`,
            text`RELEASEVER=${repos.results.RELEASE_VERSION}`,
          ],
          LABELS: [text`org.opencontainers.image.version=${tag}`],
          COMPOSE_ID: repos.results.COMPOSE_ID,
          TLSVERIFY,
        },
        workspaces: { source: workspaces.source },
      });
      const index = run(`index-${variant}`, buildImageIndex, {
        params: { IMAGE: image, IMAGES: builds.results.IMAGE_REF, PLATFORMS, TLSVERIFY },
      });
      const check = run(`sanity-check-${variant}`, sanityCheck, {
        params: {
          IMAGE_URL: index.results.IMAGE_URL,
          IMAGE_DIGEST: index.results.IMAGE_DIGEST,
          PLATFORMS,
          // Not the param, which may lead to a later compose by then.
          COMPOSE: repos.results.COMPOSE_URL,
          WAIVERS: params.waivers,
          TLSVERIFY,
        },
        workspaces: { reports: workspaces.reports },
      });
      const lint = run(`bootc-lint-${variant}`, bootcLint, {
        params: {
          IMAGE_URL: index.results.IMAGE_URL,
          IMAGE_DIGEST: index.results.IMAGE_DIGEST,
          LINT_ARGS: params['lint-args'],
        },
        // Its pod runs the image itself: of an index without one for the node, it would wait for a pull in vain.
        when: [oneOf(index.results.NODE_PLATFORM, index.results.PLATFORMS)],
      });
      return { variant, suffix, index, checks: [check, lint] };
    });

    // Production moves only when the last image has passed: one bad variant holds all of them back.
    const checks: TaskNode[] = images.flatMap((image) => image.checks);
    for (const { variant, suffix, index } of images) {
      run(`push-${variant}`, pushToExternalRegistry, {
        params: {
          IMAGE_URL: index.results.IMAGE_URL,
          IMAGE_DIGEST: index.results.IMAGE_DIGEST,
          REPOSITORY: params['production-image'],
          TAGS: params['production-tags'],
          TAG_SUFFIX: suffix,
          TLSVERIFY,
        },
        runAfter: checks,
      });
    }

    return Object.fromEntries(
      images.flatMap(({ variant, index }) => [
        [`${variant}-image`, { value: index.results.IMAGE_REF, description: `The ${variant} image.` }],
      ]),
    );
  },
});
