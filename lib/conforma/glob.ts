/** `glob.match(pattern, null, text)` of Rego without classes and alternatives: `*` and `?` also match slashes. */
export function matchesGlob(pattern: string, text: string): boolean {
  const source = pattern
    .split(/(\*+|\?)/)
    .map((part) =>
      part.startsWith('*') ? '.*' : part === '?' ? '.' : part.replace(/[.+^${}()|[\]\\]/g, '\\$&'),
    )
    .join('');
  return new RegExp(`^${source}$`, 's').test(text);
}

/** What `matchesGlob` would read as itself, and Rego would not. */
export const UNKNOWN_IN_GLOBS = /[[\]{}\\]/;
