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

const own = {
  ...dataStep,
  memory: '128Mi',
  timeout: '5m',
} as const;

/** Konflux' task of this name, name for name. */
export const task = defineTask({
  name: 'reduce-snapshot',
  version: '0.1.0',
  displayName: 'Reduce a Snapshot to one component',
  categories: ['Release'],
  tags: ['konflux', 'release'],
  description:
    'In single-component mode, leaves of a Snapshot the one component that it was made for, by the labels of the Snapshot. A component that is not in it exactly once leaves the Snapshot whole, and that is told.',
  failures: {
    '… says no single component: …':
      'A Snapshot that was made by hand is released with `SINGLE_COMPONENT` false.',
  },
  params: {
    SNAPSHOT: Text.describe('Path of the spec of the Snapshot.'),
    SINGLE_COMPONENT: Flag.describe('Whether one component is released.'),
    SINGLE_COMPONENT_CUSTOM_RESOURCE: Text.describe(
      'The object whose labels say which component, as snapshot/name.',
    ),
    SINGLE_COMPONENT_CUSTOM_RESOURCE_NS: Text.default('').describe(
      'Its namespace; empty for that of the pod.',
    ),
    SNAPSHOT_PATH: Text.describe('Path that the reduced spec is written to.'),
    ...dataParams,
    caCertPath: Text.default('/mnt/trusted-ca/ca-bundle.crt').describe(
      'Without effect: accepted for the sake of those who pass it.',
    ),
  },
  results: { sourceDataArtifact: SourceDataArtifact },
  workspaces: dataWorkspaces,
  volumes: dataVolumes,
  steps: ({ context }) => ({
    'use-trusted-artifact': {
      ...useDataStep,
      takes: [...useDataStep.takes, 'caCertPath'],
    },
    'ensure-required-labels-present': {
      ...own,
      reads: { ...dataStep.reads, namespace: context.taskRun.namespace },
      takes: ['SINGLE_COMPONENT', 'SINGLE_COMPONENT_CUSTOM_RESOURCE', 'SINGLE_COMPONENT_CUSTOM_RESOURCE_NS'],
      cpu: '10m',
    },
    reduce: {
      ...own,
      reads: { ...dataStep.reads, namespace: context.taskRun.namespace },
      takes: [
        'SNAPSHOT',
        'SINGLE_COMPONENT',
        'SINGLE_COMPONENT_CUSTOM_RESOURCE',
        'SINGLE_COMPONENT_CUSTOM_RESOURCE_NS',
        'SNAPSHOT_PATH',
        'ociStorage',
        'dataDir',
      ],
      cpu: '10m',
    },
    'create-trusted-artifact': createDataStep,
  }),
});
