import * as z from 'zod';
import { Assignment, unneededCapabilities } from '#lib/image-build';
import { IMAGE_RESULTS, imageResults, registryFailures, TlsVerify } from '#lib/konflux';
import { parseReference } from '#lib/oci';
import { defineTask, Flag, ImageUrl, Platform, Text } from '#lib/tekton';
import { STORAGE, VOLUME } from './places.ts';

/** A reference names its registry: what a short name means depends on the machine. No other transport is taken. */
const registryReference = z.string().refine((text) => {
  if (text === '') return true;
  try {
    return text.startsWith(`${parseReference(text).registry}/`);
  } catch {
    return false;
  }
}, 'expected registry/repository[:tag][@digest]');

const image = { name: 'image', mountPath: VOLUME };

/** `podman build --from=…` for one platform. */
export const task = defineTask({
  name: 'buildah-bootc',
  version: '0.1.0',
  displayName: 'Build a bootc image for one platform',
  categories: ['Image Build'],
  tags: ['bootc', 'buildah', 'compose'],
  description:
    "Builds the Containerfile in a workspace for one platform, with the first FROM replaced by the repos image of a compose, and pushes it. The code of the build reaches no credential of the pod: what a RUN line, a package or a base image runs is root in a user namespace that has the workspace (as it is mounted), buildah's storage, the programs of the step image and the network of the pod, and nothing else. What it builds is as trustworthy as that code.",
  labels: { 'build.appstudio.redhat.com/build_type': 'docker' },
  failures: {
    'cannot put the build out of reach of the credentials of its pod':
      'The node lets the step make no user namespace: RuntimeDefault of seccomp is too narrow, or user.max_user_namespaces is 0.',
    '… is not in the workspace "source"': 'The Containerfile or context is not where the param says.',
    'there is no directory …': 'Bind the workspace `source`.',
    'the disk may be full: …': 'The volume of the workspace or of buildah is full: give it more.',
    ...registryFailures,
  },
  params: {
    IMAGE: ImageUrl.describe('Repository and tag that the image is pushed to.'),
    PLATFORM: Platform.describe('Platform to build for; what the machine is not, it emulates.'),
    IMAGE_APPEND_PLATFORM: Flag.default(true).describe('Append the platform to the tag, as in -linux-arm64.'),
    FROM_IMAGE: registryReference
      .default('')
      .describe(
        'Takes the place of the first FROM (stage "repos"); the one image that is pulled with credentials.',
      ),
    DOCKERFILE: Text.default('Containerfile').describe('Containerfile, relative to the context.'),
    CONTEXT: Text.default('.').describe('Directory to build in, relative to the workspace.'),
    BUILD_ARGS: z.array(Assignment).default([]).describe('NAME=value for each ARG of the Containerfile.'),
    LABELS: z.array(Assignment).default([]).describe('NAME=value for each label of the image.'),
    COMPOSE_ID: Text.default('').describe('Becomes label redhat.compose-id.'),
    IMAGE_EXPIRES_AFTER: Text.default('').describe('Becomes label quay.expires-after, such as 5d.'),
    BUILDAH_FORMAT: z.enum(['oci', 'docker']).default('oci').describe('Format of the manifest.'),
    STORAGE_DRIVER: z
      .enum(['overlay', 'vfs'])
      .default('overlay')
      .describe('Storage driver of buildah; vfs where overlay cannot be mounted.'),
    SOURCE_DATE_EPOCH: z
      .string()
      .regex(/^\d*$/)
      .default('')
      .describe('Seconds since 1970 for the created time of the image.'),
    TLSVERIFY: TlsVerify,
  },
  results: {
    ...imageResults('image'),
  },
  workspaces: { source: { description: 'Holds the Containerfile and what it copies.', readOnly: true } },
  volumes: [
    { name: 'varlibcontainers', emptyDir: {} },
    { name: 'image', emptyDir: {} },
  ],
  steps: {
    pull: { cpu: '100m', memory: '256Mi', volumeMounts: [image] },
    build: {
      cpu: '1',
      memory: '4Gi',
      volumeMounts: [{ name: 'varlibcontainers', mountPath: STORAGE }, image],
      privileges: {
        why: 'it makes the user namespace that the build is separated by. buildah gives files to other users and sets their capabilities, so that it needs every id mapped: root, SETUID and SETGID (which runtimes give) and SETFCAP. No seccomp profile is asked for, because RuntimeDefault lets nobody make namespaces: where a cluster sets it for all, the step ends before it builds, and needs a profile that lets it.',
        securityContext: {
          runAsUser: 0,
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { add: ['SETFCAP'], drop: [...unneededCapabilities, 'DAC_OVERRIDE'].sort() },
        },
      },
    },
    push: {
      writes: [...IMAGE_RESULTS],
      cpu: '100m',
      memory: '256Mi',
      volumeMounts: [image],
    },
  },
});
