import { quoted, withoutUserinfo } from '#lib/text';
import { InvalidRunError } from '../model/errors.ts';

/** Where the bundles of a reference are really taken from. */
export interface BundleMapping {
  /** A reference without tag and digest; `*` stands for anything. */
  readonly pattern: string;
  /** A path of YAML, `oci:<layout>`, or a reference in which the last `*` is what the pattern's was. */
  readonly target: string;
}

/** Reads `<reference>=<target>`, as `--bundle-map` takes it. */
export function parseBundleMapping(text: string): BundleMapping {
  const [, pattern, target] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (pattern !== undefined && target !== undefined) return { pattern, target };
  throw new InvalidRunError(`cannot read the bundle mapping ${quoted(withoutUserinfo(text, '***@'))}`, {
    hint: 'write <reference>=<file, directory, oci:layout or reference>; * stands for anything: quay.io/org/*=./tasks',
  });
}

export type BundleSource =
  | { readonly kind: 'files'; readonly path: string }
  | { readonly kind: 'layout'; readonly path: string; readonly tag: string | undefined }
  | { readonly kind: 'registry'; readonly reference: string };

/** The mapping with the longest pattern wins; a bundle that none matches is itself. */
export function mapBundle(bundle: string, map: readonly BundleMapping[]): BundleSource {
  const [, name = '', rest = ''] = /^(.*?)((?::[\w.-]+)?(?:@sha256:[0-9a-f]+)?)$/.exec(bundle) ?? [];
  const matching = map
    .flatMap((mapping) => {
      const expression = mapping.pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '(.*)');
      const found = new RegExp(`^${expression}$`).exec(name);
      return found === null ? [] : [{ mapping, star: found.at(-1) ?? '' }];
    })
    .sort((a, b) => b.mapping.pattern.length - a.mapping.pattern.length);
  const [best] = matching;
  if (best === undefined) return { kind: 'registry', reference: bundle };
  const { target } = best.mapping;
  if (/^[./~]/.test(target)) return { kind: 'files', path: target };
  const layout = /^oci:([^:]+)(?::(.+))?$/.exec(target);
  if (layout !== null) return { kind: 'layout', path: layout[1] ?? '', tag: layout[2] };
  return { kind: 'registry', reference: `${target.replace('*', best.star)}${rest}` };
}
