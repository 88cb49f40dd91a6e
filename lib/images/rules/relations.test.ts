import {
  cloud,
  compose,
  forMinimal,
  minimal,
  stable,
  standard,
  withFlow,
  withImages,
  withStream,
} from '#test/images/image-sets';
import { type FindingCase, tellsFindings } from '#test/images/tells-findings';
import { imagesFindings } from './index.ts';

const only = ['linux/amd64'];
const both = ['linux/amd64', 'linux/s390x'];
const cases: readonly FindingCase[] = [
  [
    'a base that is not there',
    withImages(compose, minimal, standard, { ...cloud, from: 'stanard' }),
    'images[3].from',
    'there is no image stanard',
  ],
  [
    'the compose as a base',
    withImages(compose, minimal, standard, { ...cloud, from: 'compose' }),
    'images[3].from',
    'nothing can stand on the repos image',
  ],
  [
    'an image that stands on itself',
    withImages(compose, standard, { ...cloud, from: 'cloud' }),
    'images[2].from',
    'cloud → cloud',
  ],
  [
    'a circle of two',
    withImages(compose, standard, { ...cloud, from: 'edge' }, { ...cloud, name: 'edge', from: 'cloud' }),
    'images[2].from',
    'cloud → edge → cloud',
  ],
  ['no compose', withImages(minimal, standard), 'images', 'no image is made of the compose'],
  ['two composes', withImages(compose, { ...compose, name: 'repos' }, standard), 'images', 'two images'],
  [
    'a stream without the compose',
    withStream({ images: ['minimal'] }),
    'streams[1].images',
    'has no compose',
  ],
  [
    'an image that is not there in a stream',
    withStream({ images: ['compose', 'mini'] }),
    'streams[1].images[1]',
    'there is no image "mini"',
  ],
  ['a plain image that is not there', withFlow({ plain: 'full' }), 'flow.plain', 'there is no image "full"'],
  ['a stream without composes', withStream({ composes: [] }), 'streams[1].composes', 'has no compose'],
  [
    'a branched stream with updates',
    withStream({ kind: 'branched' }),
    'streams[1].composes',
    'has 2 composes',
  ],
  [
    'an exception for nobody',
    withStream({ exceptions: { iot: {} } }),
    'streams[1].exceptions.iot',
    'has no image "iot"',
  ],
  [
    'an exception for an image of others',
    withStream({ images: ['compose'], exceptions: { minimal: {} } }),
    'streams[1].exceptions.minimal',
    'has no image "minimal"',
  ],
  [
    'a manifest for what has none',
    withStream({ exceptions: { cloud: { manifest: 'x' } } }),
    'streams[1].exceptions.cloud.manifest',
    'not made of a manifest',
  ],
  ['a name of 64 characters', withStream({ name: 'x'.repeat(52) }), 'streams[1].name', 'has 64 characters'],
  [
    'two streams that write one tag',
    {
      ...withImages(compose, minimal, standard),
      streams: [stable, { ...stable, name: '43-minimal', images: ['compose', 'standard'] }],
    },
    'streams[1].name',
    'are both registry.example/flow/os:43-minimal',
  ],
  [
    'two that are one component',
    {
      ...withImages(compose, minimal, standard, { ...minimal, name: 'x-minimal' }),
      streams: [stable, { ...stable, name: '43-x', images: ['compose', 'minimal'] }],
    },
    'streams[1].name',
    'are both registry.example/os/os-43-x-minimal',
  ],
  [
    'a base without a platform',
    withImages(compose, { ...minimal, platforms: only }, standard, { ...cloud, from: 'minimal' }),
    'images[3].platforms',
    'built for linux/s390x, and minimal',
  ],
  [
    'a base that a stream takes a platform from',
    withStream({ exceptions: { standard: { platforms: only } } }),
    'streams[1].exceptions',
    'built for linux/s390x, and standard',
  ],
  [
    'a stream without a base',
    withStream({ images: ['compose', 'cloud'] }),
    'streams[1].images',
    'and not standard, on which it stands',
  ],
  [
    'a failable platform that it is not built for',
    forMinimal({ failable: ['linux/arm64'] }),
    'streams[1].exceptions.minimal.failable',
    'not built for linux/arm64',
  ],
  [
    'a stream that leaves only what may fail',
    withStream({ exceptions: { minimal: { platforms: ['linux/s390x'], failable: ['linux/s390x'] } } }),
    'streams[1].exceptions.minimal.failable',
    'nothing of it is required',
  ],
  [
    'nothing required of an image',
    withImages(compose, { ...minimal, failable: both }, standard),
    'images[1].failable',
    'nothing of it is required',
  ],
  [
    'nothing required of a stream',
    withImages(
      { ...compose, failable: true },
      { ...minimal, failable: true },
      { ...standard, failable: true },
    ),
    'streams[0].images',
    'nothing of it is required',
  ],
];

tellsFindings(imagesFindings, cases);
