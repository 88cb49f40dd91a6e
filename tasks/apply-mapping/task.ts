import { registryFailures } from '#lib/konflux';
import {
  createDataStep,
  dataParams,
  dataStep,
  dataVolumes,
  dataWorkspaces,
  SourceDataArtifact,
  useDataStep,
} from '#lib/release-files';
import { defineTask, Flag, Text } from '#lib/tekton';

/** Konflux' task of this name, name for name. */
export const task = defineTask({
  name: 'apply-mapping',
  version: '0.1.0',
  displayName: 'Apply the mapping to a Snapshot',
  categories: ['Release'],
  tags: ['konflux', 'release', 'mapping'],
  description:
    'Says for each component of a Snapshot to which repositories it goes, with which tags. Both forms of a mapping are taken, repositories and the short one of repository and tags. Variables of tags are expanded from what all platforms of an image say alike; a table tells of each component what becomes of it.',
  documentation: `## Variables of tags

| variable | what it stands for |
| --- | --- |
| \`{{ timestamp }}\` | label build-date of the image, else when it was created, by \`timestampFormat\` |
| \`{{ release_timestamp }}\` | now, by \`timestampFormat\` |
| \`{{ git_sha }}\`, \`{{ git_short_sha }}\` | the commit of the source, and its first 7 characters |
| \`{{ digest_sha }}\` | the hexadecimal digits of the image's digest |
| \`{{ oci_version }}\` | label org.opencontainers.image.version, with _ for +; \`unknown\` without one |
| \`{{ labels.<name> }}\` | a label |
| \`{{ incrementer }}\` | one more than the highest number in its place among the tags of the repository |

\`timestampFormat\` is a format of \`date\`, in UTC: of the component, else of \`mapping.defaults\`, else \`%s\`.
Where platforms of an image do not say the same, the tag is refused and each value is told.`,
  failures: {
    'no component is both in the Snapshot and in the mapping: …':
      'Names of components differ between the Snapshot and `mapping.components`: write them alike.',
    'there is no tag for …': 'Say tags of the repository, `componentTags`, or `mapping.defaults.tags`.',
    '… which is no image by digest':
      'A Snapshot names images as registry/repository@sha256:…: build it anew.',
    ...registryFailures,
  },
  params: {
    snapshotPath: Text.describe(
      'Path of the spec of the Snapshot in dataDir; the mapped one takes its place.',
    ),
    dataPath: Text.describe('Path of the merged data in dataDir.'),
    failOnEmptyResult: Flag.default(false).describe(
      'Fail where no component is both in the Snapshot and in the mapping.',
    ),
    addImplicitTimestampTag: Flag.default(false).describe(
      'Give each repository the tag {{ timestamp }} where none of its tags has that.',
    ),
    ...dataParams,
  },
  results: {
    mapped: Text.describe('Whether there is a mapping: true or false.'),
    sourceDataArtifact: SourceDataArtifact,
  },
  workspaces: dataWorkspaces,
  volumes: dataVolumes,
  steps: {
    'use-trusted-artifact': useDataStep,
    'apply-mapping': {
      ...dataStep,
      takes: [
        'snapshotPath',
        'dataPath',
        'failOnEmptyResult',
        'addImplicitTimestampTag',
        'ociStorage',
        'dataDir',
      ],
      writes: ['mapped'],
      cpu: '1',
      memory: '128Mi',
      timeout: '30m',
    },
    'create-trusted-artifact': createDataStep,
  },
});
