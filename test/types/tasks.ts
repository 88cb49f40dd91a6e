// What must not compile. tsc itself is the test: an expected error that does not come is an error (types.test.ts).
import * as z from 'zod';
import { implement } from '#lib/step';
import { Count, Digest, defineTask, Text, uses } from '#lib/tekton';
import { build, check, fetch } from './definitions.ts';

// @ts-expect-error a required parameter of the step action is missing
uses(fetch, { params: {} });

defineTask({
  name: 'wrong',
  version: '0.1.0',
  description: '',
  params: {},
  results: { digest: Digest },
  // @ts-expect-error there is no such result
  steps: { a: { writes: ['digets'], cpu: '1', memory: '1Gi' } },
});
defineTask({
  name: 'wrong',
  version: '0.1.0',
  description: '',
  params: { url: Text },
  results: {},
  // @ts-expect-error there is no such param
  steps: { a: { takes: ['ulr'], cpu: '1', memory: '1Gi' } },
});
const taking = defineTask({
  name: 'taking',
  version: '0.1.0',
  description: 'Gives each step what it needs.',
  params: { url: Text, depth: Count, tags: z.array(z.string()) },
  results: {},
  steps: ({ allBut }) => ({
    clone: { takes: ['url'], cpu: '1', memory: '1Gi' },
    push: { takes: allBut('url'), cpu: '1', memory: '1Gi' },
  }),
});
implement(taking.steps.clone, async ({ params }) => {
  params.url satisfies string;
  // @ts-expect-error the step does not take it
  String(params.depth);
  return {};
});
implement(taking.steps.push, async ({ params }) => {
  params.depth satisfies number;
  // @ts-expect-error it takes all but this one
  String(params.url);
  return {};
});
defineTask({
  name: 'wrong',
  version: '0.1.0',
  description: '',
  // @ts-expect-error Tekton cannot carry a number: Count is the codec for it
  params: { depth: z.number() },
  results: {},
  steps: {},
});
defineTask({
  name: 'wrong',
  version: '0.1.0',
  description: '',
  params: { url: Text },
  results: {},
  // @ts-expect-error no parameter has this name
  steps: ({ params }) => ({ a: { image: 'x', args: [params.ulr] } }),
});

// Names of results, steps, volumes and workspaces are checked where they are used.
defineTask({
  name: 'wrong',
  version: '0.1.0',
  description: '',
  params: {},
  results: { digest: Digest, url: Text },
  // @ts-expect-error no step writes the result url
  steps: { a: { writes: ['digest'], cpu: '1', memory: '1Gi' } },
});
defineTask({
  name: 'wrong',
  version: '0.1.0',
  description: '',
  params: {},
  results: { digest: Digest },
  // @ts-expect-error no step writes the result, of a function that gives the steps, too
  steps: ({ results }) => ({ a: { image: 'x', args: [results.digest.path] } }),
});
defineTask({
  name: 'wrong',
  version: '0.1.0',
  description: '',
  params: {},
  results: {},
  volumes: [{ name: 'work', emptyDir: {} }],
  // @ts-expect-error there is no volume wrok
  steps: { a: { cpu: '1', memory: '1Gi', volumeMounts: [{ name: 'wrok', mountPath: '/work' }] } },
});
defineTask({
  name: 'wrong',
  // @ts-expect-error that is no version
  version: 'one',
  description: '',
  params: {},
  results: {},
  steps: { a: { cpu: '1', memory: '1Gi' } },
});

implement(build.steps.build, async ({ params, workspaces }) => {
  void (workspaces.source satisfies string);
  // @ts-expect-error one that need not be bound may be absent
  void (workspaces.auth satisfies string);
  // @ts-expect-error the task has no such workspace
  void workspaces.sources;
  return { IMAGE_REF: params.IMAGE, IMAGE_DIGEST: Digest.parse('') };
});
// @ts-expect-error a result is missing
implement(build.steps.build, async ({ params }) => ({ IMAGE_REF: params.IMAGE }));
// @ts-expect-error a digest is not just text
implement(build.steps.build, async () => ({ IMAGE_REF: '', IMAGE_DIGEST: '' }));
// @ts-expect-error the step writes no such result
implement(check.steps.check, async () => ({ VERDICT: 'good', SCORE: '1' }));
implement(check.steps.check, async ({ params: { KIND } }) => {
  if (KIND === 'full') return { VERDICT: 'good' };
  throw new Error('no');
});
