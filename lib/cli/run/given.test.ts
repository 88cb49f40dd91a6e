import { writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { runCommand } from '#test/run-command';
import { main } from '../main.ts';

const { file, cliOf } = runCommand(main);

test('a step has the credentials of a file and of a Secret, whatever its ServiceAccount', async () => {
  const auth = Buffer.from('me:secret').toString('base64');
  await writeFile(file('auth.json'), JSON.stringify({ auths: { 'registry.example': { auth } } }));
  await writeFile(
    file('secrets.yaml'),
    `
apiVersion: v1
kind: Secret
metadata: {name: forge, annotations: {tekton.dev/git-0: "https://forge.example"}}
type: kubernetes.io/basic-auth
stringData: {username: me, password: hidden}
---
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: uses}
spec:
  serviceAccountName: builder
  taskSpec: {steps: [{name: s, image: any, script: "cat /tekton/creds/.docker/config.json /tekton/creds/.git-credentials"}]}`,
  );
  const link = (secret: string) => ['--serviceaccount-secret', secret];
  const { stdout } = await cliOf('secrets.yaml', 'secrets', ...link(file('auth.json')), ...link('forge'));
  const unknown = await cliOf('secrets.yaml', 'none', ...link('forgery'));

  expect(stdout).toContain(auth);
  expect(stdout).toContain('https://me:hidden@forge.example');
  expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining('there is no Secret forgery') });
});

test('a step has the token of a file where it asks for that of its ServiceAccount', async () => {
  await writeFile(file('token'), 'signed');
  await writeFile(
    file('token.yaml'),
    `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: asks}
spec:
  taskSpec:
    volumes: [{name: token, projected: {sources: [{serviceAccountToken: {audience: sigstore, path: oidc-token}}]}}]
    steps: [{name: s, image: any, script: 'echo "<$(cat /run/token/oidc-token)>"', volumeMounts: [{name: token, mountPath: /run/token}]}]`,
  );
  const given = await cliOf('token.yaml', 'asks', '--serviceaccount-token', file('token'));
  const empty = await cliOf('token.yaml', 'asks');
  const unknown = await cliOf('token.yaml', 'none', '--serviceaccount-token', file('no-token'));

  expect(given).toMatchObject({ code: 0, stdout: expect.stringContaining('[asks : s] <signed>\n') });
  expect(given.stdout).not.toContain('is empty here');
  expect(empty).toMatchObject({ code: 0, stdout: expect.stringContaining('[asks : s] <>\n') });
  expect(empty.stdout).toContain(
    'the token of its ServiceAccount is empty here; --serviceaccount-token gives',
  );
  expect(unknown).toMatchObject({ code: 4, stderr: expect.stringContaining('cannot read the token') });
});

test('a TaskRun is told the host of its platform by --host', async () => {
  await writeFile(file('key'), 'private');
  await writeFile(
    file('host.yaml'),
    `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: asks}
spec:
  params: [{name: PLATFORM, value: linux/s390x}]
  taskSpec:
    params: [{name: PLATFORM}]
    volumes: [{name: ssh, secret: {secretName: multi-platform-ssh-$(context.taskRun.name)}}]
    steps: [{name: s, image: any, script: 'cd /ssh && tail -n +1 host id_rsa', volumeMounts: [{name: ssh, mountPath: /ssh}]}]`,
  );
  const host = `ssh://me@127.0.0.1:2222,key=${file('key')}`;
  const given = await cliOf('host.yaml', 'asks', '--host', `linux/s390x=${host}`);
  const other = await cliOf('host.yaml', 'asks', '--host', `linux/arm64=${host}`);
  const wrong = await cliOf('host.yaml', 'none', '--host', 'linux/s390x=me@127.0.0.1');
  const lost = await cliOf('host.yaml', 'none', '--host', `linux/s390x=${host}.gone`);

  expect(given).toMatchObject({
    code: 0,
    stdout: expect.stringContaining('me@127.0.0.1:2222 is the host for linux/s390x\n'),
  });
  expect(given.stdout).toMatch(/^\[asks : s\] me@127\.0\.0\.1:2222$.*^\[asks : s\] private$/ms);
  expect(other.stdout).toContain('this machine is the host for linux/s390x\n');
  expect(wrong).toMatchObject({ code: 2, stderr: expect.stringContaining('hint: write <platform>=ssh://') });
  expect(lost).toMatchObject({ code: 4, stderr: expect.stringContaining('cannot read the key of a host') });
});
