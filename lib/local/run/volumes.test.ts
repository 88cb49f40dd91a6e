import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gitAccount, pipelineRun, taskRun, yamlRunner } from '#test/run-yaml';

const run = yamlRunner();

test('an emptyDir is another one for each task, a volumeClaimTemplate is the same for all', async () => {
  const { status, lines } = await run(
    pipelineRun(`
workspaces:
- {name: own, emptyDir: {}}
- {name: shared, volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}, subPath: sub}
pipelineSpec:
  workspaces: [{name: own}, {name: shared}]
  tasks:
  - name: write
    workspaces: [{name: own}, {name: shared}]
    taskSpec:
      workspaces: [{name: own}, {name: shared, mountPath: /srv/shared}]
      steps: [{name: w, image: any, script: 'echo 1 > $(workspaces.own.path)/file; echo 2 > $(workspaces.shared.path)/file'}]
  - name: read
    runAfter: [write]
    workspaces: [{name: own}, {name: shared}]
    taskSpec:
      workspaces: [{name: own}, {name: shared, readOnly: true}]
      steps: [{name: r, image: any, script: 'cat /workspace/own/file || echo none; cat /workspace/shared/file; touch /workspace/shared/x || echo ro'}]`),
  );

  expect(status).toBe('Succeeded');
  expect(lines.filter((line) => !line.includes('cannot') && !line.includes('No such'))).toEqual([
    'r: none',
    'r: 2',
    'r: ro',
  ]);
});

test('a directory of the machine, a ConfigMap and a Secret are there as files and as variables', async () => {
  const source = await mkdtemp(join(tmpdir(), 'source-'));
  onTestFinished(() => rm(source, { recursive: true }));
  await writeFile(join(source, 'Containerfile'), 'FROM scratch\n');
  const { status, lines } = await run(
    `${taskRun(`
taskSpec:
  workspaces: [{name: source}]
  volumes: [{name: config, configMap: {name: config}}, {name: secret, secret: {secretName: secret, defaultMode: 256}}]
  steps:
  - name: show
    image: any
    workingDir: /workspace/source/new/directory
    env:
    - {name: TOKEN, valueFrom: {secretKeyRef: {name: secret, key: token}}}
    - {name: HOME, value: /tekton/home}
    - {name: BOTH, value: "<$(HOME)> $$(HOME)"}
    envFrom: [{prefix: C_, configMapRef: {name: config}}]
    volumeMounts: [{name: config, mountPath: /config}, {name: secret, mountPath: /secret}]
    script: |
      cat ../../Containerfile /config/key; pwd; stat -L -c %a /secret/token
      echo "$TOKEN $HOME $BOTH $C_key"
      `)}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: config}, data: {key: "value\\n"}}
---
{apiVersion: v1, kind: Secret, metadata: {name: secret}, data: {token: ${Buffer.from('t0ken').toString('base64')}}}`,
    { choice: { workspaces: { source } } },
  );

  expect(lines).toEqual([
    'show: FROM scratch',
    'show: value',
    'show: /workspace/source/new/directory',
    'show: 400',
    'show: t0ken /tekton/home </tekton/home> $(HOME) value',
    'show: ',
  ]);
  expect(status).toBe('Succeeded');
});

test('what a step leaves as a link does not reach files of the machine', async () => {
  const { results, run: ended } = await run(
    taskRun(`
taskSpec:
  results: [{name: stolen}]
  steps: [{name: s, image: any, script: 'ln -s /etc/passwd $(results.stolen.path); rm -r /tekton/run/0/status; ln -s /etc /tekton/run/0/status'}]`),
  );

  expect(ended.status?.conditions?.[0]?.reason).toBe('Succeeded');
  expect(results).toEqual([]);
  expect(existsSync('/etc/exitCode')).toBe(false);
});

test.skipIf(process.getuid?.() !== 0)('credentials are in the home of whoever runs the step', async () => {
  const look = 'image: any, script: \'echo "$HOME"; cat "$HOME/.git-credentials"\'';
  const steps = `steps: [{name: root, ${look}}, {name: daemon, ${look}, securityContext: {runAsUser: 1}}]`;

  const { lines } = await run(gitAccount + taskRun(`serviceAccountName: robot\ntaskSpec: {${steps}}`));

  const daemon = /^daemon:.*:([^:]*):[^:]*$/m.exec(await readFile('/etc/passwd', 'utf8'))?.[1];
  expect(lines).toEqual([
    'root: /root',
    'root: https://user:word@example.com',
    `daemon: ${daemon}`,
    'daemon: https://user:word@example.com',
  ]);
});
