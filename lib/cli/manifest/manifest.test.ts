import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { captured } from '#test/captured';
import { runCommandLine } from '../command-line.ts';

let scratch: string;
let tree: string;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'cli-manifest-'));
  tree = join(scratch, 'sources/images');
  cpSync(join(import.meta.dirname, '../../../demo/base-images'), tree, {
    recursive: true,
    verbatimSymlinks: true,
  });
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], {
      cwd: join(scratch, 'sources'),
    });
  await git('init', '--quiet', '--initial-branch=main');
  writeFileSync(join(scratch, 'sources/README'), '');
  await git('add', 'README');
  await git('commit', '--quiet', '--message=empty');
  await git('tag', 'empty');
  await git('add', '.');
  await git('commit', '--quiet', '--message=first');
  await git('tag', 'first');
  writeFileSync(
    join(tree, 'minimal-plus/manifest.yaml'),
    'include: ../minimal/manifest.yaml\npackages: [sudo nano]\n',
  );
  await git('commit', '--quiet', '--all', '--message=second');
  writeFileSync(
    join(tree, 'iot/manifest.yaml'),
    'include: ../minimal-plus/manifest.yaml\nrecommends: true\npackages: [podman]\n',
  );
});
afterAll(() => rmSync(scratch, { recursive: true }));

const manifest = (...args: readonly string[]) =>
  captured(() => runCommandLine(['manifest', ...args], undefined));
const of = (...args: readonly string[]) => manifest(...args, '-C', tree);

test('show lists what is asked for, where, and what is not interpreted', async () => {
  const { stdout, code } = await of('show', 'fedora-standard', '--arch', 'ppc64le');

  expect(code).toBe(0);
  expect(stdout).toMatch(/^irqbalance +standard\/manifest\.yaml:16 +packages-ppc64le$/m);
  expect(stdout).toContain(
    'recommended packages are installed\nexcluded: toolbox\nnot interpreted: edition, postprocess\n',
  );
  expect((await of('show', 'fedora-standard', '--arch', 's390x')).stdout).not.toContain('irqbalance');
});

test('--why follows the includes', async () => {
  const { stdout } = await of('show', 'fedora-standard', '--arch', 's390x', '--why', 'kernel');

  expect(stdout).toBe(
    [
      'minimal/kernel.yaml:2 asks for it (packages)',
      '  included by minimal/manifest.yaml:5',
      '  included by minimal-plus/manifest.yaml:1',
      '  included by standard/manifest.yaml:4',
      '  included by fedora-standard.yaml:4',
      '',
    ].join('\n'),
  );
});

test.for([
  ['toolbox', 'standard/manifest.yaml:20 excludes it'],
  ['netavark', 'a dependency may bring it'],
])('--why %s says why it is not asked for', async ([name = '', hint = '']) => {
  const { stderr, code } = await of('show', 'fedora-standard', '--arch', 's390x', '--why', name);

  expect(code).toBe(2);
  expect(stderr).toContain(`fedora-standard.yaml does not ask for ${name} on s390x`);
  expect(stderr).toContain(hint);
});

test('JSON has the same', async () => {
  const { stdout } = await of('show', 'fedora-iot', '--arch', 'aarch64', '-o', 'json');

  expect(JSON.parse(stdout)).toMatchObject({
    manifest: 'fedora-iot.yaml',
    architecture: 'aarch64',
    recommends: true,
    packages: { bootc: [{ file: 'minimal/bootc.yaml', line: 2, field: 'packages' }] },
  });
});

test('a path says its directory', async () => {
  const { stdout } = await manifest('files', join(tree, 'minimal.yaml'), '--arch', 's390x');

  expect(stdout.split('\n')).toEqual([
    'minimal.yaml',
    'fedora-includes/generic.yaml',
    'minimal/manifest.yaml',
    'minimal/kernel.yaml',
    'minimal/bootc.yaml',
    'minimal/ostree.yaml',
    'minimal/initramfs.yaml',
    '',
  ]);
});

test('diff compares two revisions, or one with the files as they are', async () => {
  const revisions = await of('diff', 'fedora-iot', '--arch', 's390x', '--from', 'first', '--to', 'HEAD');
  const files = await of('diff', 'fedora-iot', '--arch', 's390x', '--from', 'HEAD');
  const same = await of('diff', 'fedora-minimal', '--arch', 's390x', '--from', 'first');

  expect(revisions.stdout).toBe('+ package nano\n- package NetworkManager\n- package openssh-server\n');
  expect(files.stdout).toBe('- package greenboot\n~ recommends: false → true\n');
  expect(same.stdout).toBe('nothing differs\n');
  const json = await of('diff', 'fedora-iot', '--arch', 's390x', '--from', 'HEAD', '-o', 'json');
  expect(JSON.parse(json.stdout)).toMatchObject({ removed: ['greenboot'], recommends: [false, true] });
});

test.for([
  [['show', 'no-such', '--arch', 's390x'], 4, 'there is no manifest no-such.yaml'],
  [['show', 'minimal', '--arch', 'S390'], 2, 'Write it as x86_64'],
  [['diff', 'minimal', '--arch', 's390x', '--from', 'nowhere'], 2, 'git has no revision nowhere with'],
  [['diff', 'minimal', '--arch', 's390x', '--from', 'empty'], 2, 'git has no revision empty with'],
  [['diff', 'minimal', '--arch', 's390x', '--from', '--output=x'], 2, ''],
] as const)('%j is refused', async ([args, code, message]) => {
  const result = await of(...args);

  expect(result.code).toBe(code);
  expect(result.stderr).toContain(message);
});

test('a directory that is not there is refused', async () => {
  const result = await manifest('show', 'minimal', '--arch', 's390x', '-C', join(scratch, 'nowhere'));

  expect(result).toMatchObject({ code: 2, stderr: expect.stringContaining('there is no directory') });
});
