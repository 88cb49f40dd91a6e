import { expect, test } from 'vitest';
import * as z from 'zod';
import {
  defineExternalTask,
  definePipeline,
  defineTask,
  type PipelineScope,
  Platform,
  ref,
  Text,
  text,
} from '#lib/tekton';
import { pipelineObject, taskObject } from './objects.ts';

const build = defineTask({
  name: 'build',
  version: '0.1.0',
  description: 'Builds.',
  params: { URL: Text, PLATFORMS: z.array(Platform).prefault(['linux/amd64']) },
  results: { IMAGE: Text },
  workspaces: { source: { description: 'Sources.' } },
  steps: { build: { cpu: '1', memory: '1Gi', writes: ['IMAGE'] } },
});

test('a task is told by name and file, and its parts by name', () => {
  const task = defineTask({
    name: 'bad',
    version: '0.1.0',
    description: 'Bad.',
    params: { URL: Text },
    results: {},
    steps: { first: { cpu: 'much', memory: '1Gi' }, Second: { cpu: '1', memory: '1Gi', timeout: 'soon' } },
  });
  const render = () => taskObject(task, 'steps');

  expect(render).toThrow(/^task bad \(lib\/catalog\/objects\.test\.ts:\d+\): /);
  expect(render).toThrow('step first, computeResources.requests.cpu: ');
  expect(render).toThrow('step Second, timeout: ');
  expect(render).toThrow(/^(?!.*steps\[)/);
});

const container = { image: `registry.example/a@sha256:${'0'.repeat(64)}`, command: ['a'] };
const one = { name: 'one', version: '0.1.0', description: 'One.', params: {}, results: {} } as const;

test.for([
  [
    'a param that nothing uses',
    defineTask({ ...one, params: { URL: Text }, steps: { a: container } }),
    'param URL: nothing mentions $(params.URL) (unused-param)',
  ],
  [
    'a workspace that nothing uses',
    defineTask({ ...one, workspaces: { w: { description: 'W.' } }, steps: { a: container } }),
    'workspace w: no step mentions workspace w (unused-workspace)',
  ],
  ['no description', defineTask({ ...one, description: '', steps: { a: container } }), 'missing-description'],
  [
    'a waiver of what is not found',
    defineTask({ ...one, waives: { 'secret-env': 'It was once.' }, steps: { a: container } }),
    'it waives secret-env, of which there is no finding',
  ],
] as const)('refuses what lint finds: %s', ([, task, message]) => {
  const render = () => taskObject(task, 'registry.example/steps:latest');

  expect(render).toThrow(/^task one \(lib\/catalog\/objects\.test\.ts:\d+\): /);
  expect(render).toThrow(message);
});

test('what is waived passes, and an image without a digest, which a publication or Renovate pins', () => {
  const task = defineTask({
    ...one,
    waives: { 'script-params': 'It is made up.' },
    params: { URL: Text },
    steps: ({ params }) => ({
      a: { image: 'registry.example/a:1', script: text`echo ${params.URL}` },
      own: { cpu: '1', memory: '1Gi' },
    }),
  });

  expect(taskObject(task, 'registry.example/steps:latest').spec?.steps).toHaveLength(2);
});

test('the least version of Tekton is that of what the task uses', () => {
  const minVersion = (steps: Parameters<typeof defineTask>[0]['steps']) =>
    taskObject(defineTask({ ...one, steps }), 'steps').metadata?.annotations?.[
      'tekton.dev/pipelines.minVersion'
    ];

  expect(minVersion({ a: container })).toBe('1.0.0');
  expect(minVersion({ a: { ...container, displayName: 'A' } })).toBe('1.6.0');
});

const inPipeline = (
  body: (
    scope: Pick<
      PipelineScope<Record<never, never>, { shared: { description: string } }>,
      'run' | 'runFinally' | 'workspaces'
    >,
  ) => void,
) =>
  definePipeline({
    name: 'all',
    version: '0.1.0',
    description: 'All.',
    params: {},
    workspaces: { shared: { description: 'Shared.' } },
    body(scope) {
      body(scope);
      return {};
    },
  });
const params = { URL: 'https://a.example' };

test('of a pipeline: a param and a workspace that no task is given', () => {
  const pipeline = definePipeline({
    name: 'all',
    version: '0.1.0',
    description: 'All.',
    params: { URL: Text.describe('A URL.') },
    workspaces: { spare: { description: 'Spare.' } },
    body({ run }) {
      run('one', defineTask({ ...one, steps: { a: container } }), {});
      return {};
    },
  });
  const render = () => pipelineObject(pipeline, { image: 'steps' }, {});

  expect(render).toThrow('param URL: nothing mentions $(params.URL) (unused-param)');
  expect(render).toThrow('workspace spare: no task is given workspace spare (unused-workspace)');
});

test.for([
  [
    'a literal that does not fit',
    inPipeline(({ run, workspaces }) => {
      run('one', build, {
        params: { ...params, PLATFORMS: ['linux/amd64', 'all'] },
        workspaces: { source: workspaces.shared },
      });
    }),
    'task one, param PLATFORMS, value, value 2: expected os/architecture',
  ],
  [
    '$$ in a literal',
    inPipeline(({ run, workspaces }) => {
      run('one', build, { params: { URL: 'a$$b' }, workspaces: { source: workspaces.shared } });
    }),
    'task one, param URL, value: the kubelet turns $$ into $',
  ],
  [
    'a result that the task has not',
    inPipeline(({ run, workspaces }) => {
      const source = { workspaces: { source: workspaces.shared } };
      run('one', build, { params, ...source });
      run('two', build, { params: { URL: ref('$(tasks.one.results.IMAGES)') }, ...source });
    }),
    'task two',
  ],
  [
    'how all ended, before the end',
    inPipeline(({ run, workspaces }) => {
      run('one', build, {
        params: { URL: ref('$(tasks.status)') },
        workspaces: { source: workspaces.shared },
      });
    }),
    'task one, param URL: ',
  ],
  [
    'what is no name',
    inPipeline(({ run, workspaces }) => {
      run('One', build, { params, workspaces: { source: workspaces.shared } });
    }),
    'task One: ',
  ],
] as const)('of a pipeline: %s', ([, pipeline, message]) => {
  const render = () =>
    pipelineObject(pipeline, { image: 'steps' }, { tasks: () => taskObject(build, 'steps') });

  expect(render).toThrow(/^pipeline all \(lib\/catalog\/objects\.test\.ts:\d+\)[,:] /);
  expect(render).toThrow(message);
  expect(render).toThrow(/^(?!.*(?:tasks|params)\[\d)/);
});

const bundle = `registry.example/task-scan:0.3@sha256:${'0'.repeat(64)}`;
const scan = defineExternalTask({
  bundle,
  read: { version: '0.3.1', from: '', sum: '' },
  name: 'scan',
  params: [
    { name: 'image', type: 'string' },
    { name: 'mode', type: 'string', default: 'fast', enum: ['fast', 'full'] },
  ],
  results: [{ name: 'found', type: 'array' }],
  workspaces: [{ name: 'source', description: '' }],
});
/** Makes a definition from data, which its types do not reach. */
const anyFields = (fields: object) =>
  fields as { params: { image: string }; workspaces: { source: { workspace: string } } };

test('a task of somebody else is referred to by what is pinned', () => {
  const pipeline = inPipeline(({ run, workspaces }) => {
    run('scan', scan, { params: { image: 'a' }, workspaces: { source: workspaces.shared } });
  });

  const { spec } = pipelineObject(pipeline, { image: 'steps' }, {});

  expect(spec?.tasks?.[0]?.taskRef).toEqual({
    resolver: 'bundles',
    params: [
      { name: 'bundle', value: bundle },
      { name: 'name', value: 'scan' },
      { name: 'kind', value: 'task' },
    ],
  });
});

test.for([
  ['a param that it needs', { params: {}, workspaces: { source: { workspace: 'shared' } } }, '[image]'],
  ['a workspace that it needs', { params: { image: 'a' }, workspaces: {} }, 'source'],
  [
    'one that is not of its enum',
    { params: { image: 'a', mode: 'slow' }, workspaces: { source: { workspace: 'shared' } } },
    'param mode, value: Invalid option',
  ],
  [
    'a result as something else',
    {
      params: { image: ref('$(tasks.first.results.found)') },
      workspaces: { source: { workspace: 'shared' } },
    },
    'param image',
  ],
  [
    'a result that it has not',
    {
      params: { image: ref('$(tasks.first.results.lost)') },
      workspaces: { source: { workspace: 'shared' } },
    },
    'lost',
  ],
] as const)('the render knows a task of somebody else: %s', ([, fields, message]) => {
  const pipeline = inPipeline(({ run, workspaces }) => {
    run('first', scan, { params: { image: 'a' }, workspaces: { source: workspaces.shared } });
    run('scan', scan, anyFields(fields));
  });
  const render = () => pipelineObject(pipeline, { image: 'steps' }, {});

  expect(render).toThrow(/^pipeline all \(lib\/catalog\/objects\.test\.ts:\d+\)[,:] task scan/);
  expect(render).toThrow(message);
});
