type Numbers = readonly [number, number, number];

/**
 * Whether a version is in a range such as `>=1.2`: missing parts are 0 (lib/tekton/trusted.rego, _normalize_version). One
 * with a pre-release is none here.
 */
export function satisfies(version: string, range: string): boolean {
  const [a, b] = [numbersOf(version), numbersOf(range)];
  if (a === undefined || b === undefined) return false;
  const order = a.map((part, index) => part - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
  if (range.startsWith('>=')) return order >= 0;
  if (range.startsWith('>')) return order > 0;
  if (range.startsWith('<=')) return order <= 0;
  return range.startsWith('<') && order < 0;
}

export function isVersion(text: string): boolean {
  return numbersOf(text) !== undefined;
}

function numbersOf(text: string): Numbers | undefined {
  const match = /^[<>]?=?v?(\d+)(?:\.(\d+))?(?:\.(\d+))?$/.exec(text);
  if (match === null) return undefined;
  const [, major, minor = '0', patch = '0'] = match;
  return [Number(major), Number(minor), Number(patch)];
}
