import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ContainerRequest } from '../pod/backend.ts';
import { assembleRoot } from './assembled-root.ts';
import { openPodman, type Podman } from './podman.ts';
import { type ServedPodman, servePodman } from './serve.ts';

const scratch = mkdtempSync(join(tmpdir(), 'assembled-root-'));
const name = `none-such-${process.pid}`;
let count = 0;
let served: ServedPodman;
let podman: Podman;

beforeAll(async () => {
  served = await servePodman();
  await served.service.listening;
  const invocation = { ...served.invocation, overlaysRoot: false };
  podman = openPodman({
    served: { ...served, invocation },
    runId: `assembled-${process.pid}`,
    network: 'none',
  });
});

afterAll(async () => {
  await podman.close();
  await served.close();
  rmSync(scratch, { recursive: true });
});

test('The root is links as they are, overlays over directories, and empty places for what a container has itself.', async () => {
  const { path, overlays } = await assembleRoot(join(scratch, 'plain'), ['/tekton/steps']);

  expect(overlays).toEqual(expect.arrayContaining(['/usr', '/etc']));
  for (const own of ['/proc', '/run', '/sys', '/tmp']) {
    expect(overlays).not.toContain(own);
    expect(await readdir(join(path, own))).toEqual([]);
  }
  expect(lstatSync(join(path, 'tmp')).mode & 0o7777).toBe(0o1777);
  if (lstatSync('/bin').isSymbolicLink()) expect(readlinkSync(join(path, 'bin'))).toBe(readlinkSync('/bin'));
});

test('A directory is opened as far as something new must be mounted in it.', async () => {
  const { path, overlays, files } = await assembleRoot(join(scratch, 'opened'), [
    `/usr/lib/${name}/deep`,
    '/usr/bin/env',
  ]);

  expect(overlays).toEqual(expect.arrayContaining(['/usr/bin', '/etc']));
  expect(overlays).not.toContain('/usr');
  expect(overlays).not.toContain('/usr/lib');
  const inLib = await readdir('/usr/lib', { withFileTypes: true });
  expect(await readdir(join(path, 'usr/lib'))).toEqual(
    expect.arrayContaining(inLib.filter((one) => one.isDirectory()).map((one) => one.name)),
  );
  expect(files.filter((file) => file.startsWith('/usr/lib/'))).toEqual(
    inLib.filter((one) => one.isFile()).map((one) => `/usr/lib/${one.name}`),
  );
});

test('A container writes where it likes, and nothing of it reaches the machine.', async () => {
  const inside = `/usr/lib/${name}`;
  mkdirSync(join(scratch, 'source'));
  writeFileSync(join(scratch, 'source/file'), 'mounted');
  const script = `cat ${inside}/file; cat /etc/passwd | head -n 1; for at in / /usr/ /etc/ /tmp/ /run/; do echo here > "$at"${name} && cat "$at"${name}; done`;

  const said = await sh(script, {
    mounts: [{ source: join(scratch, 'source'), path: inside, readOnly: true }],
  });

  expect(said).toBe(`mounted${readFileSync('/etc/passwd', 'utf8').split('\n')[0]}\n${'here\n'.repeat(5)}`);
  for (const at of ['/', '/usr/', '/etc/', '/tmp/', '/run/', '/usr/lib/'])
    await expect(access(at + name), at).rejects.toThrow('ENOENT');
});

test('A read-only root is so in all its parts.', async () => {
  const said = await sh(`for at in / /usr/ /etc/; do echo here 2>&1 > "$at"${name} || echo refused; done`, {
    security: { readOnlyRootFilesystem: true },
  });

  expect(said.match(/refused$/gm)).toHaveLength(3);
});

async function sh(script: string, request: Partial<ContainerRequest>): Promise<string> {
  let said = '';
  const pod = await podman.startPod({
    name: `pod-${count++}`,
    hostNetwork: false,
    keepsNetwork: false,
    endsSlowly: false,
    hostAliases: [],
  });
  await pod.run(
    {
      name: 'step',
      image: { kind: 'rootfs', path: '/', mounts: [], user: '' },
      command: ['/bin/sh', '-c'],
      args: [script],
      environment: [{ name: 'PATH', value: '/usr/bin:/bin', secret: false }],
      workingDir: undefined,
      mounts: [],
      security: {},
      limits: {},
      groups: [],
      ...request,
    },
    {
      write: (chunk) => {
        said += chunk.toString();
      },
      drained: () => undefined,
    },
    new AbortController().signal,
  );
  pod.stop();
  return said;
}
