import * as z from 'zod';
import {
  LogLevel,
  registryFailures,
  TrustedCaKey,
  TrustedCaName,
  trustedCaMount,
  trustedCaVariable,
  trustedCaVolume,
} from '#lib/konflux';
import { Count, defineTask, Flag, Text } from '#lib/tekton';

const SOURCE = '/var/workdir/source';
const workdir = { name: 'workdir', mountPath: '/var/workdir' } as const;

/** Konflux' task of this name and version, name for name. */
export const task = defineTask({
  name: 'git-clone-oci-ta',
  version: '0.2.6',
  displayName: 'Clone a git repository',
  categories: ['Git'],
  tags: ['git', 'trusted-artifacts', 'konflux'],
  description:
    'Clones a repository and stores it as a trusted artifact. No credential is in the artifact, its .git/config included, and links that lead out of the repository are refused. Files have the time of their commit, so that two clones of one commit are equal.',
  failures: {
    '… is not in …':
      'The revision or branch is not there, or was not fetched: look at `revision`, `refspec` and `depth`.',
    'links lead out of the repository: …': 'Remove the links, or set `enableSymlinkCheck` to false.',
    '…: conflicts in …': 'Merge or rebase the branch of the request.',
    ...registryFailures,
  },
  params: {
    caTrustConfigMapKey: TrustedCaKey,
    caTrustConfigMapName: TrustedCaName,
    depth: Count.default(1).describe('How many commits of history are fetched; 0 for all.'),
    enableSymlinkCheck: Flag.default(true).describe('Refuse links that lead out of the repository.'),
    fetchTags: Flag.default(false).describe('Fetch all tags.'),
    httpProxy: Text.default('').describe('Proxy for http.'),
    httpsProxy: Text.default('').describe('Proxy for https.'),
    logLevel: LogLevel.describe(
      'What is logged: debug has each command of git; warn and error have no progress.',
    ),
    mergeSourceDepth: z
      .string()
      .regex(/^\d{0,9}$/, 'expected a whole number, or nothing')
      .default('')
      .describe('How many commits of the target branch are fetched; 0 or nothing for all.'),
    mergeSourceRepoUrl: Text.default('').describe(
      'Repository of the target branch; by default the one that is cloned.',
    ),
    mergeTargetBranch: Flag.default(false).describe('Merge the target branch into what is checked out.'),
    noProxy: Text.default('').describe('Hosts that are reached without a proxy.'),
    ociArtifactExpiresAfter: Text.default('').describe(
      'When the registry may delete the artifact, such as 5d; empty for never.',
    ),
    ociStorage: Text.describe('Repository, with or without a tag, that the artifact is stored in.'),
    refspec: Text.default('').describe(
      'What is fetched before the revision is checked out; several with blanks between them.',
    ),
    revision: Text.default('').describe(
      'Branch, tag, whole commit or other ref that is checked out; by default the default branch.',
    ),
    shortCommitLength: Count.default(7).describe(
      'Characters of the short commit; more where git needs them to tell it from others.',
    ),
    sparseCheckoutDirectories: Text.default('').describe(
      'The only directories that are checked out, with commas between them (CSV).',
    ),
    sslVerify: Flag.default(true).describe('Verify the certificate of the server.'),
    submodulePaths: Text.default('').describe(
      'The only submodules that are fetched, with commas between them (CSV); by default all.',
    ),
    submodules: Flag.default(true).describe('Fetch submodules.'),
    symlinkCheckIgnorePattern: Text.default('').describe(
      'Links that are not checked: patterns of paths in the repository, with commas between them (CSV); * matches any text, slashes too, and ? one character.',
    ),
    targetBranch: Text.default('main').describe('Branch that is merged where mergeTargetBranch is true.'),
    url: Text.describe('Repository that is cloned: https, http, ssh, git or file.'),
  },
  results: {
    'CHAINS-GIT_COMMIT': Text.describe('The commit, as Tekton Chains looks for it.'),
    'CHAINS-GIT_URL': Text.describe('The repository, as Tekton Chains looks for it; without credentials.'),
    SOURCE_ARTIFACT: Text.describe('Trusted artifact with the source.'),
    commit: Text.describe('The commit that was checked out.'),
    'commit-timestamp': Text.describe('When it was made, in seconds since 1970.'),
    merged_sha: Text.describe('The commit with the target branch merged into it; empty without a merge.'),
    'short-commit': Text.describe('The commit, shortened.'),
    url: Text.describe('The repository; without credentials.'),
  },
  workspaces: {
    'basic-auth': {
      description: 'Holds .gitconfig and .git-credentials, or username and password.',
      optional: true,
    },
    'ssh-directory': {
      description: 'Holds keys (id_*), known_hosts and perhaps config, as ~/.ssh has them.',
      optional: true,
    },
  },
  volumes: [
    trustedCaVolume('caTrustConfigMapName', 'caTrustConfigMapKey'),
    { name: 'workdir', emptyDir: {} },
  ],
  steps: {
    clone: {
      writes: [
        'CHAINS-GIT_COMMIT',
        'CHAINS-GIT_URL',
        'commit',
        'commit-timestamp',
        'merged_sha',
        'short-commit',
        'url',
      ],
      reads: { source: SOURCE },
      cpu: '350m',
      memory: '2Gi',
      timeout: '1h',
      volumeMounts: [trustedCaMount, workdir],
      env: [trustedCaVariable],
    },
    'create-trusted-artifact': {
      writes: ['SOURCE_ARTIFACT'],
      reads: { source: SOURCE },
      cpu: '1',
      memory: '512Mi',
      timeout: '1h',
      volumeMounts: [trustedCaMount, workdir],
      env: [trustedCaVariable],
    },
  },
});
