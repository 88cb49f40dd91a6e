import { expect, test } from 'vitest';
import { pipeline, pipelineRun, stepAction, task, taskRun } from '#test/tekton-objects';
import type { Task } from '../objects/api.gen.ts';
import { lint } from './lint.ts';

const digest = `sha256:${'0'.repeat(64)}`;
const image = `registry.example/a:1@${digest}`;
const one = { name: 'a', taskRef: { name: 'x' } };

function step(fields: object): object {
  return task({ steps: [{ name: 'a', image, ...fields }] });
}

function shared(binding: object): object {
  return pipelineRun({
    workspaces: [{ name: 'w', ...binding }],
    pipelineSpec: {
      workspaces: [{ name: 'w' }],
      tasks: [
        { ...one, workspaces: [{ name: 'w' }] },
        { ...one, name: 'b', workspaces: [{ name: 'v', workspace: 'w' }] },
      ],
    },
  });
}

const matrix = { params: [{ name: 'm', value: Array.from({ length: 11 }, (_, index) => `${index}`) }] };

test.for([
  { rule: 'script-params', it: step({ script: 'echo "$(params.a)"' }), path: 'spec.steps[0].script' },
  { rule: 'script-params', it: step({ script: "echo $(params['a'])" }), path: 'spec.steps[0].script' },
  {
    rule: 'script-params',
    it: pipeline({
      tasks: [{ name: 'a', taskSpec: { steps: [{ image, script: 'echo $(tasks.b.results.c)' }] } }],
    }),
    path: 'spec.tasks[0].taskSpec.steps[0].script',
  },
  {
    rule: 'script-params',
    it: taskRun({
      taskSpec: { steps: [{ image }], sidecars: [{ name: 's', image, script: '$(params.a)' }] },
    }),
    path: 'spec.taskSpec.sidecars[0].script',
  },
  { rule: 'script-leading-space', it: step({ script: '\n#!/bin/sh\ntrue' }), path: 'spec.steps[0].script' },
  { rule: 'image-qualified', it: step({ image: 'ubuntu:1' }), path: 'spec.steps[0].image' },
  { rule: 'image-qualified', it: step({ image: `library/ubuntu@${digest}` }), path: 'spec.steps[0].image' },
  { rule: 'image-digest', it: step({ image: 'registry.example:5000/a:1' }), path: 'spec.steps[0].image' },
  { rule: 'image-latest', it: step({ image: 'registry.example:5000/a' }), path: 'spec.steps[0].image' },
  { rule: 'image-latest', it: stepAction({ image: 'registry.example/a:latest' }), path: 'spec.image' },
  {
    rule: 'secret-env',
    it: step({ env: [{ name: 'A', valueFrom: { secretKeyRef: { key: 'k', name: 's' } } }] }),
    path: 'spec.steps[0].env[0]',
  },
  {
    rule: 'secret-env',
    it: step({ envFrom: [{ secretRef: { name: 's' } }] }),
    path: 'spec.steps[0].envFrom[0]',
  },
  {
    rule: 'duplicate-env',
    it: step({ env: [{ name: 'A' }, { name: 'A' }] }),
    path: 'spec.steps[0].env[1].name',
  },
  {
    rule: 'undefined-volume',
    it: step({ volumeMounts: [{ name: 'v', mountPath: '/v' }] }),
    path: 'spec.steps[0].volumeMounts[0].name',
  },
  { rule: 'step-name-length', it: step({ name: 'a'.repeat(59) }), path: 'spec.steps[0].name' },
  {
    rule: 'step-name-length',
    it: task({ sidecars: [{ name: 'a'.repeat(56), image }] }),
    path: 'spec.sidecars[0].name',
  },
  { rule: 'result-dot-name', it: task({ results: [{ name: 'a.b' }] }), path: 'spec.results[0].name' },
  {
    rule: 'result-dot-name',
    it: step({ results: [{ name: 'a.b' }] }),
    path: 'spec.steps[0].results[0].name',
  },
  {
    rule: 'result-budget',
    it: task({ results: Array.from({ length: 18 }, (_, index) => ({ name: `r${index}` })) }),
    path: 'spec.results',
  },
  {
    rule: 'result-budget',
    it: task({
      steps: Array.from({ length: 14 }, () => ({ image })),
      results: ['a', 'b', 'c', 'd'].map((name) => ({ name })),
    }),
    path: 'spec.results',
  },
  {
    rule: 'unnamed-step-ref',
    it: task({ steps: [{ image }, { image, args: ['$(steps.unnamed-0.results.r)'] }] }),
    path: 'spec.steps[1]',
  },
  {
    rule: 'unnamed-step-ref',
    it: task({ results: [{ name: 'r', value: '$(steps.z.results.r)' }] }),
    path: 'spec.results[0].value',
  },
  {
    rule: 'step-ref-order',
    it: task({
      steps: [
        { image, args: ['$(steps.step-b.exitCode.path)', '$(steps.b.results.r)'] },
        { name: 'b', image },
      ],
    }),
    path: 'spec.steps[0]',
  },
  { rule: 'unknown-variable', it: step({ args: ['$(results.no.path)'] }), path: 'spec.steps[0]' },
  {
    rule: 'unknown-variable',
    it: pipeline({
      tasks: [
        { ...one, params: [{ name: 'p', value: '$(context.pipelineRun.no)' }] },
        { ...one, name: 'b' },
      ],
    }),
    path: 'spec.tasks[0].params[0].value',
  },
  {
    rule: 'unused-result',
    it: task({ steps: [{ image, script: 'true' }], results: [{ name: 'r' }] }),
    path: 'spec.results[0]',
  },
  {
    rule: 'unused-param',
    it: task({ params: [{ name: 'a' }], steps: [{ image, args: ['$(params.ab)'] }] }),
    path: 'spec.params[0]',
  },
  { rule: 'unused-param', it: stepAction({ params: [{ name: 'a' }] }), path: 'spec.params[0]' },
  { rule: 'unused-param', it: pipeline({ params: [{ name: 'a' }], tasks: [one] }), path: 'spec.params[0]' },
  { rule: 'unused-workspace', it: task({ workspaces: [{ name: 'w' }] }), path: 'spec.workspaces[0]' },
  {
    rule: 'unused-workspace',
    it: pipeline({ workspaces: [{ name: 'w' }], tasks: [one] }),
    path: 'spec.workspaces[0]',
  },
  { rule: 'retry-count-taskref', it: step({ args: ['$(context.task.retry-count)'] }), path: 'spec' },
  {
    rule: 'result-bracket-ref',
    it: pipeline({ tasks: [{ ...one, params: [{ name: 'p', value: '$(tasks.b.results["r.s"])' }] }] }),
    path: 'spec.tasks[0]',
  },
  {
    rule: 'taskref-apiversion',
    it: pipeline({
      tasks: [{ name: 'a', taskRef: { apiVersion: 'tekton.dev/v1', kind: 'Task', name: 'x' } }],
    }),
    path: 'spec.tasks[0].taskRef.apiVersion',
  },
  {
    rule: 'latest-timeout',
    it: pipeline({ tasks: [{ ...one, timeout: '61m' }] }),
    path: 'spec.tasks[0].timeout',
  },
  {
    rule: 'latest-timeout',
    it: pipelineRun({ timeouts: { tasks: '5m' }, pipelineSpec: { tasks: [{ ...one, timeout: '6m' }] } }),
    path: 'spec.timeouts',
  },
  {
    rule: 'matrix-order',
    it: pipeline({
      tasks: [
        { ...one, matrix },
        { ...one, name: 'b', params: [{ name: 'p', value: '$(tasks.a.results.r[*])' }] },
      ],
    }),
    path: 'spec.tasks[0].matrix',
  },
  {
    rule: 'unknown-variable',
    it: pipeline({ tasks: [{ ...one, matrix: { params: [{ name: 'm', value: '$(params.no[*])' }] } }] }),
    path: 'spec.tasks[0].matrix.params[0].value',
  },
  {
    rule: 'default-undeclared',
    it: pipeline({ params: [{ name: 'a', default: '$(params.b)' }], tasks: [one] }),
    path: 'spec.params[0].default',
  },
  {
    rule: 'extra-param',
    it: pipeline({ tasks: [{ ...one, params: [{ name: 'p', value: '' }] }] }),
    path: 'spec.tasks[0].params[0].name',
  },
  { rule: 'emptydir-shared', it: shared({ emptyDir: {} }), path: 'spec.workspaces[0].emptyDir' },
  {
    rule: 'pvc-many',
    it: pipelineRun({
      workspaces: ['v', 'w'].map((name) => ({ name, persistentVolumeClaim: { claimName: name } })),
      pipelineSpec: {
        workspaces: [{ name: 'v' }, { name: 'w' }],
        tasks: [{ ...one, workspaces: [{ name: 'v' }, { name: 'w' }] }],
      },
    }),
    path: 'spec.workspaces',
  },
  { rule: 'feature-flag', it: task({ params: [{ name: 'a', enum: ['b'] }] }), path: 'spec.params[0].enum' },
  {
    rule: 'unknown-field',
    it: pipeline({ tasks: [{ name: 'a', taskSpec: { steps: [{ image, workingdir: '/' }] } }] }),
    path: 'spec.tasks[0].taskSpec.steps[0].workingdir',
  },
  { rule: 'missing-description', it: task({}), path: 'spec.description' },
  { rule: 'missing-label', it: task({}), path: 'metadata.labels' },
  { rule: 'missing-annotation', it: task({}), path: 'metadata.annotations' },
  {
    rule: 'version-floor',
    it: {
      ...step({ displayName: 'A' }),
      metadata: { name: 'a', annotations: { 'tekton.dev/pipelines.minVersion': '1.5.9' } },
    },
    path: 'metadata.annotations',
  },
  { rule: 'bundle-limits', it: task({ description: 'x'.repeat(1_100_000) }), path: '' },
])('$rule is found at $path', ({ rule, it, path }) => {
  const findings = lint(it, { tasks: () => task({}) as Task });

  expect(findings).toContainEqual({ rule, path, message: expect.any(String) as string });
});

