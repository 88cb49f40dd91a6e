// What must not compile. tsc itself is the test: an expected error that does not come is an error (types.test.ts).
import * as z from 'zod';
import {
  at,
  definePipeline,
  definePipelineRun,
  embedded,
  equals,
  Flag,
  ImageUrl,
  key,
  Platform,
  Text,
} from '#lib/tekton';
import { build, check, generic } from './definitions.ts';

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
