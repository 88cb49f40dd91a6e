import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  type PlanOptions,
  parseImageMapping,
  parseObjects,
  planRun,
  runLocally,
  sortObjects,
} from '../index.ts';

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'plan-'));
});
afterAll(async () => {
  await rm(directory, { recursive: true, force: true });
});

const build = `
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: build}
spec:
  params: [{name: url}, {name: flags, type: array}, {name: platform, default: amd64}, {name: options, type: object, properties: {level: {}}, default: {level: low}}]
  workspaces: [{name: source}]
  results: [{name: image}, {name: tags, type: array}, {name: facts, type: object, properties: {size: {}}}]
  stepTemplate: {env: [{name: URL, value: $(params.url)}]}
  steps:
  - name: compile
    image: registry.example/builder:$(params.platform)
    workingDir: $(workspaces.source.path)
    command: [make]
    args: ["$(params.flags[*])", --level=$(params.options.level)]
  - {name: note, image: other, env: [{name: X, value: $(steps.compile.results.x)}], script: "echo $(context.taskRun.name) $X > $(results.image.path)"}
`;
const run = `
---
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: ci}
spec:
  params: [{name: url, value: "https://git.example/x"}, {name: platforms, value: [amd64, arm64]}, {name: ship, value: "no"}]
  workspaces: [{name: source, emptyDir: {}}]
  pipelineSpec:
    params: [{name: url}, {name: platforms, type: array}, {name: ship}]
    workspaces: [{name: source}]
    tasks:
    - {name: ship, when: [{input: $(params.ship), operator: in, values: ["yes"]}], taskSpec: {results: [{name: id}], steps: [{name: s, image: i, script: exit}]}}
    - {name: told, params: [{name: id, value: $(tasks.ship.results.id)}], taskSpec: {params: [{name: id}], steps: [{name: s, image: i, script: exit}]}}
    - {name: after-ship, runAfter: [ship], taskSpec: {steps: [{name: s, image: i, script: exit}]}}
    - name: test
      retries: 2
      timeout: 5m
      when: [{input: "$(tasks.build.results.tags[0])", operator: notin, values: [draft]}]
      params: [{name: tags, value: "$(tasks.build.results.tags[*])"}, {name: facts, value: "$(tasks.build.results.facts[*])"}, {name: image, value: "at $(tasks.build.results.image)"}]
      taskSpec:
        params: [{name: tags, type: array}, {name: image}, {name: facts, type: object, properties: {size: {}}}]
        steps: [{name: s, image: i, command: [echo], args: ["$(params.tags[*])", "$(params.image)", "$(params.facts.size)"]}]
    - name: build
      taskRef: {name: build}
      params: [{name: url, value: $(params.url)}, {name: flags, value: [-j, "2"]}]
      workspaces: [{name: source, subPath: sub}]
    - name: each
      matrix: {params: [{name: platform, value: ["$(params.platforms[*])"]}]}
      taskSpec: {params: [{name: platform}], steps: [{name: s, image: "i:$(params.platform)", script: exit}]}
    - name: inner
      params: [{name: word, value: $(params.ship)}]
      pipelineSpec: {params: [{name: word, type: string}], tasks: [{name: deep, taskSpec: {steps: [{name: s, image: i, script: echo $(params.word)}]}}]}
    finally:
    - {name: report, params: [{name: how, value: $(tasks.build.status)}], taskSpec: {params: [{name: how}], steps: [{name: s, image: i, script: "echo $(params.how)"}]}}`;

