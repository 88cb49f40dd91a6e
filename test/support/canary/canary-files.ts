import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '#lib/process';
import { writeEmptyStepImage } from '#test/images/empty-step-image';

export const taskText = `apiVersion: tekton.dev/v1
kind: Task
metadata: {name: t}
spec: {steps: [{name: a, image: any, script: "true"}]}
`;

/** Addresses with a secret each, and the secret of a run. */
export interface FileSecrets {
  readonly gitUrl: string;
  readonly webUrl: string;
  readonly secret: string;
  readonly remote: string;
}

/** The files that are given to commands, in a clone whose remote has a secret; gives their names. */
export async function writeCanaryFiles(work: string, secrets: FileSecrets): Promise<ReadonlySet<string>> {
  const { gitUrl, webUrl, secret, remote } = secrets;
  const gitParams = param({ url: gitUrl, revision: 'main', pathInRepo: 'task.yaml' });
  const bundle = param({ bundle: 'quay.io/a/b:1', name: 't', kind: 'task' });
  const pac = taskRun('{name: t}').replace(
    'generateName: c-',
    'generateName: c-, annotations: {pipelinesascode.tekton.dev/task: task.yaml}',
  );
  const files: Readonly<Record<string, string>> = {
    'git.yaml': taskRun(`{resolver: git, params: ${gitParams}}`),
    'http.yaml': taskRun(`{resolver: http, params: ${param({ url: webUrl })}}`),
    'bundle.yaml': taskRun(`{resolver: bundles, params: ${bundle}}`),
    'task.yaml': taskText,
    'push.yaml': `${pac}  # {{ repo_url }}\n`,
    'secret.yaml': secretRun(secret),
  };
  await mkdir(join(work, '.tekton'), { recursive: true });
  for (const [name, text] of Object.entries(files))
    await writeFile(join(work, name === 'push.yaml' ? '.tekton' : '', name), text);
  await writeEmptyStepImage(join(work, 'steps'));
  const git = (...args: string[]) =>
    run('git', ['-C', work, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('remote', 'add', 'origin', remote);
  await git('commit', '--quiet', '--allow-empty', '-m', 'first');
  return new Set(Object.keys(files));
}

function taskRun(ref: string): string {
  return `apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {generateName: c-}\nspec: {taskRef: ${ref}}\n`;
}

function param(pairs: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(pairs).map(([name, value]) => ({ name, value })));
}

/** A step that has a Secret as a file and in its environment, goes well or badly, and may wait to be cancelled. */
function secretRun(password: string): string {
  const script = `#!/bin/sh
[ "$S" ] && [ -s /w/password ] && echo ok
[ "$(params.wait)" = no ] || sleep 60
[ "$(params.fail)" = no ]`;
  return `apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {password: ${password}}
---
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {generateName: c-}
spec:
  params: [{name: fail, value: "no"}, {name: wait, value: "no"}, {name: where, value: ""}]
  workspaces: [{name: w, secret: {secretName: s}}]
  taskSpec:
    params: [{name: fail}, {name: wait}, {name: where}]
    workspaces: [{name: w, mountPath: /w}]
    steps:
    - name: a
      image: any
      env: [{name: S, valueFrom: {secretKeyRef: {name: s, key: password}}}]
      script: ${JSON.stringify(script)}
`;
}
