// What must not compile. tsc itself is the test: an expected error that does not come is an error (types.test.ts).
import * as z from 'zod';
import {
  Count,
  Digest,
  defineStepAction,
  defineTask,
  ImageUrl,
  Platform,
  Text,
  text,
  uses,
} from '#lib/tekton';

export const build = defineTask({
  name: 'build',
  version: '0.1.0',
  description: 'Builds.',
  params: {
    IMAGE: ImageUrl,
    PLATFORM: Platform,
    DEPTH: Count.default(1),
    BUILD_ARGS: z.array(z.string()).default([]),
    GIT: z.object({ url: z.string(), revision: z.string() }).default({ url: '', revision: '' }),
  },
  results: { IMAGE_REF: Text, IMAGE_DIGEST: Digest },
  workspaces: { source: { description: 'Sources.' }, auth: { description: 'Secrets.', optional: true } },
  steps: { build: { writes: ['IMAGE_REF', 'IMAGE_DIGEST'], cpu: '1', memory: '4Gi' } },
});

export const check = defineTask({
  name: 'check',
  version: '0.1.0',
  description: 'Checks.',
  params: { IMAGE_URL: ImageUrl, IMAGE_DIGEST: Digest, KIND: z.enum(['fast', 'full']).default('fast') },
  results: { VERDICT: Text },
  steps: { check: { writes: ['VERDICT'], cpu: '100m', memory: '256Mi' } },
});

export const fetch = defineStepAction({
  name: 'fetch',
  version: '0.1.0',
  description: 'Fetches.',
  params: { url: Text },
  results: { commit: Text },
  step: ({ params, results }) => ({
    image: 'example.com/git:1',
    command: ['fetch'],
    args: [params.url, results.commit.path],
  }),
});

export const generic = defineTask({
  name: 'generic',
  version: '0.1.0',
  description: 'Uses what Tekton has.',
  params: { url: Text, tags: z.array(z.string()) },
  results: { digest: Text },
  volumes: [{ name: 'work', emptyDir: {} }],
  steps: ({ params, results, step }) => {
    const clone = uses(fetch, { params: { url: params.url } });
    // @ts-expect-error the step action has no such result
    step({ clone }).result('comit');
    return {
      clone,
      push: {
        image: 'example.com/push:1',
        command: ['push'],
        args: [step({ clone }).result('commit'), text`to ${params.url}`, params.tags],
        env: [{ name: 'RESULT', value: results.digest.path }],
        volumeMounts: [{ name: 'work', mountPath: '/work' }],
        writes: ['digest'],
      },
    };
  },
});

export const optional = defineTask({
  name: 'optional',
  version: '0.1.0',
  description: 'Needs nothing.',
  params: { depth: Count.default(1) },
  results: {},
  steps: { a: { cpu: '1', memory: '1Gi' } },
});
