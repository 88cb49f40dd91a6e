import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { runStepWith } from '#test/context';
import { type GitRepository, makeGitRepository } from '#test/servers/git-repository';
import { type GitServer, serveGit } from '#test/servers/git-server';
import clone from './clone.ts';

let scratch: string;
let server: GitServer;
let upstream: GitRepository;
let feature: string;
let source: string;

// main and feature come from one commit, each with three more of its own; a fork has one more on its main.
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'merge-'));
  server = await serveGit(scratch);
  upstream = await makeGitRepository(join(scratch, 'upstream'));
  await upstream.commit({ shared: 'a\nb\nc\nd\ne\n', conflict: 'x' });
  await upstream.git('checkout', '--quiet', '-b', 'feature');
  await upstream.commit({ shared: 'A\nb\nc\nd\ne\n' });
  await upstream.commit({ ours: '1' });
  feature = await upstream.commit({ ours: '2' });
  await upstream.git('checkout', '--quiet', '-b', 'clash');
  await upstream.commit({ conflict: 'ours' });
  await upstream.git('checkout', '--quiet', 'main');
  await upstream.commit({ shared: 'a\nb\nc\nd\nE\n' });
  await upstream.commit({ theirs: '1' });
  await upstream.commit({ theirs: '2', conflict: 'theirs' });
  await upstream.git('clone', '--quiet', '.', '../fork');
  const fork = await makeGitRepository(join(scratch, 'fork'));
  await fork.commit({ forked: 'yes' });
});
afterAll(() => {
  server.close();
  rmSync(scratch, { recursive: true });
});
beforeEach(() => {
  source = join(mkdtempSync(join(scratch, 'work-')), 'source');
});

const merge = (params: Readonly<Record<string, string>>) =>
  runStepWith(
    clone,
    {
      url: `${server.url}/upstream`,
      ociStorage: 'r.example/a',
      revision: 'feature',
      mergeTargetBranch: 'true',
      ...params,
    },
    { workspaces: { source } },
  );
const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: source, encoding: 'utf8' }).trim();
const text = (name: string) => readFileSync(join(source, name), 'utf8');

test.for([
  ['0', ''],
  ['1', ''],
  ['1', '1'],
  ['2', '2'],
  ['50', '0'],
])(
  'with depth %s and mergeSourceDepth %j both sides are there',
  async ([depth = '', mergeSourceDepth = '']) => {
    const results = await merge({ depth, mergeSourceDepth });

    expect(results.commit).toBe(feature);
    expect(results['CHAINS-GIT_COMMIT']).toBe(feature);
    expect(results.merged_sha).toBe(git('rev-parse', 'HEAD'));
    expect(git('log', '-1', '--format=%P %an <%ae> %s')).toBe(
      `${feature} ${await upstream.git('rev-parse', 'main')} Konflux CI Git Clone <git-clone@konflux-ci.dev> Merge branch 'main' from origin into ${feature}`,
    );
    expect([text('shared'), text('ours'), text('theirs')]).toEqual(['A\nb\nc\nd\nE\n', '2', '2']);
    expect(git('status', '--porcelain')).toBe('');
  },
);

test('two merges of the same two commits are one', async () => {
  const { merged_sha: first } = await merge({});
  await new Promise((resolve) => setTimeout(resolve, 1_100));

  expect((await merge({})).merged_sha).toBe(first);
});

test.for(['1', '0'])('a branch comes from another repository, with depth %s', async (mergeSourceDepth) => {
  const { merged_sha } = await merge({ mergeSourceRepoUrl: `${server.url}/fork`, mergeSourceDepth });

  expect(text('forked')).toBe('yes');
  expect(git('log', '-1', '--format=%H %s')).toBe(
    `${merged_sha} Merge branch 'main' from merge-source into ${feature}`,
  );
});

test('a repository that differs in its ending is the same', async () => {
  await merge({ mergeSourceRepoUrl: `${server.url}/upstream/` });

  expect(git('remote')).toBe('origin');
});

test('what is merged already stays as it is', async () => {
  const { commit, merged_sha } = await merge({ targetBranch: 'feature' });

  expect(merged_sha).toBe(commit);
});

test('conflicts are told by their files', async () => {
  await expect(merge({ revision: 'clash' })).rejects.toThrow(
    /^main cannot be merged into [0-9a-f]{40}: conflicts in conflict$/,
  );
});

test.for([
  ['nothing', 'targetBranch "nothing" is not in the repository'],
  ['--exec=id', 'is no name of a branch'],
  ['', 'targetBranch is empty'],
])('%j is no branch', async ([targetBranch = '', message = '']) => {
  await expect(merge({ targetBranch })).rejects.toThrow(message);
});

test('without mergeTargetBranch nothing is merged', async () => {
  await merge({ mergeTargetBranch: 'false', mergeSourceRepoUrl: 'no address' });

  expect(existsSync(join(source, 'theirs'))).toBe(false);
});
