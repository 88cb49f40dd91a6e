/** Keep a Changelog 1.1: the text under `## [0.2.0]` or `## 0.2.0`, up to the next heading of that level; undefined without one. */
export function changelogEntry(changelog: string, version: string): string | undefined {
  const lines = changelog.split('\n');
  const isHeading = (line: string) => line.startsWith('## ');
  const start = lines.findIndex((line) => /^## \[?([^\]\s]+)/.exec(line)?.[1] === version);
  if (start === -1) return undefined;
  const length = lines.slice(start + 1).findIndex(isHeading);
  return lines
    .slice(start + 1, length === -1 ? undefined : start + 1 + length)
    .join('\n')
    .trim();
}

/**
 * What is wrong with the entry of a version that breaks its users: it must say how they go on, as upstream's do
 * (build-definitions, "Migration guidance").
 */
export function changelogProblem(
  entry: string | undefined,
  version: string,
  needsGuidance: boolean,
): string | undefined {
  if (entry === undefined) return `CHANGELOG.md has no entry for ${version}`;
  if (entry === '') return `the entry of CHANGELOG.md for ${version} is empty`;
  if (!needsGuidance || /^#+ Migration\b/im.test(entry)) return undefined;
  return `${version} breaks its users: CHANGELOG.md needs a heading "### Migration" that says what they have to do`;
}
