import { execFileSync, spawnSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
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
let commits: string[];
let source: string;
const lines: string[] = [];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'clone-'));
  server = await serveGit(scratch);
  const library = await makeGitRepository(join(scratch, 'library'));
  const inner = await library.commit({ 'lib.txt': 'library' });
  await library.git('tag', 'library-1');
  expect(inner).toMatch(/^[0-9a-f]{40}$/);

  upstream = await makeGitRepository(join(scratch, 'upstream'));
  commits = [
    await upstream.commit({ Containerfile: 'FROM a', 'dir/one': '1', 'other/two': '2' }),
    await upstream.commit({ Containerfile: 'FROM b' }),
    await upstream.commit({ link: { link: 'dir/one' }, 'f ü.txt': 'x' }),
  ];
  await upstream.git('tag', '--annotate', '--message', 'One', 'v1', commits[0] ?? '');
  await upstream.git('branch', 'old', commits[1] ?? '');
  await upstream.git('update-ref', 'refs/pull/7/head', commits[1] ?? '');
  await upstream.git('checkout', '--quiet', '-b', 'modules');
  await upstream.git(
    '-c',
    'protocol.file.allow=always',
    'submodule',
    '--quiet',
    'add',
    `${server.url}/library`,
    'deps/a',
  );
  await upstream.git(
    '-c',
    'protocol.file.allow=always',
    'submodule',
    '--quiet',
    'add',
    '../library',
    'deps/b',
  );
  await upstream.commit({});
  await upstream.git('checkout', '--quiet', 'main');
  // git leaves the files of submodules behind.
  rmSync(join(upstream.path, 'deps'), { recursive: true });
});
afterAll(() => {
  server.close();
  rmSync(scratch, { recursive: true });
});
beforeEach(() => {
  source = join(mkdtempSync(join(scratch, 'work-')), 'source');
  lines.length = 0;
});

const cloneWith = (
  params: Readonly<Record<string, string>>,
  workspaces: Readonly<Record<string, string>> = {},
) =>
  runStepWith(
    clone,
    { url: `${server.url}/upstream`, ociStorage: 'registry.example/a:1.git', ...params },
    {
      workspaces: { source, ...workspaces },
      lines,
    },
  );
const git = (...args: readonly string[]): string =>
  execFileSync('git', args, { cwd: source, encoding: 'utf8' }).trim();
const history = () => git('log', '--format=%H').split('\n');
const files = () =>
  readdirSync(source)
    .filter((name) => name !== '.git')
    .sort();

test('the default branch, its last commit alone, with what is to be told of it', async () => {
  const results = await cloneWith({});

  const url = `${server.url}/upstream`;
  expect(results).toEqual({
    commit: commits[2],
    'short-commit': commits[2]?.slice(0, 7),
    'commit-timestamp': String(Date.UTC(2026, 0, 1, 0, 3) / 1000),
    url,
    'CHAINS-GIT_URL': url,
    'CHAINS-GIT_COMMIT': commits[2],
    merged_sha: '',
  });
  expect(history()).toEqual([commits[2]]);
  expect(files()).toEqual(['Containerfile', 'dir', 'f ü.txt', 'link', 'other']);
  expect(git('status', '--porcelain')).toBe('');
});

test('two clones are equal but for nothing, and have the time of their commit', async () => {
  await cloneWith({});
  const first = source;
  source = join(mkdtempSync(join(scratch, 'work-')), 'source');
  await cloneWith({});

  const seen = [first, source].map((root) =>
    readdirSync(root, { recursive: true, encoding: 'utf8' })
      .sort()
      .map((name) => {
        const stat = lstatSync(join(root, name));
        return [
          name,
          stat.mode,
          stat.mtimeMs,
          stat.isFile() && readFileSync(join(root, name)).toString('hex'),
        ];
      }),
  );
  expect(seen[0]).toEqual(seen[1]);
  const time = Date.UTC(2026, 0, 1, 0, 3);
  expect(new Set(seen[0]?.map(([, , mtime]) => mtime))).toEqual(new Set([time]));
});

test.for([
  ['a branch', (): string => 'old', 1],
  ['a tag, which is an object of its own', (): string => 'v1', 0],
  ['a commit', (): string => commits[0] ?? '', 0],
  ['a ref', (): string => 'refs/pull/7/head', 1],
] as const)('%s is checked out', async ([, revision, index]) => {
  const { commit }: { readonly commit: string } = await cloneWith({ revision: revision() });

  expect(commit).toBe(commits[index]);
  expect(git('rev-parse', 'HEAD')).toBe(commits[index]);
});

test.for([
  ['0', 3],
  ['2', 2],
  ['50', 3],
] as const)('depth %s has %i commits', async ([depth, count]) => {
  await cloneWith({ depth });

  expect(history()).toEqual(commits.toReversed().slice(0, count));
});

test('a refspec is fetched first, and the revision found in it', async () => {
  const refspec = '+refs/heads/main:refs/remotes/origin/main refs/heads/old:refs/remotes/origin/old';

  expect((await cloneWith({ refspec })).commit).toBe(commits[2]);
  expect((await cloneWith({ refspec, revision: 'old' })).commit).toBe(commits[1]);
  await expect(cloneWith({ refspec, revision: 'none' })).rejects.toThrow(
    'revision "none" is not in what refspec',
  );
});

