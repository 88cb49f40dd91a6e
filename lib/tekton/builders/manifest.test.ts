import { expect, test } from 'vitest';
import * as z from 'zod';
import { taskManifest } from './manifest.ts';
import { ref } from './ref.ts';
import { Count, Text } from './schema.ts';
import { defineTask } from './task.ts';
import { text } from './text.ts';

const own = { cpu: '100m', memory: '256Mi' } as const;
const volumes = [{ name: 'work', emptyDir: {} }];

const task = defineTask({
  name: 'task',
  version: '0.1.0',
  description: 'Shows.',
  documentation: 'For the page alone.',
  params: { image: Text },
  results: {},
  volumes,
  steps: ({ params, step }) => {
    const foreign = {
      image: text`${params.image}:1`,
      command: ['run'],
      privileges: { why: 'It is what it is.', securityContext: { runAsUser: 7 } },
    };
    return {
      first: own,
      foreign,
      last: {
        ...own,
        imageVariable: 'STEP_IMAGE',
        env: [{ name: 'A', value: 'b' }],
        reads: { code: step({ foreign }).exitCodePath, file: '/work/file' },
        volumeMounts: [{ name: 'work', mountPath: '/work' }],
      },
      root: { ...own, privileges: { why: 'It must.', securityContext: { runAsUser: 0 } } },
    };
  },
});
const { spec } = taskManifest(task, { image: 'steps' });
const stepOf = (name: string) => spec?.steps?.find((step) => step.name === name);

test('a step of our own has no rights, and a part of its own of what can be written', () => {
  expect(stepOf('first')).toMatchObject({
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ['ALL'] },
      readOnlyRootFilesystem: true,
      runAsNonRoot: true,
      seccompProfile: { type: 'RuntimeDefault' },
    },
    env: [{ name: 'HOME', value: '/home/step' }],
    volumeMounts: [
      { name: 'tmp', mountPath: '/tmp', subPath: 'first' },
      { name: 'home', mountPath: '/home/step', subPath: 'first' },
    ],
  });
  expect(spec?.volumes).toEqual([{ name: 'tmp', emptyDir: {} }, { name: 'home', emptyDir: {} }, ...volumes]);
});

test('what the definition mounts and sets comes after', () => {
  expect(stepOf('last')?.env).toEqual([
    { name: 'HOME', value: '/home/step' },
    { name: 'STEP_IMAGE', value: 'steps' },
    { name: 'A', value: 'b' },
  ]);
  expect(stepOf('last')?.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual([
    '/tmp',
    '/home/step',
    '/work',
  ]);
});

test('what other steps leave is given as a workspace is', () => {
  expect(stepOf('last')?.args?.slice(-2)).toEqual([
    `--workspace.code=${ref('$(steps.step-foreign.exitCode.path)').expression}`,
    '--workspace.file=/work/file',
  ]);
});

test('a step that says what it takes is given these params, as the task orders them, and no other', () => {
  const taking = defineTask({
    name: 'taking',
    version: '0.1.0',
    description: 'Shows.',
    params: { url: Text, tags: z.array(z.string()), depth: Count },
    results: {},
    steps: ({ allBut }) => ({
      clone: { takes: ['depth', 'url'], cpu: '1', memory: '1Gi' },
      push: { takes: allBut('url', 'depth'), cpu: '1', memory: '1Gi' },
      none: { takes: [], cpu: '1', memory: '1Gi' },
    }),
  });

  expect(taskManifest(taking, { image: 'steps' }).spec?.steps?.map(({ args }) => args)).toEqual([
    [`--url=${ref('$(params.url)').expression}`, `--depth=${ref('$(params.depth)').expression}`],
    ['--tags[', ref('$(params.tags[*])').expression, ']'],
    [],
  ]);
  expect(Object.keys(taking.steps.clone.params)).toEqual(['url', 'depth']);
});

test('rights that a definition gives a reason for are all that the step has', () => {
  expect(stepOf('root')).toMatchObject({ securityContext: { runAsUser: 0 } });
  expect(stepOf('root')).not.toMatchObject({ volumeMounts: expect.anything() });
  expect(stepOf('foreign')).toEqual({
    name: 'foreign',
    image: '$(params.image):1',
    command: ['run'],
    script: undefined,
    results: undefined,
    securityContext: { runAsUser: 7 },
  });
});

test('a task without a step of our own gets no volume', () => {
  const foreign = defineTask({
    name: 'foreign',
    version: '0.1.0',
    description: 'Shows.',
    params: {},
    results: {},
    steps: { a: { image: 'x', command: ['y'] } },
  });

  expect(taskManifest(foreign, { image: 'steps' }).spec?.volumes).toBeUndefined();
});

test('documentation is for the page alone', () => {
  expect(JSON.stringify(taskManifest(task, { image: 'steps' }))).not.toContain('page alone');
});
