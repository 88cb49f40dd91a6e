import type { PipelineDefinition, TaskDefinition } from '#lib/tekton';
import packageJson from '../package.json' with { type: 'json' };
import { pipeline as bootcCompose } from '../pipelines/bootc-compose.ts';
import { task as applyTags } from '../tasks/apply-tags/task.ts';
import { task as bootcLint } from '../tasks/bootc-lint/task.ts';
import { task as buildImageIndex } from '../tasks/build-image-index/task.ts';
import { task as buildahBootc } from '../tasks/buildah-bootc/task.ts';
import { task as makeReposImage } from '../tasks/make-repos-image/task.ts';
import { task as pushToExternalRegistry } from '../tasks/push-to-external-registry/task.ts';
import { task as sanityCheck } from '../tasks/sanity-check/task.ts';

/** Where `bootc-catalog publish` puts all this, unless told otherwise. */
export const publication = {
  prefix: 'quay.io/bootc-devel',
  floatingTags: ['{major}.{minor}', 'latest'],
  platforms: ['linux/amd64', 'linux/arm64', 'linux/ppc64le', 'linux/s390x'],
  source: packageJson.repository.url,
} as const;

/** The image that holds every step; a digest is added when it is published. */
export const stepImage = `${publication.prefix}/tekton-catalog/steps:latest`;

/** What is published; a test holds this against the folders. */
export const tasks: readonly TaskDefinition[] = [
  applyTags,
  bootcLint,
  buildahBootc,
  buildImageIndex,
  makeReposImage,
  pushToExternalRegistry,
  sanityCheck,
];

export const pipelines: readonly PipelineDefinition[] = [bootcCompose];
