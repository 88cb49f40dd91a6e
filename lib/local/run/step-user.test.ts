import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { gitAccount, runYaml } from '#test/run-yaml';
import { parseImageMapping } from '../pod/image-map.ts';

let directory: string;
const mask = process.umask();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'step-user-'));
});
afterEach(() => void process.umask(mask));
afterAll(() => rm(directory, { recursive: true, force: true }));

const taskRun = (spec: string) => `${gitAccount}
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {generateName: test-}
spec:
  serviceAccountName: robot
${spec.replace(/^/gm, '  ')}`;

async function run(yaml: string): Promise<readonly string[]> {
  const { message, lines } = await runYaml(yaml, {
    imageMap: [parseImageMapping('*=rootfs:/,user=65532:0')],
    runsDirectory: directory,
  });
  expect(message).toBe('All Steps have completed executing');
  return lines;
}

/** As the tasks of the catalog are: a root that cannot be written, and a home of their own. */
const bare = (more = '') => `
    image: any
    securityContext: {runAsNonRoot: true, readOnlyRootFilesystem: true}
    env: [{name: HOME, value: /home/step}]
    volumeMounts: [{name: home, mountPath: /home/step}${more}]`;

test.for([
  ['the user of its image', '', '65532:0'],
  [
    'a user that the cluster picks',
    'podTemplate: {securityContext: {runAsUser: 1000650000}}\n',
    '1000650000:0',
  ],
])('a step that runs as %s has credentials in its home, whatever our umask is', async ([, template, who]) => {
  process.umask(0o077);

  const lines = await run(
    taskRun(`${template}taskSpec:
  results: [{name: r}]
  volumes: [{name: home, emptyDir: {}}]
  steps:
  - name: s${bare()}
    script: |
      echo $(id -u):$(id -g); cat $HOME/.git-credentials; touch $HOME/mine && echo writable; printf x > $(results.r.path)
`),
  );

  expect(lines).toEqual([`s: ${who}`, 's: https://user:word@example.com', 's: writable']);
});

test('what a step of root leaves can be read by a later one that is not root, whatever our umask is', async () => {
  process.umask(0o077);

  const lines = await run(
    taskRun(`taskSpec:
  volumes: [{name: home, emptyDir: {}}, {name: left, emptyDir: {}}]
  steps:
  - name: first
    image: any
    securityContext: {runAsUser: 0}
    onError: continue
    stdoutConfig: {path: /left/out}
    volumeMounts: [{name: left, mountPath: /left}]
    script: echo said; exit 7
  - name: second${bare(', {name: left, mountPath: /left, readOnly: true}')}
    script: cat /left/out $(steps.step-first.exitCode.path)
`),
  );

  expect(lines).toEqual(['first: said', 'second: said', 'second: 7']);
});
