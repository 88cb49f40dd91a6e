import { hasUserinfo, quoted, withoutUserinfo } from '#lib/text';
import { InvalidRunError } from '../model/errors.ts';

/** What runs in place of an image: another one, or a directory of this machine under a throw-away overlay. */
export type ImageSource =
  | { readonly kind: 'image'; readonly reference: string }
  | {
      readonly kind: 'rootfs';
      readonly path: string;
      readonly mounts: readonly { readonly source: string; readonly path: string }[];
      /** As an image says it: `65532:0`, root where it is empty. */
      readonly user: string;
    };

export interface ImageMapping {
  /** An image reference; `*` stands for anything. Without a tag or digest it matches every one of them. */
  readonly pattern: string;
  readonly source: ImageSource;
}

export type ImageMap = readonly ImageMapping[];

/**
 * Reads `<image>=<image>` or `<image>=rootfs:<directory>[,user=<uid>[:<gid>]][,mount=<directory>:<path>]...`, as
 * `--image-map` takes it.
 *
 * @throws {InvalidRunError} for anything else
 */
export function parseImageMapping(text: string): ImageMapping {
  const [, pattern, target] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (pattern === undefined || target === undefined) throw invalid(text);
  if (/:[^/]*@(?!sha256:)/.test(target) || hasUserinfo(target)) {
    throw new InvalidRunError('cannot read an image mapping: its target holds credentials', {
      hint: 'podman login keeps them; an image is written <registry>/<repository>:<tag>',
    });
  }
  if (!target.startsWith('rootfs:')) return { pattern, source: { kind: 'image', reference: target } };
  const [path = '', ...options] = target.slice('rootfs:'.length).split(',');
  if (!path.startsWith('/')) throw invalid(text);
  const users = options.filter((option) => option.startsWith('user='));
  const mounts = options
    .filter((option) => !users.includes(option))
    .map((option) => {
      const [, source, inside] = /^mount=([^:]+):(\/[^:]*)$/.exec(option) ?? [];
      if (source === undefined || inside === undefined) throw invalid(text);
      return { source, path: inside };
    });
  const [user = ''] = users.map((option) => option.slice('user='.length));
  if (users.length > 1 || (users.length === 1 && !/^\d{1,10}(?::\d{1,10})?$/.test(user))) throw invalid(text);
  return { pattern, source: { kind: 'rootfs', path, mounts, user } };
}

/** The mapping with the longest pattern wins; an image that none matches is itself. */
export function mapImage(image: string, map: ImageMap): ImageSource {
  const [best] = map
    .filter(({ pattern }) => matches(image, pattern))
    .sort((a, b) => b.pattern.length - a.pattern.length);
  return best?.source ?? { kind: 'image', reference: image };
}

function matches(image: string, pattern: string): boolean {
  const expression = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${expression}(?::[^/]*)?(?:@.*)?$`).test(image);
}

function invalid(text: string): InvalidRunError {
  return new InvalidRunError(`cannot read the image mapping ${quoted(withoutUserinfo(text, '***@'))}`, {
    hint: 'write <image>=<image> or <image>=rootfs:/[,user=<uid>:<gid>][,mount=<directory>:<path>]',
  });
}
