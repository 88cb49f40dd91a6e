type Fields = Readonly<Record<string, unknown>>;
type Values = ReadonlyMap<string, string>;

/** A bundle that an object refers to by a name that may be moved. */
export interface LooseReference {
  readonly bundle: string;
  /** Such as `spec.tasks[0].taskRef`. */
  readonly path: string;
}

const PINNED = /@sha256:[0-9a-f]{64}$/;
const PARAM = /\$\(params(?:\.(?<plain>[\w.-]+)|\[(?:"(?<double>[^"]+)"|'(?<single>[^']+)')\])\)/g;
/** As deep as Tekton follows defaults that name other params. */
const MAX_DEPTH = 10;

/**
 * References to bundles that are not pinned by digest. A param counts with its default; one without a default is the
 * business of whoever gives it.
 */
export function looseReferences(object: object): readonly LooseReference[] {
  return walk(object, '', { defaults: new Map(), given: new Map() });
}

interface Scope {
  readonly defaults: Values;
  /** What a PipelineTask gives to the params of its taskSpec, whatever their defaults. */
  readonly given: Values;
}

function walk(value: unknown, path: string, outer: Scope): readonly LooseReference[] {
  if (typeof value !== 'object' || value === null) return [];
  const scope = Array.isArray(value) ? outer : scopeOf(value as Fields, outer);
  const inner = Object.entries(value).flatMap(([key, child]) =>
    walk(child, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`, scope),
  );
  const bundle = bundleOf(value as Fields, path);
  if (bundle === undefined || isPinned(filled(bundle, scope))) return inner;
  return [{ bundle, path }, ...inner];
}

function scopeOf({ params, resolver }: Fields, { defaults, given }: Scope): Scope {
  // The params of a reference are the resolver's, and name nothing.
  if (resolver !== undefined || !Array.isArray(params)) return { defaults, given };
  return {
    defaults: new Map([...defaults, ...stringsOf(params, 'default')]),
    given: new Map([...given, ...stringsOf(params, 'value')]),
  };
}

function stringsOf(params: readonly unknown[], field: 'default' | 'value'): readonly [string, string][] {
  return params.flatMap((param): [string, string][] => {
    const { name, [field]: text } = (param ?? {}) as Fields;
    return typeof name === 'string' && typeof text === 'string' ? [[name, text]] : [];
  });
}

function bundleOf({ resolver, params, bundle }: Fields, path: string): string | undefined {
  if (resolver === 'bundles' && Array.isArray(params))
    return new Map(stringsOf(params, 'value')).get('bundle');
  // v1beta1 had a field for it before there were resolvers.
  return /(?:^|\.)(?:task|pipeline)Ref$/.test(path) && typeof bundle === 'string' ? bundle : undefined;
}

function filled(text: string, { defaults, given }: Scope): string {
  let result = text;
  for (let depth = 0; depth < MAX_DEPTH && result.includes('$('); depth++) {
    result = result.replaceAll(PARAM, (variable, ...more) => {
      const groups = more.at(-1) as Record<string, string | undefined>;
      const name = groups.plain ?? groups.double ?? groups.single ?? '';
      return given.get(name) ?? defaults.get(name) ?? variable;
    });
  }
  return result;
}

/** What ends in a variable may turn out to end in a digest. */
function isPinned(bundle: string): boolean {
  return bundle === '' || PINNED.test(bundle) || /\$\([^)]+\)$/.test(bundle);
}
