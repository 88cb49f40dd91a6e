/** A definition as messages name it: `task build (tasks/build/task.ts:7)`. */
export function subjectOf(
  kind: string,
  { name, file }: { readonly name: string; readonly file?: string | undefined },
): string {
  if (file === undefined) return `${kind} ${name}`;
  const here = `${process.cwd()}/`;
  return `${kind} ${name} (${file.startsWith(here) ? file.slice(here.length) : file})`;
}
