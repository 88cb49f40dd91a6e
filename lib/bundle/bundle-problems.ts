import { validate } from '#lib/tekton/objects';
import { printable, quoted } from '#lib/text';
import type { BundleEntry } from './bundle-entry.ts';
import { API_VERSION, KIND, KINDS, MAX_OBJECT_BYTES, MAX_OBJECTS, MAX_READ_BYTES, NAME } from './contract.ts';

export interface BundleProblem {
  /** Whose problem it is: the resolver's, which then finds nothing in the bundle; the cluster's, for one object; or only that of `tkn bundle list`. */
  readonly by: 'resolver' | 'cluster' | 'tkn';
  /** The object as `kind/name`, or the layer's digest; nothing for the bundle as a whole. */
  readonly at?: string;
  readonly message: string;
  /** The resolver refuses the whole bundle for it, and takes no other object out of it either. */
  readonly isFatal?: true;
}

/** What is wrong with a bundle; `diffIds` is the number of them in the image's configuration. */
export function bundleProblems(entries: readonly BundleEntry[], diffIds: number): readonly BundleProblem[] {
  const problems: BundleProblem[] = [];
  if (entries.length === 0) problems.push({ by: 'resolver', message: 'it holds no object' });
  if (entries.length > MAX_OBJECTS) {
    const message = `it holds ${entries.length} objects, and the resolver refuses more than ${MAX_OBJECTS}`;
    problems.push({ by: 'resolver', message, isFatal: true });
  }
  if (diffIds !== entries.length) {
    const message = `tkn refuses a configuration with ${diffIds} diff_ids for ${entries.length} layers`;
    problems.push({ by: 'tkn', message });
  }
  const titles = entries.filter(({ name }) => name !== '').map(titleOf);
  for (const title of new Set(titles.filter((title, index) => titles.indexOf(title) !== index))) {
    const message = 'is there more than once: the resolver takes the first';
    problems.push({ by: 'resolver', at: title, message });
  }
  return problems;
}

export function entryProblems(entry: BundleEntry): readonly BundleProblem[] {
  const at = entry.name === '' ? entry.layer.digest : titleOf(entry);
  return [
    ...annotationProblems(entry).map((message) => ({ by: 'resolver', at, message, isFatal: true }) as const),
    ...contentProblems(entry).map((message) => ({ by: 'cluster', at, message }) as const),
    ...sizeProblems(entry).map((message) => ({ by: 'tkn', at, message }) as const),
  ];
}

export function titleOf({ kind, name }: Pick<BundleEntry, 'kind' | 'name'>): string {
  return `${kind.toLowerCase()}/${name}`;
}

/** The rules of checkImageCompliance (pkg/resolution/resolver/bundle/bundle.go): one bad layer spoils them all. */
function annotationProblems({ annotations, kind }: BundleEntry): readonly string[] {
  const missing = [API_VERSION, NAME, KIND]
    .filter((key) => annotations[key] === undefined)
    .map((key) => `the layer has no annotation ${key}: the resolver refuses the whole bundle`);
  if (kind.toLowerCase().endsWith('s')) {
    return [...missing, `the resolver refuses kinds that end in s, such as ${printable(kind)}`];
  }
  const isLower = kind === kind.toLowerCase();
  return isLower
    ? missing
    : [...missing, `the resolver refuses kinds with capital letters, such as ${printable(kind)}`];
}

/** tkn asks once for the content of an object, and takes what Go's decompressor gives at once (tektoncd/pipeline#8388). */
function sizeProblems({ text }: BundleEntry): readonly string[] {
  const size = Buffer.byteLength(text);
  if (size <= MAX_READ_BYTES) return [];
  return [`tkn reads ${MAX_READ_BYTES} of its ${size} bytes, and cannot list it`];
}

function contentProblems({ object, text, kind, name }: BundleEntry): readonly string[] {
  if (object === undefined) return [];
  const found = object as { kind?: unknown; apiVersion?: unknown; metadata?: { name?: unknown } };
  const problems: string[] = [];
  if (Buffer.byteLength(text) > MAX_OBJECT_BYTES) {
    problems.push(`it has more than the ${MAX_OBJECT_BYTES} bytes that a cluster can resolve`);
  }
  if (kind !== '' && String(found.kind).toLowerCase() !== kind.toLowerCase()) {
    problems.push(`it is annotated as ${printable(kind)}, and is a ${told(found.kind)}`);
  }
  if (name !== '' && found.metadata?.name !== name) {
    problems.push(`it is annotated as ${printable(name)}, and is called ${told(found.metadata?.name)}`);
  }
  const versions = Object.hasOwn(KINDS, String(found.kind)) ? KINDS[String(found.kind)] : undefined;
  if (versions === undefined || !versions.includes(String(found.apiVersion))) {
    return [...problems, `a cluster knows no ${printable(String(found.kind))} of ${told(found.apiVersion)}`];
  }
  // v1beta1 is converted by the cluster's webhooks, whose rules for it are not ours.
  if (found.apiVersion !== versions[0]) return problems;
  return [...problems, ...structureProblems(object)];
}

/** The most problems that are told: more say nothing new, and a bundle of somebody else may have any number. */
const MOST = 50;

function structureProblems(object: object): readonly string[] {
  const found = validate(object, { lenient: true });
  const told = found
    .slice(0, MOST)
    .map(({ path, message }) => `${printable(path)}: ${printable(message, 500)}`);
  const more = found.length - told.length;
  return more > 0 ? [...told, `there are ${more} more like these`] : told;
}

/** Shows a value that stands in somebody's object where a text should be. */
function told(value: unknown): string {
  return typeof value === 'string' ? quoted(value) : printable(JSON.stringify(value) ?? 'nothing');
}
