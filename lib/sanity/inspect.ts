import type { Compose } from '#lib/compose';
import { formatPlatform, type Image, type OtherMember, type ReadableTarget, readImages } from '#lib/oci';
import { RpmdbReader } from '#lib/rpm';
import type { ComposeFacts, ImageFacts } from './facts.ts';
import { archOf, readPlatforms } from './read-platforms.ts';

export interface InspectOptions {
  readonly reference: string;
  readonly digest: string;
  readonly expected: readonly string[];
  /** May still be on their way: the image is read meanwhile. */
  readonly composes: readonly Compose[] | Promise<readonly Compose[]>;
  readonly signal?: AbortSignal;
  /** Called when a platform has been read. */
  readonly onPlatform?: (platform: string) => void;
}

/**
 * Reads an image, all its platforms, from its layers where they are: no container, no emulation, nothing unpacked. It is
 * known by its digest alone; what a tag says by then is not asked. Where the image or the compose cannot be read, the
 * other one is not read on.
 */
export async function inspectImage(target: ReadableTarget, options: InspectOptions): Promise<ImageFacts> {
  const { reference, digest, expected, onPlatform } = options;
  const failed = new AbortController();
  const signal = AbortSignal.any([failed.signal, ...(options.signal ? [options.signal] : [])]);
  const reading = readImages(target, digest, { signal });
  // The process of the reader starts while the first answers are on their way.
  using reader = new RpmdbReader();
  const read = async () => readPlatforms(target, (await reading).images, { reader, signal, onPlatform });
  try {
    const [platforms, composes, { others }] = await Promise.all([
      read(),
      composeFacts(options.composes, reading),
      reading,
    ]);
    const unread = others.filter(({ mayBeChosen }) => mayBeChosen).map(memberText);
    return { reference, digest, expected, platforms, unread, composes };
  } catch (error) {
    failed.abort(error);
    throw error;
  }
}

function memberText({ descriptor, why }: OtherMember): string {
  const platform = descriptor.platform ? ` for ${formatPlatform(descriptor.platform)}` : '';
  return `member ${descriptor.digest} of the index${platform} is ${why}`;
}

async function composeFacts(
  opening: InspectOptions['composes'],
  reading: Promise<{ readonly images: readonly Image[] }>,
): Promise<ImageFacts['composes']> {
  const facts: ComposeFacts[] = [];
  for (const compose of await opening) {
    const packages = new Map<string, ReadonlySet<string>>();
    for (const image of (await reading).images) {
      const arch = archOf(image);
      packages.set(arch, await compose.packages(arch));
    }
    facts.push({ id: compose.id, url: compose.location, packages });
  }
  return facts;
}
