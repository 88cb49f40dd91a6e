import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { defineImages, type StreamEntry } from '#lib/images';
import { fedoraBootc, latest } from '../../gitops/fedora-bootc.ts';
import { readShared, type Usage } from './contract.ts';

const usages = readShared('usages.yaml');
const all = usages === undefined ? [] : (parse(usages) as { readonly build: Usage[] }).build;

/** `base-images-rawhide-minimal-plus-pull-request`; those of 2025 were built from no compose. */
const ID = /^base-images-(?<stream>rawhide|eln|\d+)-(?<image>[a-z-]+?)-(?:renovate-push|push|pull-request)$/;
const used = all.flatMap(({ id, params }) => {
  const { stream, image } = ID.exec(id)?.groups ?? {};
  return stream === undefined || image === undefined ? [] : [{ id, stream, image, params }];
});

/** The streams that gitops/fedora-bootc.ts has as comments. */
const others: readonly StreamEntry[] = [
  {
    name: '45',
    version: '45',
    kind: 'branched',
    composes: [{ role: 'nightly', url: latest('branched', '45') }],
    images: 'all',
  },
  {
    name: 'eln',
    version: 'eln',
    kind: 'rawhide',
    composes: [{ role: 'nightly', url: latest('eln', 'eln') }],
    images: ['compose', 'standard'],
    exceptions: { standard: { manifest: 'fedora-eln' } },
  },
];
const set = defineImages({ ...fedoraBootc, streams: [...fedoraBootc.streams, ...others] });

test.skipIf(usages !== undefined)('../shared/contract is not there: nothing is compared', ({ skip }) => {
  skip();
});

test.skipIf(usages === undefined)('the PipelineRuns of base-images are found', () => {
  expect(used.map(({ stream, image }) => `${stream} ${image}`)).toEqual([
    'rawhide standard',
    'rawhide minimal-plus',
    'rawhide minimal',
    '45 iot',
    'eln standard',
  ]);
});

test.for(used)('$id builds what the data says', ({ stream, image, params }) => {
  const found = set.streams.find(({ name }) => name === stream);
  const one = found?.images.find(({ name }) => name === image);
  const [repos = '', manifest] = params['build-args'] as readonly string[];

  expect(one?.platforms).toEqual(params['build-platforms']);
  expect(one?.made).toMatchObject({
    of: 'manifest',
    containerfile: params.dockerfile,
    context: params['path-context'],
    buildArgs: [manifest],
  });
  expect(params['output-image']).toContain(`/${one?.component}:`);
  const base = found?.images.find(({ made }) => made.of === 'compose');
  expect(repos).toMatch(new RegExp(`^REPOS_IMAGE=${base?.repository}:Fedora-`));
  const wasRawhide = repos.includes(':Fedora-Rawhide-2025') ? '44' : found?.version;
  expect(params.labels).toEqual([`org.opencontainers.image.version=${wasRawhide}`]);
});
