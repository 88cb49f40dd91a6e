import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parseObjects } from '../objects/load.ts';
import { sortObjects } from '../objects/objects.ts';
import { buildPod, credentialsVolume } from './pod.ts';
import { makeVolumes } from './volumes.ts';

const isRoot = process.getuid?.() === 0;
let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'volumes-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const objects = sortObjects(
  parseObjects(
    `apiVersion: v1
kind: ServiceAccount
metadata: {name: robot}
secrets: [{name: login}, {name: key}]
---
apiVersion: v1
kind: Secret
metadata: {name: login, annotations: {tekton.dev/git-0: "https://example.com"}}
type: kubernetes.io/basic-auth
stringData: {username: user, password: word}
---
apiVersion: v1
kind: Secret
metadata: {name: key, annotations: {tekton.dev/git-0: example.com}}
type: kubernetes.io/ssh-auth
stringData: {ssh-privatekey: private}
`,
    'x.yaml',
  ),
);

/** Permissions of what a step run by `user` finds in its home, whose files are mounted from this directory. */
async function modesFor(user: number | undefined): Promise<Readonly<Record<string, string>>> {
  const facts = {
    name: 'pod',
    namespace: 'default',
    uid: '1',
    serviceAccount: 'robot',
    labels: {},
    annotations: {},
  };
  const built = buildPod({ steps: [{ name: 'one', image: 'any' }] }, [], facts, objects);
  // podman's backend adds the mount when it knows the home.
  const volume = credentialsVolume(0);
  const steps = built.steps.map((step) => ({
    ...step,
    mounts: [...step.mounts, { volume, path: '/root', subPath: undefined, readOnly: false }],
  }));
  const directories = await makeVolumes(
    { ...built, steps },
    { objects, directory, claim: () => Promise.reject(new Error('no claim')), userOf: () => user },
  );
  const root = directories.get(volume)?.path ?? '';
  const paths = ['.git-credentials', '.gitconfig', '.ssh', '.ssh/config', '.ssh/id_key'];
  return Object.fromEntries(
    paths.map((path) => {
      const { mode, uid } = statSync(join(root, path));
      return [path, `${(mode & 0o777).toString(8)} of ${uid}`];
    }),
  );
}

const allOf = (user: number, file: string, folder: string) => ({
  '.git-credentials': `${file} of ${user}`,
  '.gitconfig': `${file} of ${user}`,
  '.ssh': `${folder} of ${user}`,
  '.ssh/config': `${file} of ${user}`,
  '.ssh/id_key': `${file} of ${user}`,
});

test.runIf(isRoot)('credentials are for root alone where a step is root', async () => {
  expect(await modesFor(0)).toEqual(allOf(0, '600', '700'));
});

test.runIf(isRoot)('credentials are for the user of the step alone', async () => {
  expect(await modesFor(1234)).toEqual(allOf(1234, '600', '700'));
});

test.runIf(isRoot)(
  'a user whose number is not known reads them as everybody in the container may',
  async () => {
    expect(await modesFor(undefined)).toEqual(allOf(0, '644', '755'));
  },
);
