/** A way through the code as ARCHITECTURE.md tells it: files, each of which imports the next. */
export interface Walk {
  readonly name: string;
  /** More than one where Tekton, a process or a throw stands in between. */
  readonly legs: readonly (readonly string[])[];
}

/** The walks of a page: headings `### From …`, below each a block of lines `<file>  <what happens there>`, a blank line between legs. */
export function walksOf(page: string): readonly Walk[] {
  const sections = page.matchAll(/^### (?<name>From .+)\n+```text\n(?<block>[\s\S]+?)\n```/gm);
  return Array.from(sections, ({ groups }) => ({
    name: groups?.name ?? '',
    legs: (groups?.block ?? '').split('\n\n').map((leg) =>
      leg
        .split('\n')
        .map((line) => /^\S+/.exec(line)?.[0] ?? '')
        .filter((file) => file !== ''),
    ),
  }));
}
