import { type FoundTestResult, testResultsOf } from '#lib/attest';
import { ExpectedError, explain } from '#lib/errors';
import { indexAnnotations } from '#lib/konflux';
import {
  type Descriptor,
  findTag,
  formatPlatform,
  type Options,
  parseReference,
  type RegistryClient,
  type Repository,
  readImages,
} from '#lib/oci';
import type { ImageRequest } from './request.ts';

/** What the registry says of an image. */
export interface ImageFacts {
  readonly index: IndexFacts | undefined;
  /** Tags in production that would move, with the platforms that they have now. */
  readonly replaced: readonly { readonly tag: string; readonly platforms: readonly string[] }[];
}

export interface IndexFacts {
  readonly digest: string;
  /** The run that made it, the platforms that were asked for, and the platform of its node, as it says itself. */
  readonly run: string | undefined;
  readonly wanted: readonly string[];
  readonly node: string | undefined;
  readonly verdicts: readonly FoundTestResult[];
  readonly platforms: readonly {
    readonly platform: string;
    readonly verdicts: readonly FoundTestResult[];
  }[];
}

/** That something could not be looked at, which is never a pass. */
export interface Unseen {
  readonly unseen: string;
}

/** Looks at an image; what the registry does not tell is said, and holds back this image alone. */
export async function lookAt(
  client: RegistryClient,
  request: ImageRequest,
  tags: readonly string[],
  options: Options,
): Promise<ImageFacts | Unseen> {
  try {
    const staging = parseReference(request.index);
    const production = client.repository(parseReference(request.production));
    const index = await indexIn(client.repository(staging), staging.tag ?? 'latest', options);
    const replaced = [];
    for (const tag of tags) {
      const found = await findTag(production, tag, options);
      if (found !== undefined)
        replaced.push({ tag, platforms: await platformsOf(production, found, options) });
    }
    return { index, replaced };
  } catch (error) {
    if (!(error instanceof ExpectedError) || options.signal?.aborted) throw error;
    return { unseen: explain(error) };
  }
}

async function indexIn(target: Repository, tag: string, options: Options): Promise<IndexFacts | undefined> {
  const found = await findTag(target, tag, options);
  if (found === undefined) return undefined;
  const { root, index, images } = await readImages(target, found.digest, options);
  const annotations = index?.annotations ?? {};
  const platforms = [];
  for (const { descriptor, config } of images) {
    const platform = formatPlatform(descriptor.platform ?? config);
    platforms.push({ platform, verdicts: await testResultsOf(target, descriptor, options) });
  }
  return {
    digest: root.digest,
    run: annotations[indexAnnotations.run],
    wanted: (annotations[indexAnnotations.platforms] ?? '').split(',').filter((one) => one !== ''),
    node: annotations[indexAnnotations.node],
    verdicts: await testResultsOf(target, root, options),
    platforms,
  };
}

async function platformsOf(target: Repository, { digest }: Descriptor, options: Options) {
  const { images } = await readImages(target, digest, options);
  return images.map(({ descriptor, config }) => formatPlatform(descriptor.platform ?? config));
}
