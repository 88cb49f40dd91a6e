import {
  TrustedCaKey,
  TrustedCaName,
  trustedCaMount,
  trustedCaVariable,
  trustedCaVolume,
} from '#lib/konflux';
import { Text } from '#lib/tekton';

/** Where the steps of a task share files; the files of a release are in a directory of it. */
const WORKDIR = '/var/workdir';

/** Params by which every task of the release pipeline says where its files are, names and defaults as upstream's. */
export const dataParams = {
  ociStorage: Text.default('empty').describe(
    'Repository, with or without a tag, that the files of the release are stored in as a trusted artifact. Empty, or the word empty: they stay in the workspace where that is a claim, and else go to the repository that they came from.',
  ),
  ociArtifactExpiresAfter: Text.default('1d').describe(
    'When the registry may delete the artifact, such as 5d; empty for never.',
  ),
  trustedArtifactsDebug: Text.default('').describe(
    'Without effect: accepted for the sake of those who pass it.',
  ),
  orasOptions: Text.default('').describe(
    'Options of oras; --plain-http and --insecure let the registry of the artifact do without TLS, no other has an effect.',
  ),
  sourceDataArtifact: Text.default('').describe(
    'Trusted artifact with the files of the release, as the task before has left them.',
  ),
  dataDir: Text.default(`${WORKDIR}/release`).describe(
    `Directory of the files of the release, inside ${WORKDIR}.`,
  ),
  taskGitUrl: Text.default('').describe('Without effect: accepted for the sake of those who pass it.'),
  taskGitRevision: Text.default('').describe('Without effect: accepted for the sake of those who pass it.'),
  caTrustConfigMapName: TrustedCaName,
  caTrustConfigMapKey: TrustedCaKey,
};

const { sourceDataArtifact: _, ...first } = dataParams;

/** Those of the task that makes the files: there are none before it. */
export const firstDataParams = first;

export const dataVolumes = [
  trustedCaVolume('caTrustConfigMapName', 'caTrustConfigMapKey'),
  { name: 'workdir', emptyDir: {} },
] as const;

export const dataWorkspaces = {
  data: {
    description: 'Holds the files of the release where it is a claim and ociStorage is empty.',
    optional: true,
  },
} as const;

/** What a step needs to find the files of the release. */
export const dataStep = {
  reads: { workdir: WORKDIR },
  volumeMounts: [trustedCaMount, { name: 'workdir', mountPath: WORKDIR }],
  env: [
    trustedCaVariable,
    { name: 'RELEASE_CLAIM', value: '$(workspaces.data.claim)' },
    { name: 'RELEASE_UID', value: '$(context.taskRun.uid)' },
    { name: 'ORAS_OPTIONS', value: '$(params.orasOptions)' },
  ],
} as const;

/** Params without effect; that they are given to a step tells whoever reads the object that they are known. */
const WITHOUT_EFFECT = ['trustedArtifactsDebug', 'taskGitUrl', 'taskGitRevision'] as const;

/** `use-trusted-artifact`: the files come in. */
export const useDataStep = {
  ...dataStep,
  takes: ['ociStorage', 'sourceDataArtifact', 'dataDir', ...WITHOUT_EFFECT],
  cpu: '30m',
  memory: '128Mi',
  timeout: '1h',
} as const;

/** `create-trusted-artifact`: they are handed on. */
export const createDataStep = {
  ...useDataStep,
  takes: [...useDataStep.takes, 'ociArtifactExpiresAfter'],
  writes: ['sourceDataArtifact'],
} as const;

/** Result of the tasks that hand the files on. */
export const SourceDataArtifact = Text.describe(
  'Trusted artifact with the files of the release; empty where they stay in the workspace.',
);
