/** Epoch, version and release of a package; an absent epoch is 0. */
export interface Evr {
  readonly epoch: number;
  readonly version: string;
  readonly release: string;
}

/** Negative, 0 or positive, as rpm orders packages of one name (rpm lib/rpmver.c rpmverCmp). */
export function compareEvr(a: Evr, b: Evr): number {
  return a.epoch - b.epoch || rpmvercmp(a.version, b.version) || rpmvercmp(a.release, b.release);
}

/** -1, 0 or 1: rpm's comparison of versions, exactly (rpmio/rpmvercmp.c of rpm 4.15 and later). */
export function rpmvercmp(a: string, b: string): -1 | 0 | 1 {
  if (a === b) return 0;
  let [left, right] = [a, b];
  while (left !== '' || right !== '') {
    left = left.replace(/^[^A-Za-z0-9~^]+/, '');
    right = right.replace(/^[^A-Za-z0-9~^]+/, '');
    // A tilde sorts before everything, even the end.
    if (left.startsWith('~') || right.startsWith('~')) {
      if (!left.startsWith('~')) return 1;
      if (!right.startsWith('~')) return -1;
      [left, right] = [left.slice(1), right.slice(1)];
      continue;
    }
    // A caret sorts after the end and before everything else.
    if (left.startsWith('^') || right.startsWith('^')) {
      if (left === '') return -1;
      if (right === '') return 1;
      if (!left.startsWith('^')) return 1;
      if (!right.startsWith('^')) return -1;
      [left, right] = [left.slice(1), right.slice(1)];
      continue;
    }
    if (left === '' || right === '') break;
    const isNumber = /^\d/.test(left);
    const segment = isNumber ? /^\d*/ : /^[A-Za-z]*/;
    const one = segment.exec(left)?.[0] ?? '';
    const two = segment.exec(right)?.[0] ?? '';
    // Numbers are newer than letters.
    if (two === '') return isNumber ? 1 : -1;
    const order = isNumber ? compareNumbers(one, two) : compareText(one, two);
    if (order !== 0) return order;
    [left, right] = [left.slice(one.length), right.slice(two.length)];
  }
  if (left === right) return 0;
  return left === '' ? -1 : 1;
}

/** Compares digits of any length, which no number type holds. */
function compareNumbers(a: string, b: string): -1 | 0 | 1 {
  const [one, two] = [a.replace(/^0+/, ''), b.replace(/^0+/, '')];
  if (one.length !== two.length) return one.length < two.length ? -1 : 1;
  return compareText(one, two);
}

function compareText(a: string, b: string): -1 | 0 | 1 {
  return a === b ? 0 : a < b ? -1 : 1;
}
