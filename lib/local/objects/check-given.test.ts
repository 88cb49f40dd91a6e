import { expect, test } from 'vitest';
import { InvalidRunError } from '../model/errors.ts';
import { checkGiven, withoutOthers } from './check-given.ts';
import { parseObjects } from './load.ts';
import { sortObjects } from './objects.ts';

const PIPELINE = `apiVersion: tekton.dev/v1
kind: Pipeline
metadata: {name: ci}
spec:
  tasks:
  - name: a
    taskRef: {name: build}
    params: [{name: x, value: $(params.nope)}]
  - name: b
    runAfter: [buil]
    taskSpec:
      steps: [{name: a, image: busybox, script: echo hi, workDir: /tmp}]
---
apiVersion: tekton.dev/v1
kind: Task
metadata: {name: build}
spec:
  stepz: []
  steps: [{image: x}]
`;

test('all that is wrong in all files is told at once, each with its place', () => {
  const failure = refusal(() => checkGiven(parseObjects(PIPELINE, 'ci.yaml')));

  expect(failure.message.split('\n')).toEqual([
    'ci.yaml:8:31: Pipeline ci is not valid: spec.tasks[0].params[0].value: non-existent variable in "$(params.nope)"',
    `ci.yaml:10:16: Pipeline ci is not valid: spec.tasks[1].runAfter[0]: invalid value: couldn't add link between b and buil: task b depends on buil but buil wasn't present in Pipeline`,
    'ci.yaml:12:58: Pipeline ci is not valid: spec.tasks[1].taskSpec.steps[0].workDir: unknown field "workDir"',
    'ci.yaml:18:3: Task build is not valid: spec.stepz: unknown field "stepz"; did you mean "steps"?',
  ]);
  expect(failure.problems[2]).toMatchObject({
    object: 'Pipeline ci',
    path: 'spec.tasks[1].taskSpec.steps[0].workDir',
    source: 'ci.yaml:1',
    place: {
      file: 'ci.yaml',
      line: 12,
      column: 58,
      excerpt: expect.stringMatching(/workDir.*\n {57}\^$/) as string,
    },
  });
});

const run = (kind: string, name: string, spec: string) =>
  `apiVersion: tekton.dev/v1\nkind: ${kind}\nmetadata: {name: ${name}}\nspec: ${spec}\n`;
const step = 'name: a, image: busybox, script: echo hi';

// The webhook decodes embedded specs, too, and knows no other fields (cmd/webhook/main.go).
test.for([
  ['a TaskRun', run('TaskRun', 'r', `{taskSpec: {steps: [{${step}, workDir: /tmp}]}}`), 'workDir'],
  [
    'a PipelineRun',
    run(
      'PipelineRun',
      'r',
      `{pipelineSpec: {tasks: [{name: t, runsAfter: [], taskSpec: {steps: [{${step}}]}}]}}`,
    ),
    'runsAfter',
  ],
  [
    'a Pipeline',
    run(
      'Pipeline',
      'r',
      `{tasks: [{name: t, taskSpec: {volumes: [{name: v, emptyDirs: {}}], steps: [{${step}}]}}]}`,
    ),
    'emptyDirs',
  ],
  [
    'a claim of a run',
    run(
      'TaskRun',
      'r',
      `{workspaces: [{name: w, volumeClaimTemplate: {spec: {accessMode: x}}}], taskRef: {name: t}}`,
    ),
    'accessMode',
  ],
] as const)('an unknown field inside of %s is refused', ([, yaml, field]) => {
  expect(() => sortObjects(parseObjects(yaml, 'x.yaml'))).toThrow(`unknown field "${field}"`);
});

test('what a feature flag turns off is refused, in a ConfigMap or beside it', () => {
  const cel = run(
    'PipelineRun',
    'r',
    `{pipelineSpec: {tasks: [{name: t, when: [{cel: "true"}], taskSpec: {steps: [{${step}}]}}]}}`,
  );
  const config =
    '---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: feature-flags}\ndata: {enable-cel-in-whenexpression: "false"}';
  const message =
    'feature flag enable-cel-in-whenexpression should be set to true to use CEL in WhenExpression';

  checkGiven(parseObjects(cel, 'x.yaml'));
  expect(() => checkGiven(parseObjects(cel + config, 'x.yaml'))).toThrow(message);
  expect(() => checkGiven(parseObjects(cel, 'x.yaml'), { 'enable-cel-in-whenexpression': 'false' })).toThrow(
    message,
  );
});

// To read the file again for each of them would take minutes.
test('of thousands of objects with a mistake each all are told, and the first ones are placed', () => {
  const task = (index: number) => `apiVersion: tekton.dev/v1
kind: Task
metadata: {name: t${index}}
spec: {stepz: [], steps: [{${step}}]}
`;
  const many = Array.from({ length: 2_000 }, (_, index) => task(index)).join('---\n');

  const { problems } = refusal(() => checkGiven(parseObjects(many, 'x.yaml')));

  expect(problems).toHaveLength(2_000);
  expect(problems.filter(({ place }) => place !== undefined)).toHaveLength(20);
  expect(problems[1]).toMatchObject({ object: 'Task t1', place: { line: 9, column: 8 } });
  expect(problems.at(-1)).toMatchObject({ object: 'Task t1999', path: 'spec.stepz', source: 'x.yaml:9996' });
});

test('a run that is not meant hinders nothing', () => {
  const two = `${run('TaskRun', 'bad', '{foo: 1}')}---\n${run('TaskRun', 'good', `{taskSpec: {steps: [{${step}}]}}`)}`;
  const loaded = parseObjects(two, 'x.yaml');

  expect(withoutOthers(loaded, { run: 'good' })).toEqual([loaded[1]]);
  expect(withoutOthers(loaded, { task: 'a' })).toEqual([]);
  // The hint then says which there are.
  expect(withoutOthers(loaded, { run: 'none' })).toEqual(loaded);
});

test('params that are given on the command line are not missed before', () => {
  checkGiven(
    parseObjects(run('TaskRun', 'r', `{taskSpec: {params: [{name: p}], steps: [{${step}}]}}`), 'x.yaml'),
  );
});

function refusal(work: () => void): InvalidRunError {
  try {
    work();
  } catch (error) {
    if (error instanceof InvalidRunError) return error;
    throw error;
  }
  throw new Error('it was taken');
}