test('tags are fetched where they are asked for', async () => {
  await cloneWith({});
  expect(git('tag')).toBe('');
  await cloneWith({ fetchTags: 'true' });
  expect(git('tag')).toBe('v1');
});

test('a sparse checkout has its directories and the files of the root', async () => {
  await cloneWith({ sparseCheckoutDirectories: 'dir, nothing' });

  expect(files()).toEqual(['Containerfile', 'dir', 'f ü.txt', 'link']);
  expect(git('status', '--porcelain')).toBe('');
});

test('submodules come with it, all of them, some, or none', async () => {
  await cloneWith({ revision: 'modules', fetchTags: 'true' });
  expect(readFileSync(join(source, 'deps/a/lib.txt'), 'utf8')).toBe('library');
  expect(readFileSync(join(source, 'deps/b/lib.txt'), 'utf8')).toBe('library');
  expect(git('-C', 'deps/a', 'tag')).toBe('library-1');
  expect(git('status', '--porcelain')).toBe('');

  await cloneWith({ revision: 'modules', submodulePaths: 'deps/b' });
  expect([readdirSync(join(source, 'deps/a')), existsSync(join(source, 'deps/b/lib.txt'))]).toEqual([
    [],
    true,
  ]);

  await cloneWith({ revision: 'modules', submodules: 'false' });
  expect(readdirSync(join(source, 'deps/b'))).toEqual([]);
});

test('a repository comes by file, too, and what an earlier try left is gone', async () => {
  mkdirSync(join(source, 'left'), { recursive: true });

  await cloneWith({ url: `file://${upstream.path}` });

  expect(files()).not.toContain('left');
});

// The steps run as a user of their own, 65532, to whom no repository of this machine belongs.
test.runIf(process.getuid?.() === 0)(
  'a repository of this machine that belongs to another user is read, a linked work tree too',
  async () => {
    const other = await makeGitRepository(join(scratch, 'of"another"100%'));
    const commit = await other.commit({ file: 'x' });
    await other.git('worktree', 'add', '--quiet', join(scratch, 'linked'));
    await other.git('clone', '--quiet', '--bare', '.', join(scratch, 'bare.git'));
    symlinkSync(other.path, join(scratch, 'alias'));
    execFileSync('chown', [
      '-R',
      '12345:12345',
      ...['linked', 'bare.git'].map((one) => join(scratch, one)),
      other.path,
    ]);
    const untrusted = spawnSync('git', ['ls-remote', other.path], {
      encoding: 'utf8',
      env: { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null' },
    });
    expect(untrusted.stderr).toContain('dubious ownership');

    const paths = [
      other.path,
      `${other.path}/.git`,
      join(scratch, 'linked'),
      join(scratch, 'bare'),
      join(scratch, 'alias'),
    ];
    for (const url of [...paths, `${other.path}//`, ...paths.map((path) => `file://${encodeURI(path)}`)]) {
      expect(await cloneWith({ url })).toMatchObject({ commit });
    }
  },
);

test.for<[params: Readonly<Record<string, string>>, message: string]>([
  [{ revision: 'nothing' }, 'revision "nothing" is not in http'],
  [{ revision: 'a'.repeat(40) }, `revision "${'a'.repeat(40)}" is not in http`],
  [{ refspec: 'refs/heads/nothing' }, 'refspec "refs/heads/nothing" is not in http'],
  [{ revision: '--upload-pack=touch /tmp/x' }, 'is no name of a branch, a tag or a commit'],
  [{ revision: '-x' }, 'is no name of a branch, a tag or a commit'],
  [{ revision: 'main:refs/heads/x' }, 'is no name of a branch, a tag or a commit'],
  [{ url: 'ext::sh -c id' }, 'url is no address of a repository'],
  [{ submodulePaths: '"a' }, 'submodulePaths is no list'],
  [{ url: 'file:///no/such%20place' }, 'there is no /no/such place where this step runs'],
  [{ url: '/no/place/' }, 'there is no /no/place where this step runs'],
])('%j is refused with one message', async ([params, message]) => {
  await expect(cloneWith(params)).rejects.toThrow(message);
});

test('a repository that is not there is told by its address, with what to do', async () => {
  await expect(cloneWith({ url: `${server.url}/nothing` })).rejects.toThrow(
    expect.objectContaining({
      message: expect.stringContaining('not found'),
      hint: expect.stringMatching(/address|basic-auth/),
    }),
  );
});

test('a link that leads out is refused by its path, unless a pattern names it, or nobody looks', async () => {
  await upstream.git('checkout', '--quiet', '-b', 'links');
  await upstream.commit({ 'docs/out': { link: '../../x' }, 'docs/in': { link: '../dir' } });
  await upstream.git('checkout', '--quiet', 'main');
  const revision = 'links';

  await expect(cloneWith({ revision })).rejects.toThrow(/^links lead out of the repository: docs\/out$/);
  await cloneWith({ revision, symlinkCheckIgnorePattern: '"docs/*"' });
  await cloneWith({ revision, enableSymlinkCheck: 'false' });
});

test('debug tells each command, warn nothing', async () => {
  await cloneWith({ logLevel: 'debug' });
  expect(lines).toContain('git checkout --quiet --force --detach '.concat(commits[2] ?? ''));
  lines.length = 0;
  await cloneWith({ logLevel: 'WARN' });
  expect(lines).toEqual([]);
});
