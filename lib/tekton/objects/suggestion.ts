/** The known name that an unknown one is most likely a slip of: the same but for case, or at most two edits away. */
export function suggestion(name: string, known: readonly string[]): string | undefined {
  const folded = name.toLowerCase();
  const limit = name.length > 3 ? 2 : 1;
  const nearest = known
    .map((candidate) => ({ candidate, distance: distance(folded, candidate.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return nearest !== undefined && nearest.distance <= limit ? nearest.candidate : undefined;
}

/** Names that are listed; more of them would hide the one that is meant. */
const MOST = 40;

/** What to say to a name that is none of those that there are: the one that was meant, if it is a slip, and all of them. */
export function knownNames(name: string, known: readonly string[], what = 'there are'): string {
  const meant = suggestion(name, known);
  const list = known.length > MOST ? [...known.slice(0, MOST), `and ${known.length - MOST} more`] : known;
  return `${meant === undefined ? '' : `did you mean ${meant}? `}${what}: ${list.join(', ') || 'none'}`;
}

/** Edits between two names, two letters in the wrong order being one; given up where the lengths are too far apart. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return Number.POSITIVE_INFINITY;
  let before: readonly number[] = [];
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swapped = isSwap ? (before[j - 2] ?? 0) + 1 : replaced;
      next.push(Math.min(replaced, swapped, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    [before, row] = [row, next];
  }
  return row[b.length] ?? 0;
}
