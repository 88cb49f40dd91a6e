import { expect, test } from 'vitest';
import { parseObjects } from '../objects/load.ts';
import { sortObjects } from '../objects/objects.ts';
import { prepareRun } from '../run/prepare-run.ts';
import { clusterWarnings } from './cluster-warnings.ts';

const step =
  'taskSpec: {params: [{name: os, default: x}, {name: arch, default: x}], results: [{name: r}], steps: [{name: s, image: any, command: [echo]}]}';
const run = (spec: string, more = '') =>
  `apiVersion: tekton.dev/v1\nkind: PipelineRun\nmetadata: {name: warned}\nspec:\n${more}  pipelineSpec: ${spec}\n`;
const claims =
  '  workspaces: [{name: one, persistentVolumeClaim: {claimName: c}}, {name: two, persistentVolumeClaim: {claimName: c}}]\n';

test.for<[what: string, yaml: string, expected: readonly RegExp[]]>([
  [
    'two params that match nothing are counted twice',
    run(
      `{tasks: [{name: m, matrix: {params: [{name: os, value: [l]}, {name: arch, value: [a]}], include: [{name: e, params: [{name: os, value: x}, {name: arch, value: y}]}]}, ${step}}]}`,
    ),
    [/matrix of task m has 3 runs, and 2 here/],
  ],
  [
    'a param that the matrix does not have is not counted',
    run(
      `{tasks: [{name: m, matrix: {params: [{name: os, value: [l]}], include: [{name: a, params: [{name: arch, value: x}]}, {name: b, params: [{name: arch, value: y}]}]}, ${step}}]}`,
    ),
    [/matrix of task m has 1 runs, and 2 here.*does not run them all/],
  ],
  [
    'an include that matches changes no number',
    run(
      `{tasks: [{name: m, matrix: {params: [{name: os, value: [l, m]}], include: [{name: a, params: [{name: os, value: l}, {name: arch, value: x}]}]}, ${step}}]}`,
    ),
    [],
  ],
  [
    'a result of a matrix that no task takes',
    run(
      `{results: [{name: all, type: array, value: "$(tasks.m.results.r[*])"}], tasks: [{name: m, matrix: {params: [{name: os, value: [l, m]}]}, ${step}}]}`,
    ),
    [/CouldntGetPipelineResult: .* task m,/],
  ],
  [
    'two workspaces on one claim',
    run(`{workspaces: [{name: one}, {name: two}], tasks: [{name: t, ${step}}]}`, claims),
    [/workspaces one and two are of one claim, c/],
  ],
])('%s', async ([, yaml, expected]) => {
  const prepared = await prepareRun({
    objects: sortObjects(parseObjects(yaml, 'x.yaml')),
    resolvers: {},
    signal: new AbortController().signal,
    choice: {},
    debug: {},
    runs: '/nowhere',
    featureFlags: {},
  });
  const told = prepared.kind === 'pipeline' ? clusterWarnings(prepared.pipeline, prepared.flags) : [];

  expect(told).toEqual(expected.map((one) => expect.stringMatching(one) as string));
});
