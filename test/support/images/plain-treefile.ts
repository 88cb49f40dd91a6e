import { posix } from 'node:path';

/** A manifest as an object, as generated tests make them. */
export interface PlainManifest {
  readonly packages?: readonly string[];
  readonly 'packages-s390x'?: readonly string[];
  readonly 'packages-x86_64'?: readonly string[];
  readonly 'exclude-packages'?: readonly string[];
  readonly postprocess?: readonly string[];
  readonly recommends?: boolean;
  readonly releasever?: number;
  readonly variables?: Readonly<Record<string, string | number | boolean>>;
  readonly include?: string | readonly string[];
  readonly 'arch-include'?: Readonly<Record<string, string | readonly string[]>>;
  readonly 'conditional-include'?: readonly {
    readonly if: string | readonly string[];
    readonly include: string | readonly string[];
  }[];
}

export interface PlainResult {
  /** In the order in which they are read. */
  readonly files: readonly string[];
  readonly packages: Readonly<Record<string, readonly string[]>>;
  readonly excluded: readonly string[];
  readonly postprocess: readonly string[];
  readonly recommends: boolean;
  readonly releasever: number | undefined;
}

/**
 * docs/treefile.md of rpm-ostree, written down as plainly as can be: first the order in which files are read, then each
 * field by that order. It reads objects, knows no lines, and throws a word for each kind of error.
 */
export function plainTreefile(
  manifests: Readonly<Record<string, PlainManifest>>,
  first: string,
  arch: 's390x' | 'x86_64',
): PlainResult {
  const variables: Record<string, string | number | boolean> = {};
  const order: { file: string; children: number[] }[] = [];
  visit(first, 0);
  const said = order.map(({ file }) => manifests[file] ?? {});
  const packages: Record<string, string[]> = {};
  for (const { file } of order) {
    const { packages: all = [], [`packages-${arch}` as const]: own = [] } = manifests[file] ?? {};
    for (const word of [...all, ...own].flatMap(words)) packages[word] = [...(packages[word] ?? []), file];
  }
  const excluded = [...new Set(joined(0, (one) => one['exclude-packages'] ?? []))];
  if (excluded.some((name) => name in packages)) throw new Error('both');
  return {
    files: order.map(({ file }) => file),
    packages,
    excluded,
    postprocess: joined(0, (one) => one.postprocess ?? []),
    recommends: said.map((one) => one.recommends).find((one) => one !== undefined) ?? true,
    releasever: said.map((one) => one.releasever).find((one) => one !== undefined),
  };

  function visit(file: string, depth: number): number {
    const manifest = manifests[file];
    if (file.startsWith('..')) throw new Error('outside');
    if (manifest === undefined) throw new Error('missing');
    if (order.some((one) => one.file === file)) throw new Error('twice');
    const place = order.push({ file, children: [] }) - 1;
    const defined = { ...manifest.variables, basearch: arch };
    const own = manifest.releasever === undefined ? defined : { ...defined, releasever: manifest.releasever };
    for (const [name, value] of Object.entries(own)) if (!(name in variables)) variables[name] = value;
    const decided = (manifest['conditional-include'] ?? []).map((one) => {
      const results = [one.if].flat().map((text) => decide(text));
      return results.includes(false) ? [] : [one.include].flat();
    });
    const includes = [manifest.include ?? [], manifest['arch-include']?.[arch] ?? [], decided].flat(3);
    for (const include of includes) {
      if (depth === 50) throw new Error('deep');
      order[place]?.children.push(visit(posix.join(posix.dirname(file), include), depth + 1));
    }
    return place;
  }

  function decide(condition: string): boolean {
    const [name = '', operator = '', right = ''] = condition.split(' ');
    const value = variables[name];
    const wanted: unknown = JSON.parse(right);
    if (value === undefined) throw new Error('unknown variable');
    if (typeof value !== typeof wanted) throw new Error('unlike');
    if (operator === '==') return value === wanted;
    if (operator === '!=') return value !== wanted;
    if (typeof value !== 'number' || typeof wanted !== 'number') throw new Error('order');
    return operator === '<'
      ? value < wanted
      : operator === '<='
        ? value <= wanted
        : operator === '>'
          ? value > wanted
          : value >= wanted;
  }

  /** What the last child says stands first, the file itself last. */
  function joined(place: number, of: (manifest: PlainManifest) => readonly string[]): string[] {
    const { file = '', children = [] } = order[place] ?? {};
    return [...children.toReversed().flatMap((child) => joined(child, of)), ...of(manifests[file] ?? {})];
  }
}

function words(entry: string): string[] {
  const quoted = /^'(.*)'$/.exec(entry)?.[1];
  return quoted === undefined ? entry.split(' ').filter((word) => word !== '') : [quoted];
}
