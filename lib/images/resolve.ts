import { own } from '#lib/text';
import { buildOrder } from './build-order.ts';
import type { ExceptionEntry, ImageEntry, ImagesEntry, StreamEntry } from './entries.ts';
import type { Image, ImageSet, Made, Stream } from './model.ts';
import { componentName, suffixOf } from './names.ts';
import { normalPlatform } from './platform.ts';

/** The model of data that has no findings. */
export function resolveImages(set: ImagesEntry): ImageSet {
  const ordered = buildOrder(set.images);
  return {
    name: set.name,
    repository: set.repository,
    flow: set.flow,
    platforms: set.platforms.map(normalPlatform),
    images: ordered.map((entry) => resolveImage(set, entry, {})),
    streams: set.streams.map((stream) => resolveStream(set, ordered, stream)),
  };
}

function resolveStream(set: ImagesEntry, ordered: readonly ImageEntry[], stream: StreamEntry): Stream {
  const { name, version, kind, composes, endOfLife } = stream;
  const has = ordered.filter((entry) => stream.images === 'all' || stream.images.includes(entry.name));
  const images = has.map((entry) => {
    const exception = own(stream.exceptions ?? {}, entry.name) ?? {};
    const component = componentName(set.name, name, entry.name);
    return {
      ...resolveImage(set, entry, exception),
      stream: name,
      component,
      repository: `${set.repository}/${component}`,
      waivers: exception.waivers ?? [],
    };
  });
  return { name, version, kind, composes, images, endOfLife };
}

function resolveImage(set: ImagesEntry, entry: ImageEntry, exception: ExceptionEntry): Image {
  const { name } = entry;
  const platforms = (exception.platforms ?? entry.platforms ?? set.platforms).map(normalPlatform);
  const failable = exception.failable ?? entry.failable ?? [];
  return {
    name,
    made: madeOf(entry, exception),
    platforms,
    hasOwnPlatforms: platforms.join() !== set.platforms.map(normalPlatform).join(),
    failable: failable === true ? [] : failable.map(normalPlatform),
    mayFail: failable === true,
    memory: exception.memory ?? entry.memory,
    suffix: suffixOf(name, set.flow.plain),
  };
}

function madeOf(entry: ImageEntry, exception: ExceptionEntry): Made {
  if ('compose' in entry) return { of: 'compose' };
  const { containerfile = 'Containerfile', context = '.', buildArgs = [] } = entry;
  if ('from' in entry) return { of: 'image', from: entry.from, containerfile, context, buildArgs };
  const manifest = exception.manifest ?? entry.manifest;
  return {
    of: 'manifest',
    manifest,
    containerfile,
    context,
    buildArgs: [`MANIFEST=${manifest}`, ...buildArgs],
  };
}