test('shows the tasks in their order with all put in that is known, and what is not, marked', async () => {
  const { tasks } = await plan(build + run);

  const byName = new Map(tasks.map((task) => [task.name, task]));
  expect(tasks.map(({ name, state }) => `${name} ${state}`)).toEqual([
    'after-ship runs',
    'build runs',
    'each runs',
    'inner runs',
    'test undecided',
    'report runs',
    'ship skipped',
    'told skipped',
  ]);
  expect(byName.get('ship')?.reason).toBe('When Expressions evaluated to false');
  expect(byName.get('told')?.reason).toBe('Results were missing');
  expect(byName.get('build')).toEqual({
    name: 'build',
    state: 'runs',
    open: ['$(steps.compile.results.x)'],
    taskRuns: [
      {
        name: 'ci-build',
        task: 'build',
        params: [
          { name: 'url', value: 'https://git.example/x' },
          { name: 'flags', value: ['-j', '2'] },
        ],
        workspaces: [{ name: 'source', emptyDir: {}, subPath: 'sub' }],
        serviceAccountName: 'default',
        timeout: '1h0m0s',
        steps: [
          {
            name: 'compile',
            image: 'registry.example/builder:amd64',
            mappedTo: 'rootfs:/',
            workingDir: '/workspace/source',
            command: ['make'],
            args: ['-j', '2', '--level=low'],
            env: [{ name: 'URL', value: 'https://git.example/x' }],
          },
          {
            name: 'note',
            image: 'other',
            script: 'echo ci-build $X > /tekton/results/image',
            env: [
              { name: 'URL', value: 'https://git.example/x' },
              { name: 'X', value: '$(steps.compile.results.x)' },
            ],
          },
        ],
      },
    ],
  });
  expect(byName.get('test')).toMatchObject({
    after: ['build'],
    when: [{ input: '$(tasks.build.results.tags[0])', operator: 'notin', values: ['draft'] }],
    open: [
      '$(tasks.build.results.tags[0])',
      '$(tasks.build.results.tags[*])',
      '$(tasks.build.results.facts[*])',
      '$(tasks.build.results.image)',
      '$(tasks.build.results.facts.size)',
    ],
    taskRuns: [
      {
        retries: 2,
        timeout: '5m0s',
        steps: [
          {
            args: [
              '$(tasks.build.results.tags[*])',
              'at $(tasks.build.results.image)',
              '$(tasks.build.results.facts.size)',
            ],
          },
        ],
      },
    ],
  });
  expect(byName.get('each')?.taskRuns?.map(({ name, steps }) => `${name} ${steps[0]?.image}`)).toEqual([
    'ci-each-0 i:amd64',
    'ci-each-1 i:arm64',
  ]);
  expect(byName.get('inner')?.plan?.tasks[0]?.taskRuns?.[0]).toMatchObject({
    name: 'ci-inner-deep',
    steps: [{ script: 'echo no' }],
  });
  expect(byName.get('report')).toMatchObject({ finally: true, open: ['$(tasks.build.status)'] });
});

test('shows one TaskRun of a Task by its name, and starts nothing', async () => {
  const { kind, tasks } = await plan(build, {
    choice: { task: 'build', params: { url: 'u', flags: 'a,b' }, workspaces: { source: '' } },
  });

  expect(kind).toBe('TaskRun');
  expect(tasks[0]?.taskRuns?.[0]?.steps[0]?.args).toEqual(['a', 'b', '--level=low']);
  expect(existsSync(join(directory, 'runs'))).toBe(false);
});

test('shows only what is asked for, with the results of the earlier run put in', async () => {
  const yaml = `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: small}
spec:
  pipelineSpec:
    tasks:
    - {name: make, taskSpec: {results: [{name: x}], steps: [{name: s, image: any, script: "printf made > $(results.x.path)"}]}}
    - {name: skip, when: [{input: $(tasks.make.results.x), operator: in, values: [other]}], taskSpec: {steps: [{name: s, image: any, script: exit}]}}
    - {name: use, taskSpec: {steps: [{name: s, image: any, script: "echo $(tasks.make.results.x); exit 1"}]}}`;
  const runsDirectory = join(directory, 'kept');
  await runLocally({
    objects: sortObjects(parseObjects(yaml, 'test.yaml')),
    imageMap: [parseImageMapping('*=rootfs:/')],
    runsDirectory,
  });

  const { earlier, tasks } = await plan(yaml, { runsDirectory, debug: { from: 'use' } });

  expect(earlier).toBe('small');
  expect(tasks).toMatchObject([
    { name: 'make', state: 'reused', reason: 'taken from run small' },
    { name: 'use', state: 'runs', taskRuns: [{ steps: [{ script: 'echo made; exit 1' }] }] },
    { name: 'skip', state: 'skipped', reason: 'When Expressions evaluated to false' },
  ]);
});

test('refuses what the run itself would refuse', async () => {
  await expect(plan(build + run, { debug: { only: ['tets'] } })).rejects.toThrow('there is no task [tets]');
  await expect(plan(run)).rejects.toThrow('there is no Task build');
});

async function plan(yaml: string, options: Partial<PlanOptions> = {}) {
  return planRun({
    objects: sortObjects(parseObjects(yaml, 'test.yaml')),
    imageMap: [parseImageMapping('registry.example/*=rootfs:/')],
    runsDirectory: join(directory, 'runs'),
    ...options,
  });
}
