import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { run } from '#lib/process';
import { checkVersions } from './index.ts';

let root: string;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'versions-'));
  onTestFinished(() => rmSync(root, { recursive: true }));
  write('bundles/rendered/tasks/t.yaml', yaml('0.1.0', 'IMAGE'));
  write('tasks/t/CHANGELOG.md', '# Changelog\n\n## 0.1.0\n\n- First.\n');
  await git('init', '--quiet');
  await git('add', '.');
  await git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '--quiet', '-m', 'first');
});

test('nothing has changed', async () => {
  expect(await check()).toEqual({ compatibility: 'unchanged', problems: [] });
});

test('a change without a new version', async () => {
  write('bundles/rendered/tasks/t.yaml', yaml('0.1.0', 'OTHER'));

  expect(await check()).toEqual({
    compatibility: 'breaking',
    problems: [
      'it has changed and is still version 0.1.0: the minor version must go up',
      '0.1.0 breaks its users: tasks/t/CHANGELOG.md needs a heading "### Migration" that says what they have to do',
    ],
  });
});

test('a new version without a word about it', async () => {
  write('bundles/rendered/tasks/t.yaml', yaml('0.2.0', 'IMAGE'));

  expect((await check()).problems).toEqual(['tasks/t/CHANGELOG.md has no entry for 0.2.0']);
});

test('a breaking one that says what to do', async () => {
  write('bundles/rendered/tasks/t.yaml', yaml('0.2.0', 'OTHER'));
  write(
    'tasks/t/CHANGELOG.md',
    '# Changelog\n\n## [0.2.0] - 2026-11-23\n\n- Renamed.\n\n### Migration\n\nRename it.\n\n## 0.1.0\n\n- First.\n',
  );

  expect(await check()).toEqual({ compatibility: 'breaking', problems: [] });
});

test('a breaking one that has a migration script', async () => {
  write('bundles/rendered/tasks/t.yaml', yaml('0.2.0', 'OTHER'));
  write('tasks/t/CHANGELOG.md', '## 0.2.0\n\n- Renamed.\n');
  write('tasks/t/migrations/0.2.0.sh', '#!/usr/bin/env bash\n');

  expect((await check()).problems).toEqual([]);
});

test('a file among the migrations that is none', async () => {
  write('tasks/t/migrations/readme.md', '');

  await expect(check()).rejects.toThrow('readme.md is no migration');
});

test('without a release only the changelogs are looked at', async () => {
  write('bundles/rendered/tasks/t.yaml', yaml('0.1.0', 'OTHER'));

  const [only] = await checkVersions({ root, base: undefined });

  expect(only).toMatchObject({ review: undefined, problems: [] });
});

async function check() {
  const [only] = await checkVersions({ root, base: 'HEAD' });
  return { compatibility: only?.review?.compatibility, problems: only?.problems };
}

function write(path: string, text: string): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
}

async function git(...args: string[]): Promise<void> {
  await run('git', ['-C', root, ...args]);
}

function yaml(version: string, param: string): string {
  return `apiVersion: tekton.dev/v1
kind: Task
metadata: {name: t, labels: {app.kubernetes.io/version: ${version}}}
spec:
  params: [{name: ${param}, default: ''}]
  steps: [{name: s, image: x}]
`;
}
