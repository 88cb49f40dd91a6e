import { expect, test } from 'vitest';
import * as z from 'zod';
import { definePipeline, defineTask, type PipelineScope, Platform, ref, Text } from '#lib/tekton';
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
