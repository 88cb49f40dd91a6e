import { type Case, pipeline, testCases, v1 } from '#test/tekton-objects';

const oneTask = { name: 'a', taskRef: { name: 'x' } };

const withResult = (value: unknown) => pipeline({ tasks: [oneTask], results: [{ name: 'r', value }] });

const pipelineResults: readonly Case[] = [
  [
    `${v1}/pipeline_validation.go validatePipelineResults`,
    withResult('text'),
    'spec.results[0].value',
    'no expressions were found',
  ],
  [
    `${v1}/pipeline_validation.go validatePipelineResults`,
    withResult('$(params.a)'),
    'spec.results[0].value',
    'an invalid expressions was found',
  ],
  [
    `${v1}/pipeline_validation.go validatePipelineResults`,
    withResult('$(tasks.a.results.b.c.d)'),
    'spec.results[0].value',
    'expected all of the expressions [tasks.a.results.b.c.d] to be result expressions',
  ],
  [
    `${v1}/pipeline_validation.go taskContainsResult`,
    withResult('$(tasks.z.results.r)'),
    'spec.results[0].value',
    'referencing a nonexistent task',
  ],
  [
    `${v1}/pipeline_validation.go taskContainsResult`,
    withResult('x-$(tasks.a.results.r)'),
    'spec.results[0].value',
    'referencing a nonexistent task',
  ],
  [
    `${v1}/pipeline_validation.go taskContainsResult`,
    withResult('$(finally.a.results.r)'),
    'spec.results[0].value',
    'referencing a nonexistent task',
  ],
];

testCases(pipelineResults);
