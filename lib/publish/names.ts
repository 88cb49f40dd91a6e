import { parseReference, parseTag, type Reference } from '#lib/oci';
import { own, quoted } from '#lib/text';
import { UnfitError } from './errors.ts';

export type ItemKind = 'step-image' | 'stepaction' | 'task' | 'pipeline';

/** Where an item of the catalog is published: `<prefix>/<folder>/task-<name>`; `prefix` is a registry and what lies in it. */
export function repositoryOf(
  prefix: string,
  kind: ItemKind,
  name: string,
  folder = 'tekton-catalog',
): Reference {
  const last = kind === 'step-image' ? name : `${kind}-${name}`;
  const reference = parseReference(`${prefix}/${folder}/${last}`);
  if (!/^[^/]*[.:]|^localhost\//.test(prefix)) {
    throw new UnfitError(`cannot publish to ${quoted(prefix)}: it names no registry`, {
      hint: 'give the registry in full: quay.io/bootc-devel, 127.0.0.1:5000',
    });
  }
  return reference;
}

/**
 * The tags of a version, those that never move first. Floating ones may use `{version}`, `{major}` and `{minor}`.
 *
 * @throws {UnfitError} for a template with an unknown name, {InvalidReferenceError} for what is no tag
 */
export function tagsOf(
  version: string,
  revision: string,
  floating: readonly string[],
): { readonly fixed: string; readonly moving: readonly string[] } {
  const [major = '', minor = ''] = version.split('.');
  const values: Readonly<Record<string, string>> = { version, major, minor };
  const fill = (template: string) =>
    template.replaceAll(/\{(?<name>\w+)\}/g, (whole, name: string) => {
      const value = own(values, name);
      if (value !== undefined) return value;
      throw new UnfitError(`not a floating tag: ${quoted(template)}: there is no ${whole}`, {
        hint: 'there are {version}, {major} and {minor}',
      });
    });
  const moving = [version, ...floating.map(fill)].map(parseTag);
  return { fixed: parseTag(`${version}-${revision}`), moving: [...new Set(moving)] };
}
