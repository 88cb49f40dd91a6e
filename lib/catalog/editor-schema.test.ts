import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import * as z from 'zod';
import { Digest, definePipeline, defineTask, Flag, Platform, Text } from '#lib/tekton';
import { editorSchema, editorSchemaText } from './editor-schema.ts';

const task = defineTask({
  name: 'check',
  version: '0.1.0',
  description: 'Checks.',
  params: {
    DIGEST: Digest.describe('What is checked.'),
    PLATFORMS: z.array(Platform).default([]).describe('Where.'),
    VERIFY: Flag.default(true).describe('Whether.'),
  },
  results: {},
  steps: { check: { cpu: '1', memory: '1Gi' } },
});
const pipeline = definePipeline({
  name: 'all',
  version: '0.1.0',
  description: 'Does all.',
  params: { what: Text.describe('What.') },
  body: () => ({}),
});
const validate = new Ajv({ strict: false, allErrors: true }).compile(
  editorSchema({ tasks: [task], pipelines: [pipeline] }),
);

const digest = `sha256:${'0'.repeat(64)}`;
const bundle = (name: string, kind: string) => ({
  resolver: 'bundles',
  params: Object.entries({ bundle: 'quay.io/a/b:1', name, kind }).map(([param, value]) => ({
    name: param,
    value,
  })),
});
const given = (params: object) => Object.entries(params).map(([name, value]) => ({ name, value }));
const taskRun = (params: object, taskRef: object = { name: 'check' }) => ({
  kind: 'TaskRun',
  spec: { taskRef, params: given(params) },
});

test.for([
  ['what is needed', taskRun({ DIGEST: digest })],
  ['all of it', taskRun({ DIGEST: digest, PLATFORMS: ['linux/arm64'], VERIFY: 'false' })],
  [
    'references',
    taskRun({ DIGEST: '$(params.digest)', PLATFORMS: ['$(params.p[*])'], VERIFY: '{{ verify }}' }),
  ],
  ['a bundle', taskRun({ DIGEST: digest }, bundle('check', 'task'))],
  ['another task', taskRun({ X: 1 }, bundle('other', 'task'))],
  ['another kind of this name', taskRun({ X: 1 }, bundle('check', 'pipeline'))],
  ['a matrix', inPipeline({ taskRef: { name: 'check' }, matrix: { params: given({ DIGEST: [digest] }) } })],
  [
    'a pipeline',
    { kind: 'PipelineRun', spec: { pipelineRef: bundle('all', 'pipeline'), params: given({ what: 'a' }) } },
  ],
])('%s is right', ([, object]) => {
  expect(validate(object), JSON.stringify(validate.errors)).toBe(true);
});

test.for([
  ['a param that there is not', taskRun({ DIGEST: digest, DIGST: digest })],
  ['one that is missing', taskRun({ VERIFY: 'true' })],
  ['another value', taskRun({ DIGEST: digest, VERIFY: 'yes' })],
  ['a boolean of YAML', taskRun({ DIGEST: digest, VERIFY: true })],
  ['another form', taskRun({ DIGEST: 'latest' })],
  ['another form in a list', taskRun({ DIGEST: digest, PLATFORMS: ['arm64'] })],
  ['the same by a bundle', taskRun({ DIGEST: 'latest' }, bundle('check', 'task'))],
  ['the same in a pipeline', inPipeline({ taskRef: { name: 'check' }, params: given({ DIGEST: 'latest' }) })],
  ['a pipeline without its param', { kind: 'PipelineRun', spec: { pipelineRef: { name: 'all' } } }],
])('%s is wrong', ([, object]) => {
  expect(validate(object)).toBe(false);
});

test('an editor can show what a param is', () => {
  expect(editorSchemaText({ tasks: [task], pipelines: [] })).toContain('"description":"What is checked."');
});

function inPipeline(one: object): object {
  return { kind: 'PipelineRun', spec: { pipelineSpec: { tasks: [{ name: 'a', ...one }] } } };
}
