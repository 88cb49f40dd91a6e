import { expect, test } from 'vitest';
import { build, known, object, resources, take, withBuild } from '#test/known-tasks';
import { image, pipeline } from '#test/tekton-objects';
import { validate } from './validate.ts';

test.for([
  {
    rule: `${resources}/validate_dependencies.go ValidatePipelineTaskResults`,
    it: withBuild({}, take('$(tasks.build.results.disgest)')),
    path: 'spec.tasks[1].params[0].value',
    message:
      '"disgest" is not a named result returned by pipeline task "build"; there are: digest, layers, meta',
  },
  {
    rule: `${resources}/validate_dependencies.go ValidatePipelineTaskResults`,
    it: withBuild(
      {},
      { ...take('a'), when: [{ input: '$(tasks.build.results.no)', operator: 'in', values: ['a'] }] },
    ),
    path: 'spec.tasks[1]',
    message: '"no" is not a named result',
  },
  {
    rule: `${resources}/validate_dependencies.go ValidatePipelineTaskResults`,
    it: withBuild({}, { name: 'x', taskSpec: { steps: [{ image, args: ['$(tasks.build.results.no)'] }] } }),
    path: 'spec.tasks[1]',
    message: '"no" is not a named result',
  },
  {
    rule: `${resources}/validate_dependencies.go ValidatePipelineResults`,
    it: object({ results: [{ name: 'r', value: '$(tasks.build.results.no)' }] }, build),
    path: 'spec.results[0].value',
    message: 'invalid pipeline result "r": "no" is not a named result',
  },
  {
    rule: 'a result with a dot in its name cannot be referred to',
    it: withBuild({}, take('$(tasks.build.results.digest.sha)')),
    path: 'spec.tasks[1].params[0].value',
    message: 'has type string: no key "sha"',
  },
  {
    rule: 'whole strings',
    it: withBuild({}, take('$(tasks.build.results.digest[*])')),
    path: 'spec.tasks[1].params[0].value',
    message: 'has type string: no [*]',
  },
  {
    rule: 'elements of strings',
    it: withBuild({}, take('$(tasks.build.results.digest[0])')),
    path: 'spec.tasks[1].params[0].value',
    message: 'has type string: no element [0]',
  },
  {
    rule: 'keys of objects',
    it: withBuild({}, take('$(tasks.build.results.meta.name)')),
    path: 'spec.tasks[1].params[0].value',
    message: 'no key "name" among its properties',
  },
  {
    rule: 'whole lists among text',
    it: withBuild({}, take('all: $(tasks.build.results.layers[*])')),
    path: 'spec.tasks[1].params[0].value',
    message: 'variable is not properly isolated',
  },
  {
    rule: `${resources}/validate_dependencies.go validateResultRef`,
    it: pipeline({
      tasks: [build],
      workspaces: [{ name: 'source' }],
      finally: [{ name: 'z', taskSpec: { steps: [{ image, args: ['$(tasks.zz.results.r)'] }] } }],
    }),
    path: 'spec.finally[0]',
    message: 'invalid result reference in pipeline task "z": referenced pipeline task "zz" does not exist',
  },
])('$rule: $message', ({ it, path, message }) => {
  const problems = validate(it, known);

  expect(problems).toContainEqual({ path, message: expect.stringContaining(message) as string });
});
