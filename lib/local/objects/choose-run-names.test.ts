import { expect, test } from 'vitest';
import { chooseRun, type RunChoice } from './choose-run.ts';
import { parseObjects } from './load.ts';
import { sortObjects } from './objects.ts';

const task = (name: string) => `
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: ${name}}
spec:
  params: [{name: who, default: you}]
  workspaces: [{name: source, optional: true}]
  steps: [{name: s, image: any, script: "echo $(params.who) $(workspaces.source.path)"}]
---`;
const pipeline = (name: string) => `
apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: ${name}}
spec:
  params: [{name: who, default: you}]
  workspaces: [{name: source, optional: true}]
  tasks: [{name: a, taskRef: {name: greet}}]
---`;
const chosen = (yaml: string, choice: RunChoice = {}) =>
  chooseRun(sortObjects(parseObjects(yaml, 'test.yaml')), choice);

test('what alone could be meant needs no name', () => {
  expect(chosen(task('greet')).spec).toMatchObject({ taskRef: { name: 'greet' } });
  expect(chosen(task('greet') + task('other') + pipeline('ci')).spec).toMatchObject({
    pipelineRef: { name: 'ci' },
  });
});

test.for<[what: string, yaml: string, choice: RunChoice, message: string, hint: string]>([
  ['several tasks', task('greet') + task('other'), {}, 'there is no PipelineRun', 'try: --task greet|other'],
  [
    'several pipelines',
    task('greet') + pipeline('ci') + pipeline('nightly'),
    {},
    'there is no PipelineRun',
    'try: --pipeline ci|nightly or --task greet',
  ],
  [
    'a task',
    task('greet'),
    { task: 'gret' },
    'there is no Task gret',
    'did you mean greet? given are: greet',
  ],
  [
    'a param',
    task('greet'),
    { params: { wh: 'x' } },
    'there is no param',
    'did you mean who? there are: who',
  ],
  [
    'a workspace of a pipeline',
    task('greet') + pipeline('ci'),
    { workspaces: { src: '' } },
    'spec.workspaces: there is no workspace src',
    'there are: source',
  ],
  [
    'a workspace of a task',
    task('greet'),
    { workspaces: { soruce: '' } },
    'there is no workspace soruce',
    'did you mean source? there are: source',
  ],
])('a slip is told: %s', ([, yaml, choice, message, hint]) => {
  expect(() => chosen(yaml, choice)).toThrow(
    expect.objectContaining({
      message: expect.stringContaining(message),
      hint: expect.stringContaining(hint),
    }),
  );
});
