import { check, InvalidObjectError } from '#lib/tekton';
import { KINDS, MAX_OBJECT_BYTES, MAX_OBJECTS } from './contract.ts';
import { InvalidBundleError } from './errors.ts';
import { goJson } from './go-json.ts';

/** What a bundle holds: a Task, Pipeline or StepAction. */
export interface TektonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/**
 * What the resolver or the controller would refuse of a bundle with these objects, before anybody meets it.
 *
 * @throws {InvalidBundleError}
 */
export function checkObjects(objects: readonly object[]): readonly TektonObject[] {
  if (objects.length === 0) throw new InvalidBundleError('a bundle needs an object');
  if (objects.length > MAX_OBJECTS) {
    throw new InvalidBundleError(
      `a bundle holds ${MAX_OBJECTS} objects at most, and these are ${objects.length}`,
      { hint: 'make several bundles of them' },
    );
  }
  const checked = objects.map(checkObject);
  const names = checked.map(titleOf);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) {
    throw new InvalidBundleError(`a bundle holds one object of a kind and name, and ${twice} is there twice`);
  }
  return checked;
}

export function titleOf({ kind, metadata }: TektonObject): string {
  return `${kind} ${metadata.name}`;
}

function checkObject(object: object, index: number): TektonObject {
  const { kind, apiVersion, metadata } = object as Partial<TektonObject>;
  const what = metadata?.name === undefined ? `object ${index + 1}` : `${kind} ${metadata.name}`;
  const versions = KINDS[kind ?? ''];
  if (versions === undefined) throw new InvalidBundleError(`${what}: ${kindProblem(kind)}`);
  if (!versions.includes(apiVersion ?? '')) {
    throw new InvalidBundleError(`${what}: there is no ${kind} of version ${JSON.stringify(apiVersion)}`, {
      hint: `there is ${versions.join(', ')}`,
    });
  }
  try {
    // Of the v1 that our builders make every rule is known; of older versions, what a cluster says on its own.
    if (apiVersion === versions[0]) check(object);
  } catch (error) {
    if (!(error instanceof InvalidObjectError)) throw error;
    throw new InvalidBundleError(`a cluster would refuse what is to be in the bundle: ${error.message}`);
  }
  if (metadata?.name === undefined) throw new InvalidBundleError(`${what} has no name`);
  const size = Buffer.byteLength(goJson(object));
  if (size > MAX_OBJECT_BYTES) {
    throw new InvalidBundleError(
      `${what} has ${size} bytes, and a cluster cannot resolve more than ${MAX_OBJECT_BYTES}`,
      { hint: 'move scripts into an image, or split it' },
    );
  }
  const loose = looseReferences(object);
  if (loose.length > 0) {
    throw new InvalidBundleError(
      `${what} refers to bundles that are not pinned by digest: ${loose.join(', ')}`,
      { hint: 'write <repository>:<tag>@sha256:<digest>' },
    );
  }
  return object as TektonObject;
}

function kindProblem(kind: unknown): string {
  if (typeof kind === 'string' && kind.toLowerCase().endsWith('s')) {
    return `the resolver refuses kinds that end in s, such as ${kind}`;
  }
  return `a bundle holds ${Object.keys(KINDS).join(', ')}, not ${JSON.stringify(kind)}`;
}

/** Bundles by tag alone; one whose name is a param is the business of whoever gives the param. */
function looseReferences(value: unknown, path = ''): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = looseReference(value as Readonly<Record<string, unknown>>);
  const inner = Object.entries(value).flatMap(([key, child]) =>
    looseReferences(child, Array.isArray(value) ? `${path}[${key}]` : path === '' ? key : `${path}.${key}`),
  );
  return own === undefined ? inner : [`${own} at ${path}`, ...inner];
}

function looseReference({ resolver, params }: Readonly<Record<string, unknown>>): string | undefined {
  if (resolver !== 'bundles' || !Array.isArray(params)) return undefined;
  const bundle = (params as readonly { name?: unknown; value?: unknown }[]).find(
    ({ name }) => name === 'bundle',
  );
  const value = bundle?.value;
  if (typeof value !== 'string' || /^\$\([^)]+\)$/.test(value)) return undefined;
  return /@sha256:[0-9a-f]{64}$/.test(value) ? undefined : value;
}
