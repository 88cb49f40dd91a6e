// What must not compile. tsc itself is the test: an expected error that does not come is an error.
import * as z from 'zod';
import type { FileRead } from '#lib/rootfs';
import type { InstalledPackages } from '#lib/rpm';
import {
  at,
  Count,
  Digest,
  definePipeline,
  definePipelineRun,
  defineStepAction,
  defineTask,
  embedded,
  equals,
  Flag,
  ImageUrl,
  key,
  Platform,
  Text,
  text,
  uses,
} from '#lib/tekton';
import type { Seen } from '../lib/sanity/look.ts';

const build = defineTask({
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

const check = defineTask({
  name: 'check',
  version: '0.1.0',
  description: 'Checks.',
  params: { IMAGE_URL: ImageUrl, IMAGE_DIGEST: Digest, KIND: z.enum(['fast', 'full']).default('fast') },
  results: { VERDICT: Text },
  steps: { check: { writes: ['VERDICT'], cpu: '100m', memory: '256Mi' } },
});

const fetch = defineStepAction({
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

const generic = defineTask({
  name: 'generic',
  version: '0.1.0',
  description: 'Uses what Tekton has.',
  params: { url: Text, tags: z.array(z.string()) },
  results: { digest: Text },
  volumes: [{ name: 'work', emptyDir: {} }],
  steps: ({ params, results, step }) => ({
    clone: uses(fetch, { params: { url: params.url } }),
    push: {
      image: 'example.com/push:1',
      command: ['push'],
      args: [step('clone').result('commit'), text`to ${params.url}`, params.tags as never],
      env: [{ name: 'RESULT', value: results.digest.path }],
      writes: ['digest'],
    },
  }),
});

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

const pipeline = definePipeline({
  name: 'x',
  version: '0.1.0',
  description: '',
  params: {
    image: ImageUrl,
    url: Text,
    skip: Flag,
    platforms: z.array(Platform),
    kind: z.enum(['fast', 'full']),
  },
  workspaces: { shared: { description: '' } },
  tasks({ params, workspaces, run, runFinally, status }) {
    const { image, url, platforms } = params;
    const source = { workspaces: { source: workspaces.shared } };
    const builds = run('build', build, {
      matrix: { PLATFORM: platforms },
      include: [{ name: 'big', params: { PLATFORM: 'linux/s390x', DEPTH: 2 } }],
      params: { IMAGE: image, BUILD_ARGS: ['A=1', url], GIT: { url, revision: 'main' } },
      ...source,
    });
    const one = run('one', build, { params: { IMAGE: image, PLATFORM: at(platforms, 0) }, ...source });
    run('inline', embedded(check), { params: { IMAGE_URL: image, IMAGE_DIGEST: one.results.IMAGE_DIGEST } });

    // @ts-expect-error a parameter without a default is missing
    run('a', build, { params: { IMAGE: image }, ...source });
    // @ts-expect-error no parameter has this name
    run('b', check, { params: { IMAGE_URL: image, IMAGE_DIGEST: one.results.IMAGE_DIGEST, KINDD: 'fast' } });
    // @ts-expect-error depth is a number
    run('c', build, { params: { IMAGE: image, PLATFORM: 'linux/arm64', DEPTH: 'fifty' }, ...source });
    // @ts-expect-error no such result
    void one.results.IMAGE_DIGETS;
    // @ts-expect-error an image URL is not a digest
    run('d', check, { params: { IMAGE_URL: image, IMAGE_DIGEST: image } });
    // @ts-expect-error text is not known to be a digest
    run('e', check, { params: { IMAGE_URL: image, IMAGE_DIGEST: one.results.IMAGE_REF } });
    const digests = builds.results.IMAGE_DIGEST;
    // @ts-expect-error a list of digests is not a digest
    run('f', check, { params: { IMAGE_URL: image, IMAGE_DIGEST: digests } });
    // @ts-expect-error a matrix needs a list
    run('g', build, { matrix: { PLATFORM: url }, params: { IMAGE: image }, ...source });
    run('h', build, {
      matrix: { PLATFORM: platforms },
      // @ts-expect-error PLATFORM is in the matrix already
      params: { IMAGE: image, PLATFORM: 'linux/arm64' },
      ...source,
    });
    // @ts-expect-error a list cannot be given where one value belongs
    run('i', check, { params: { IMAGE_URL: image, IMAGE_DIGEST: one.results.IMAGE_DIGEST, KIND: ['fast'] } });
    // @ts-expect-error not a value of the enum
    run('j', check, { params: { IMAGE_URL: image, IMAGE_DIGEST: one.results.IMAGE_DIGEST, KIND: 'slow' } });
    // @ts-expect-error not a boolean
    equals(params.skip, 'maybe');
    // @ts-expect-error not a value of the enum
    equals(params.kind, 'slow');
    // @ts-expect-error the object has no such key
    key(params.image, 'tag');
    run('k', build, {
      params: { IMAGE: image, PLATFORM: 'linux/arm64' },
      // @ts-expect-error no such workspace in the task
      workspaces: { sources: workspaces.shared },
    });
    // @ts-expect-error no such workspace in the pipeline
    void workspaces.cache;
    // @ts-expect-error not one of Tekton's words
    run('l', build, { params: { IMAGE: image, PLATFORM: 'linux/arm64' }, onError: 'ignore', ...source });
    // @ts-expect-error used before it is defined: a cycle cannot be written
    // biome-ignore lint/correctness/noInvalidUseBeforeDeclaration: the point of this line
    run('m', check, { params: { IMAGE_URL: image, IMAGE_DIGEST: later.results.IMAGE_DIGEST } });
    const later = run('n', build, { params: { IMAGE: image, PLATFORM: 'linux/arm64' }, ...source });
    runFinally('o', generic, { params: { url: status(later), tags: [url, 'a'] } });
    return { digests, ref: { value: later.results.IMAGE_REF, description: 'The image.' } };
  },
});

definePipelineRun(pipeline, {
  metadata: { generateName: 'x-' },
  params: {
    image: 'quay.io/a/b',
    url: 'https://example.com',
    skip: true,
    platforms: ['linux/arm64'],
    kind: 'fast',
  },
  workspaces: { shared: { emptyDir: {} } },
});
definePipelineRun(pipeline, {
  metadata: { generateName: 'x-' },
  // @ts-expect-error a parameter without a default is missing
  params: { image: 'quay.io/a/b' },
});

// What could not be read is not empty: a read of a file has to be told apart before anything is taken from it.
declare const read: FileRead;
declare const seen: Seen;
declare const installed: InstalledPackages;
// @ts-expect-error what is absent or could not be read has no bytes
void (read.bytes ?? '');
// @ts-expect-error nor text
void (read.text ?? '');
// @ts-expect-error nor is it a list
void [...(read ?? [])];
// @ts-expect-error nor a string
void (read satisfies string);
// @ts-expect-error that it is there does not make it content
if (read.kind !== 'absent') void read.bytes;
// @ts-expect-error what a check sees may be absent
void (seen.bytes ?? Buffer.alloc(0));
// @ts-expect-error a database that could not be read has no packages
void (installed.rpms ?? []);
if (read.kind === 'content') void read.bytes;
