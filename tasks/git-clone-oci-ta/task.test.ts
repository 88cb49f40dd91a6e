import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { type Registry, startRegistry } from '#test/registries/registry';
import { makeGitRepository } from '#test/servers/git-repository';
import { type GitServer, serveGit } from '#test/servers/git-server';
import { makeStepImage, renderedTask, runTask } from '#test/step-image';

let scratch: string;
let git: GitServer;
let registry: Registry;

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'git-clone-'));
  git = await serveGit(scratch, 'me:hunter2');
  registry = await startRegistry();
});
afterAll(async () => {
  git.close();
  await registry.stop();
  rmSync(scratch, { recursive: true });
});

test('the task as it is rendered stores a checkout that any tar unpacks, without the password in it', async () => {
  const upstream = await makeGitRepository(join(scratch, 'upstream'));
  const commit = await upstream.commit({ Containerfile: 'FROM a', run: '#!', link: { link: 'run' } });
  const auth = join(scratch, 'auth');
  mkdirSync(auth);
  writeFileSync(join(auth, 'username'), 'me');
  writeFileSync(join(auth, 'password'), 'hunter2');
  const mapping = await makeStepImage(
    join(scratch, 'steps'),
    ['clone', 'create-trusted-artifact'].map((step) => `git-clone-oci-ta/${step}`),
  );
  const runOnce = async (name: string) => {
    const { message, lines, results } = await runTask({
      task: renderedTask('git-clone-oci-ta'),
      params: { url: `${git.url}/upstream`, ociStorage: `${registry.host}/${name}:rev.git` },
      mapping,
      runsDirectory: scratch,
      spec: { podTemplate: { securityContext: { runAsUser: 1_000_650_000 } } },
      workspaces: { 'basic-auth': auth },
    });
    expect(message, lines.join('\n')).toBe('All Steps have completed executing');
    expect(lines.join('\n')).not.toContain('hunter2');
    return Object.fromEntries(
      results.map(({ name, value }) => [name, typeof value === 'string' ? value : '']),
    );
  };

  const first = await runOnce('first');
  const second = await runOnce('second');

  const [, digest = ''] = /^oci:[^@]+@(sha256:[0-9a-f]{64})$/.exec(first.SOURCE_ARTIFACT ?? '') ?? [];
  expect(first).toMatchObject({ commit, url: `${git.url}/upstream` });
  expect(second.SOURCE_ARTIFACT).toBe(`oci:${registry.host}/second@${digest}`);
  const blob = await fetch(`http://${registry.host}/v2/first/blobs/${digest}`);
  const archive = join(scratch, 'archive.tar.gz');
  writeFileSync(archive, Buffer.from(await blob.arrayBuffer()));
  const unpacked = join(scratch, 'unpacked');
  mkdirSync(unpacked);
  await run('tar', ['-xzf', archive, '-C', unpacked]);
  const status = await run('git', ['-c', 'safe.directory=*', 'status', '--porcelain'], { cwd: unpacked });
  expect(status.stdout).toBe('');
  const head = await run('git', ['-c', 'safe.directory=*', 'rev-parse', 'HEAD'], { cwd: unpacked });
  expect(head.stdout.trim()).toBe(commit);
  await expect(run('grep', ['--recursive', '--quiet', 'hunter2', unpacked])).rejects.toThrow(
    'exited with code 1',
  );
});
