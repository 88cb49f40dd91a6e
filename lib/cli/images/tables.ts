import { failableOf, flowTags, type ImageSet, type Made, type Stream, type StreamImage } from '#lib/images';
import { printable, table, visibleJson } from '#lib/text';
import { usageError } from '../options/arguments.ts';

/** Those that are named, or all. */
export function chosenStreams({ streams }: ImageSet, names: readonly string[]): readonly Stream[] {
  if (names.length === 0) return streams;
  return names.map((name) => streamOf(streams, name));
}

function streamOf(streams: readonly Stream[], wanted: string): Stream {
  const found = streams.find(({ name }) => name === wanted);
  if (found) return found;
  throw usageError(
    `there is no stream ${printable(wanted)}`,
    `there are: ${streams.map(({ name }) => name).join(', ')}`,
  );
}

/** A line for each image of each stream. */
export function imageTable({ streams }: ImageSet): string {
  const rows = streams.flatMap((stream) =>
    stream.images.map((image) => [
      stream.name,
      image.name,
      stream.version,
      stream.kind,
      madeOf(image.made),
      architectures(image.platforms),
      failableOf([image]).join(' ') || '-',
      image.repository,
    ]),
  );
  return table(
    ['STREAM', 'IMAGE', 'VERSION', 'KIND', 'MADE OF', 'BUILT FOR', 'MAY FAIL', 'REPOSITORY'],
    rows,
  );
}

/** @throws {ExpectedError} of kind `usage` for a stream or an image that is not there */
export function shownImage(
  set: ImageSet,
  wanted: { readonly stream: string; readonly image: string },
  form: string,
): string {
  const stream = streamOf(set.streams, wanted.stream);
  const image = stream.images.find(({ name }) => name === wanted.image);
  if (!image) {
    throw usageError(
      `stream ${stream.name} has no image ${printable(wanted.image)}`,
      `it has: ${stream.images.map(({ name }) => name).join(', ')}`,
    );
  }
  if (form === 'json')
    return `${visibleJson({ ...image, version: stream.version, composes: stream.composes })}\n`;
  return table(['', `${stream.name} ${image.name}`], facts(set, stream, image));
}

function facts(set: ImageSet, stream: Stream, image: StreamImage): string[][] {
  const { compose, images } = flowTags(set, stream.name, '<timestamp>');
  const { made } = image;
  return [
    ['version', stream.version],
    ['stream', `${stream.kind}${stream.endOfLife === undefined ? '' : `, ends on ${stream.endOfLife}`}`],
    ...stream.composes.map(({ role, url }) => [`compose ${role}`, url]),
    ['made of', madeOf(made)],
    ...(made.of === 'compose'
      ? []
      : [
          ['Containerfile', `${made.containerfile} in ${made.context}`],
          ['build args', made.buildArgs.join(' ') || '-'],
        ]),
    ['built for', image.platforms.join(' ')],
    ['may fail', failableOf([image]).join(' ') || '-'],
    ['memory', image.memory ?? '-'],
    ...image.waivers.map((waiver) => ['waived', waiver]),
    ['component', image.component],
    ['repository', image.repository],
    ["tag in pungi's flow", images.get(image.name) ?? compose],
  ];
}

function madeOf(made: Made): string {
  if (made.of === 'compose') return 'the compose';
  return made.of === 'manifest' ? made.manifest : `on ${made.from}`;
}

function architectures(platforms: readonly string[]): string {
  return platforms.map((platform) => platform.replace('linux/', '')).join(' ');
}
