// What must not compile. tsc itself is the test: an expected error that does not come is an error (types.test.ts).
import * as z from 'zod';
import {
  at,
  type Digest,
  defineExternalTask,
  definePipeline,
  definePipelineRun,
  ImageUrl,
  Platform,
  type Ref,
  text,
} from '#lib/tekton';
import { build, check, optional } from './definitions.ts';

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
