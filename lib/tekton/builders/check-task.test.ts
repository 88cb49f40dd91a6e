import { expect, test } from 'vitest';
import * as z from 'zod';
import {
  Count,
  Digest,
  defineStepAction,
  defineTask,
  ImageUrl,
  Platform,
  ref,
  Text,
  uses,
} from '#lib/tekton';
import { taskManifest } from './manifest.ts';
import type { TaskDefinition } from './task.ts';

const own = { cpu: '1', memory: '1Gi' };
const base = { name: 'task', version: '0.1.0', description: '', params: {}, results: {} } as const;
const fetch = defineStepAction({
  name: 'fetch',
  version: '0.1.0',
  description: '',
  params: { url: Text },
  results: { commit: Text },
  step: () => ({ image: 'git' }),
});
const container = { image: 'x', command: ['y'] };

/** What a type would refuse: definitions in JavaScript, and those whose names are known at run time alone. */
const loose = defineTask as unknown as (options: object) => TaskDefinition;
const withParam = (schema: z.ZodType) => loose({ ...base, params: { X: schema }, steps: { a: own } });

test.for([
  [
    'a version that is none',
    loose({ ...base, version: '1.2', steps: { a: own } }),
    'version: "1.2" is no semantic version',
  ],
  [
    'a type has this one',
    loose({ ...base, version: '1.2.3.4', steps: { a: own } }),
    'version: "1.2.3.4" is no',
  ],
  [
    'nobody writes',
    loose({ ...base, results: { url: Text }, steps: { a: own } }),
    'result url: no step writes it',
  ],
  [
    'a step writes what is not there',
    loose({ ...base, steps: { a: { ...own, writes: ['url'] } } }),
    'step a: it writes url, which is no result of the task',
  ],
  [
    'a step takes what is no param',
    loose({ ...base, params: { url: Text }, steps: { a: { ...own, takes: ['ulr'] } } }),
    'step a, takes ulr: the task has no such param',
  ],
  [
    'a mount of no volume',
    loose({ ...base, steps: { a: { ...own, volumeMounts: [{ name: 'v', mountPath: '/v' }] } } }),
    'step a, volume mount v: the task has no such volume',
  ],
  [
    'reads and a workspace',
    loose({ ...base, workspaces: { w: { description: '' } }, steps: { a: { ...own, reads: { w: '/w' } } } }),
    'step a, reads w: a workspace has this name',
  ],
  [
    'a result of a step action that it has not',
    loose({
      ...base,
      steps: { a: uses(fetch, { params: { url: '' } }), b: { ...container, args: ['$(steps.a.results.x)'] } },
    }),
    'step b, $(steps.a.results.x): step a has no such result of its own',
  ],
  [
    'a step that comes later',
    loose({ ...base, steps: { b: { ...container, args: ['$(steps.step-a.exitCode.path)'] }, a: own } }),
    'step b, $(steps.step-a.exitCode.path): no step before this one has the name a',
  ],
  [
    '$$ in args',
    loose({ ...base, steps: { a: { ...container, args: ['a', 'b$$c'] } } }),
    'step a, args, value 2: the kubelet turns $$ into $',
  ],
  [
    '$$ in env',
    loose({ ...base, steps: { a: { ...own, env: [{ name: 'A', value: '$$' }] } } }),
    'step a, env, value 1, value: the kubelet',
  ],
  [
    '$$ in a text',
    loose({ ...base, steps: { a: { ...container, command: [ref('$$$(params.x)')] } } }),
    'step a, command, value 1: the kubelet',
  ],
  ['$$ in a default', withParam(Text.default('a$$')), 'param X, default: the kubelet turns $$'],
  [
    '$$ in a default that is a list',
    withParam(z.array(z.string()).default(['a', '$$'])),
    'param X, default, value 2: the kubelet',
  ],
  [
    'a default that does not fit',
    withParam(z.enum(['a', 'b']).prefault('c' as 'a')),
    'param X, default: Invalid option: expected one of',
  ],
  [
    'a prefault that does not fit',
    withParam(ImageUrl.prefault('a@b')),
    'param X, default: expected repository[:tag] without a digest',
  ],
  [
    'one element of a list',
    withParam(z.array(Platform).prefault(['linux/amd64', 'all'])),
    'param X, default, value 2: expected os/architecture',
  ],
  [
    'a key of an object',
    withParam(z.object({ url: ImageUrl }).prefault({ url: '@' })),
    'param X, default, key url: expected repository',
  ],
  ['a codec', withParam(Count.default(-1)), 'param X, default: Too small'],
  [
    'a number',
    withParam(z.number()),
    'param X, type: Tekton carries a string, a list or a map of strings, not number',
  ],
  [
    'a transform, which has no way back',
    withParam(
      z
        .string()
        .transform((text) => text.length)
        .default(3),
    ),
    'param X, type: it has no way back to what Tekton carries',
  ],
  [
    'a default that is none',
    withParam(Text.default(undefined as unknown as string)),
    'param X, type: it cannot be told',
  ],
  [
    'a result that is a number',
    loose({ ...base, results: { N: z.number() }, steps: { a: { ...own, writes: ['N'] } } }),
    'result N, type: Tekton carries',
  ],
  [
    'optional, without a default',
    withParam(Text.optional()),
    'param X, default: Tekton has no optional param without',
  ],
] as const)('%s', ([, task, message]) => {
  expect(() => taskManifest(task, { image: 'steps' })).toThrow(
    `task task (lib/tekton/builders/check-task.test.ts:`,
  );
  expect(() => taskManifest(task, { image: 'steps' })).toThrow(message);
});

test('a script may have $$, which the kubelet does not see, and a variable stand after a $', () => {
  const task = defineTask({
    ...base,
    params: { price: Text },
    results: { digest: Digest },
    steps: ({ params, results }) => ({
      a: { image: 'x', script: 'echo $$' },
      b: { image: 'x', args: [params.price, results.digest.path, '$(HOME)', '$5'], writes: ['digest'] },
    }),
  });

  expect(taskManifest(task, { image: 'steps' }).spec?.steps?.[1]?.args).toEqual([
    '$(params.price)',
    '$(results.digest.path)',
    '$(HOME)',
    '$5',
  ]);
});

test('a step action, a step of its own results, and an exit code are referred to by name', () => {
  const task = defineTask({
    ...base,
    steps: ({ step }) => {
      const clone = uses(fetch, { params: { url: 'u' } });
      const tell = { ...container, results: { words: z.array(z.string()) } };
      return {
        clone,
        tell,
        last: {
          ...container,
          args: [
            step({ clone }).result('commit'),
            step({ tell }).result('words'),
            step({ tell }).exitCodePath,
          ],
        },
      };
    },
  });

  expect(taskManifest(task, { image: 'steps' }).spec?.steps?.[2]?.args).toEqual([
    '$(steps.clone.results.commit)',
    '$(steps.tell.results.words[*])',
    '$(steps.step-tell.exitCode.path)',
  ]);
});
