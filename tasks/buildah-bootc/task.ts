import * as z from 'zod';
import { Digest, defineTask, Flag, ImageRef, ImageUrl, Platform, Text } from '#lib/tekton';

const assignment = z.string().regex(/^[^=\s]+=[\s\S]*$/, 'expected NAME=value');

/** `podman build --from=…` for one platform. */
export const task = defineTask({
  name: 'buildah-bootc',
  version: '0.1.0',
  displayName: 'Build a bootc image for one platform',
  description:
    'Builds the Containerfile in a workspace for one platform, with the first FROM replaced by the repos image of a compose, and pushes it.',
  labels: { 'build.appstudio.redhat.com/build_type': 'docker' },
  params: {
    IMAGE: ImageUrl.describe('Repository and tag that the image is pushed to.'),
    PLATFORM: Platform.describe('Platform to build for; what the machine is not, it emulates.'),
    IMAGE_APPEND_PLATFORM: Flag.default(true).describe('Append the platform to the tag, as in -linux-arm64.'),
    FROM_IMAGE: Text.default('').describe('Takes the place of the first FROM (stage "repos").'),
    DOCKERFILE: Text.default('Containerfile').describe('Containerfile, relative to the context.'),
    CONTEXT: Text.default('.').describe('Directory to build in, relative to the workspace.'),
    BUILD_ARGS: z.array(assignment).default([]).describe('NAME=value for each ARG of the Containerfile.'),
    LABELS: z.array(assignment).default([]).describe('NAME=value for each label of the image.'),
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
    TLSVERIFY: Flag.default(true).describe('Verify certificates of registries; loopback may be plain http.'),
  },
  results: {
    IMAGE_URL: ImageUrl.describe('Repository and tag of the image.'),
    IMAGE_DIGEST: Digest.describe('Digest of its manifest.'),
    IMAGE_REF: ImageRef.describe('The image, by tag and digest.'),
  },
  workspaces: { source: { description: 'Holds the Containerfile and what it copies.', readOnly: true } },
  volumes: [{ name: 'varlibcontainers', emptyDir: {} }],
  steps: {
    build: {
      writes: ['IMAGE_URL', 'IMAGE_DIGEST', 'IMAGE_REF'],
      cpu: '1',
      memory: '4Gi',
      volumeMounts: [{ name: 'varlibcontainers', mountPath: '/var/lib/containers' }],
      privileges: {
        why: 'buildah unpacks layers with their owners and file capabilities, which needs root and SETFCAP.',
        securityContext: { runAsUser: 0, capabilities: { add: ['SETFCAP'] } },
      },
    },
  },
});
