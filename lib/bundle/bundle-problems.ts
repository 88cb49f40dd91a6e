import { validate } from '#lib/tekton';
import { KINDS, MAX_OBJECT_BYTES, MAX_OBJECTS } from './contract.ts';
import type { BundleEntry } from './read-bundle.ts';

export interface BundleProblem {
  /** The object as `kind/name`, or the layer's digest; nothing for the bundle as a whole. */
  readonly at?: string;
  readonly message: string;
}

export function bundleProblems(entries: readonly BundleEntry[]): readonly BundleProblem[] {
  const problems: BundleProblem[] = [];
  if (entries.length === 0) problems.push({ message: 'it holds no object' });
  if (entries.length > MAX_OBJECTS) {
    problems.push({
      message: `it holds ${entries.length} objects, and the resolver refuses more than ${MAX_OBJECTS}`,
    });
  }
  const titles = entries.map(titleOf);
  for (const title of new Set(titles.filter((title, index) => titles.indexOf(title) !== index))) {
    problems.push({ at: title, message: 'is there more than once: the resolver takes the first' });
  }
  return problems;
}

export function entryProblems(entry: BundleEntry): readonly BundleProblem[] {
  const at = entry.name === '' ? entry.layer.digest : titleOf(entry);
  return [...annotationProblems(entry), ...contentProblems(entry)].map((message) => ({ at, message }));
}

export function titleOf({ kind, name }: BundleEntry): string {
  return `${kind.toLowerCase()}/${name}`;
}

function annotationProblems({ kind, name, apiVersion }: BundleEntry): readonly string[] {
  const missing = Object.entries({ kind, name, apiVersion })
    .filter(([, value]) => value === '')
    .map(
      ([key]) => `the layer has no annotation dev.tekton.image.${key}: the resolver refuses the whole bundle`,
    );
  const isPlural = kind.toLowerCase().endsWith('s');
  return isPlural ? [...missing, `the resolver refuses kinds that end in s, such as ${kind}`] : missing;
}

function contentProblems(entry: BundleEntry): readonly string[] {
  const { object, text, kind, name } = entry;
  if (object === undefined) return ['its content is neither YAML nor JSON of an object'];
  const found = object as { kind?: unknown; apiVersion?: unknown; metadata?: { name?: unknown } };
  const problems: string[] = [];
  if (Buffer.byteLength(text) > MAX_OBJECT_BYTES) {
    problems.push(`it has more than the ${MAX_OBJECT_BYTES} bytes that a cluster can resolve`);
  }
  if (String(found.kind).toLowerCase() !== kind.toLowerCase()) {
    problems.push(`it is annotated as ${kind}, and is a ${JSON.stringify(found.kind)}`);
  }
  if (found.metadata?.name !== name) {
    problems.push(`it is annotated as ${name}, and is called ${JSON.stringify(found.metadata?.name)}`);
  }
  const versions = KINDS[String(found.kind)];
  if (versions === undefined || !versions.includes(String(found.apiVersion))) {
    return [...problems, `a cluster knows no ${String(found.kind)} of ${JSON.stringify(found.apiVersion)}`];
  }
  // v1beta1 is converted by the cluster's webhooks, whose rules for it are not ours.
  if (found.apiVersion !== versions[0]) return problems;
  return [
    ...problems,
    ...validate(object, { lenient: true }).map(({ path, message }) => `${path}: ${message}`),
  ];
}
