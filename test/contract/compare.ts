/** A place that differs, before it is known of which object. */
export interface Found {
  readonly place: string;
  readonly what: string;
}

interface Named {
  readonly name: string;
}

/** What two lists have of each other by name: what is gone, what is ours alone, and what both have and differs. */
export function compareLists<T extends Named, O extends Named>(
  kind: string,
  theirs: readonly T[],
  ours: readonly O[],
  differing: (theirs: T, ours: O) => readonly string[],
): readonly Found[] {
  const known = new Map(ours.map((one) => [one.name, one]));
  const there = new Set(theirs.map(({ name }) => name));
  return [
    ...theirs.flatMap((one): readonly Found[] => {
      const place = `${kind} ${one.name}`;
      const own = known.get(one.name);
      if (own === undefined) return [{ place, what: 'is not there' }];
      return differing(one, own).map((what) => ({ place, what }));
    }),
    ...ours
      .filter(({ name }) => !there.has(name))
      .map(({ name }) => ({ place: `${kind} ${name}`, what: 'is ours' })),
  ];
}

/** A field of both, in one form, as `<field> is <ours>, and <theirs> upstream`; none where they are the same. */
export function compareField(field: string, theirs: unknown, ours: unknown): readonly string[] {
  const [a, b] = [text(theirs), text(ours)];
  return a === b ? [] : [`${field} is ${b}, and ${a} upstream`];
}

function text(value: unknown): string {
  return value === undefined ? 'not there' : JSON.stringify(value, sortedKeys);
}

function sortedKeys(_: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export function compareLabels(
  theirs: Readonly<Record<string, string>>,
  ours: Readonly<Record<string, string>> = {},
): readonly Found[] {
  return Object.entries(theirs).flatMap(([name, value]) =>
    compareField('value', value, ours[name]).map((what) => ({ place: `label ${name}`, what })),
  );
}

export function compareOrder(
  kind: string,
  theirs: readonly Named[],
  ours: readonly Named[],
): readonly Found[] {
  const names = (list: readonly Named[], other: readonly Named[]) =>
    list.map(({ name }) => name).filter((name) => other.some((one) => one.name === name));
  return compareField('order', names(theirs, ours), names(ours, theirs)).map((what) => ({
    place: kind,
    what,
  }));
}

interface Param extends Named {
  readonly type?: string | undefined;
  readonly default?: unknown;
  readonly enum?: unknown;
}

export function compareParams(theirs: readonly Param[], ours: readonly Param[]): readonly Found[] {
  return compareLists('param', theirs, ours, (one, own) => [
    ...compareField('type', one.type, own.type ?? 'string'),
    ...compareField('default', one.default, own.default),
    ...compareField('enum', undefined, own.enum),
  ]);
}

interface Workspace extends Named {
  readonly optional?: boolean | undefined;
}

export function compareWorkspaces(
  theirs: readonly Workspace[],
  ours: readonly Workspace[],
): readonly Found[] {
  return compareLists('workspace', theirs, ours, (one, own) =>
    compareField('optional', one.optional === true, own.optional === true),
  );
}