test('a well-kept task has no finding', () => {
  const object = {
    ...task({
      description: 'Does one thing.',
      params: [{ name: 'a' }, { name: 'l', type: 'array' }],
      workspaces: [{ name: 'w' }, { name: 'x' }, { name: 'y' }],
      volumes: [{ name: 'v', emptyDir: {} }],
      results: [{ name: 'r' }, { name: 's', value: '$(steps.a.results.s)' }],
      steps: [
        {
          name: 'a',
          image,
          args: ['$(params["a"])', '$(workspaces.w.path)'],
          results: [{ name: 's' }],
          volumeMounts: [
            { name: 'v', mountPath: '/v' },
            { name: '$(params.a)', mountPath: '/p' },
          ],
        },
        {
          image,
          args: ['$(steps.a.results.s)', '$(steps.step-a.exitCode.path)', '$(params.l[*])'],
          workspaces: [{ name: 'x', mountPath: '/x' }],
        },
        {
          image,
          script: 'cat /workspace/y/z > $(results.r.path)',
          args: ['$(steps.step-unnamed-1.exitCode.path)'],
        },
      ],
    }),
    metadata: {
      name: 'a',
      labels: { 'app.kubernetes.io/version': '1.0.0' },
      annotations: {
        'tekton.dev/pipelines.minVersion': '1.0.0',
        'tekton.dev/displayName': 'A',
        'tekton.dev/tags': 'a',
        'tekton.dev/platforms': 'linux/amd64',
      },
    },
  };

  expect(lint(object)).toEqual([]);
});

test('a claim is shared by all tasks, so nothing is found', () => {
  const rules = lint(shared({ volumeClaimTemplate: { spec: {} } })).map(({ rule }) => rule);

  expect(rules).not.toContain('emptydir-shared');
});

test('what is no object of Tekton has no findings', () => {
  expect([lint(undefined), lint({ kind: 'Pod' }), lint({ kind: 'Task', spec: 3 })]).toEqual([[], [], []]);
});
