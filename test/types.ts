// What must not compile. tsc itself is the test: an expected error that does not come is an error.
import * as z from 'zod';
import type { Digest as ContentDigest } from '#lib/oci';
import type { FileRead } from '#lib/rootfs';
import type { InstalledPackages } from '#lib/rpm';
import { implement } from '#lib/step';
import {
  at,
  Count,
  Digest,
  defineExternalTask,
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
  type Ref,
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
  body({ params, workspaces, run, runFinally }) {
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
    runFinally('o', generic, ({ status }) => ({ params: { url: status(later), tags: [url, 'a'] } }));
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

const scan = defineExternalTask({
  bundle: `registry.example/task-scan:0.3@sha256:${'0'.repeat(64)}`,
  read: { version: '0.3.1', from: '', sum: '' },
  name: 'scan',
  params: [
    { name: 'image', type: 'string' },
    { name: 'mode', type: 'string', default: 'fast', enum: ['fast', 'full'] },
    { name: 'tags', type: 'array', default: ['a'] },
    { name: 'git', type: 'object', properties: { url: { type: 'string' } }, default: { url: '' } },
  ],
  results: [
    { name: 'IMAGE_DIGEST', type: 'string' },
    { name: 'found', type: 'array' },
  ],
  workspaces: [
    { name: 'source', description: '' },
    { name: 'auth', description: '', optional: true },
  ],
});

const optional = defineTask({
  name: 'optional',
  version: '0.1.0',
  description: 'Needs nothing.',
  params: { depth: Count.default(1) },
  results: {},
  steps: { a: { cpu: '1', memory: '1Gi' } },
});

const other = definePipeline({
  name: 'y',
  version: '0.1.0',
  description: '',
  params: { image: ImageUrl, platforms: z.array(Platform) },
  workspaces: { shared: { description: '' }, spare: { description: '', optional: true } },
  body({ params, workspaces, run, runFinally, ...rest }) {
    const source = { workspaces: { source: workspaces.shared } };
    const image = { IMAGE: params.image, PLATFORM: 'linux/arm64' };
    const one = run('a', build, { params: image, ...source });
    run('b', optional, {});
    // @ts-expect-error a workspace that must be bound is missing
    run('c', build, { params: image });
    const each = run('d', build, {
      params: image,
      include: [{ name: 'big', params: { DEPTH: 2 } }],
      ...source,
    });
    const digests = { IMAGE_URL: params.image, IMAGE_DIGEST: each.results.IMAGE_DIGEST };
    // @ts-expect-error include makes a matrix, and each result of it a list
    run('e', check, { params: digests });
    void (at(each.results.IMAGE_DIGEST, 0) satisfies Ref<Digest>);
    // @ts-expect-error text is not an image URL, whatever is in it
    run('f', build, { params: { ...image, IMAGE: text`${params.image}` }, ...source });
    run('g', build, { params: { ...image, IMAGE: text(ImageUrl)`${params.image}-debug` }, ...source });
    // @ts-expect-error a type cannot be claimed
    void text<ImageUrl>`${params.image}`;
    // @ts-expect-error only what runs at the end sees how others ended
    void rest.status;
    const scanned = run('scan', scan, { params: { image: params.image, git: { url: 'a' } }, ...source });
    run('p', check, { params: { IMAGE_URL: params.image, IMAGE_DIGEST: scanned.results.IMAGE_DIGEST } });
    run('q', scan, { params: { image: params.image, tags: scanned.results.found }, ...source });
    // @ts-expect-error somebody else's task has params that it needs, too
    run('r', scan, { params: { mode: 'full' }, ...source });
    // @ts-expect-error and workspaces
    run('s', scan, { params: { image: params.image } });
    // @ts-expect-error and params of certain values
    run('t', scan, { params: { image: params.image, mode: 'slow' }, ...source });
    // @ts-expect-error no parameter has this name
    run('u', scan, { params: { image: params.image, depth: '1' }, ...source });
    // @ts-expect-error a list is not one value
    run('v', scan, { params: { image: scanned.results.found }, ...source });
    // @ts-expect-error no such result
    void scanned.results.digest;
    const last = runFinally('h', optional, {});
    // @ts-expect-error what runs at the end waits for all, so it cannot wait for one
    runFinally('i', optional, { runAfter: [one] });
    // @ts-expect-error nor can another wait for it
    run('j', optional, { runAfter: [last] });
    return {};
  },
});

// @ts-expect-error a workspace that must be bound is missing
definePipelineRun(other, { metadata: {}, params: { image: 'a/b', platforms: [] } });
definePipelineRun(other, {
  metadata: {},
  params: { image: 'a/b', platforms: [] },
  // @ts-expect-error no such workspace in the pipeline
  workspaces: { shared: { emptyDir: {} }, other: { emptyDir: {} } },
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

// What a step knows for a digest is one for lib/oci, too; the other way it may be of sha512.
declare const known: Digest;
known satisfies ContentDigest;
declare const ofContent: ContentDigest;
// @ts-expect-error a result holds sha256 alone
ofContent satisfies Digest;
