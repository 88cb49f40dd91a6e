import { type Item, type Plan, tagsOf } from '#lib/publish';
import { printable } from '#lib/text';

/** What a release knows of a digest by its first digits; `--output json` has all of them. */
const DIGITS = 12;

/**
 * One line for each thing that is published, in 80 columns where its name is not longer than 50: what is alike for all
 * stands above, and once.
 */
export function publishSummary({ items, source }: Plan, isDryRun: boolean): string {
  if (items.every(({ isThere, tags }) => isThere && tags.length === 0)) {
    return `nothing to do: all ${items.length} are published as they are\n`;
  }
  const width = Math.max(...items.map((item) => nameOf(item).length));
  const versions = Math.max(...items.map(({ version }) => version.length));
  const lines = items.map((item) =>
    [
      item.isThere ? '=' : '+',
      nameOf(item).padEnd(width),
      item.version.padEnd(versions),
      item.root.digest.replace(/^\w+:/, '').slice(0, DIGITS),
    ].join(' '),
  );
  const revision = source.revision.slice(0, DIGITS);
  const [push, move] = isDryRun ? ['to push', 'tags to move'] : ['pushed', 'tags moved'];
  return `${[
    `${placeOf(items)}, from revision ${revision}`,
    ...lines,
    `+ ${push}   = was there   ${items.length} in all`,
    ...tagLines(items, revision).map((line) => `${move}: ${line}`),
  ].join('\n')}\n`;
}

function nameOf({ kind, destination, name }: Item): string {
  const last = destination.name.slice(destination.name.lastIndexOf('/') + 1);
  return printable(kind === 'migration' ? `migration of ${name}` : last);
}

function placeOf([first]: readonly Item[]): string {
  const name = first?.destination.name ?? '';
  return printable(name.slice(0, Math.max(0, name.lastIndexOf('/'))));
}

/** Tags that differ by name, version and revision alone are told once, and those who have fewer or others by their names. */
function tagLines(items: readonly Item[], revision: string): readonly string[] {
  const shapeOf = ({ version, tags }: Item) => {
    const { moving } = tagsOf(version, '', ['{major}.{minor}', '{major}']);
    const [, minor = '', major = ''] = moving;
    return tags
      .map(({ tag }) => {
        if (tag === version) return '<version>';
        if (tag.startsWith(`${version}-`)) return `<version>-${revision}`;
        return tag === minor ? '<major>.<minor>' : tag === major ? '<major>' : tag;
      })
      .join(', ');
  };
  const groups = [...Map.groupBy(items, shapeOf)].filter(([shape]) => shape !== '');
  return groups.map(([shape, list]) =>
    list.length === items.length || list.length > 3
      ? `${shape} (of ${list.length})`
      : `${shape} (of ${list.map(nameOf).join(', ')})`,
  );
}
