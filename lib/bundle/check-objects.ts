import { check, goJson, InvalidObjectError } from '#lib/tekton/objects';
import { printable } from '#lib/text';
import { KINDS, MAX_OBJECT_BYTES, MAX_OBJECTS } from './contract.ts';
import { InvalidBundleError } from './errors.ts';
import { looseReferences } from './loose-references.ts';

/** What a bundle holds: a Task, Pipeline or StepAction. */
export interface TektonObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/**
 * Refuses objects of which the resolver or the controller would refuse a bundle, before anybody meets one.
 *
 * @throws {InvalidBundleError}
 */
export function checkObjects(objects: readonly object[]): readonly TektonObject[] {
  if (objects.length === 0) {
    throw new InvalidBundleError('a bundle needs an object', {
      hint: `give it ${Object.keys(KINDS).join(', ')}`,
    });
  }
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
    throw new InvalidBundleError(
      `a bundle holds one object of a kind and name, and ${twice} is there twice`,
      {
        hint: 'the resolver would never find the second: rename it, or leave it out',
      },
    );
  }
  return checked;
}

function titleOf({ kind, metadata }: TektonObject): string {
  return `${kind} ${metadata.name}`;
}

function checkObject(object: object, index: number): TektonObject {
  const { kind, apiVersion, metadata } = object as Partial<TektonObject>;
  const name: unknown = metadata?.name;
  const what = typeof name === 'string' && name !== '' ? printable(`${kind} ${name}`) : `object ${index + 1}`;
  checkType(what, kind, apiVersion);
  // The file in the layer has this name, so it is checked even where Tekton's own rules are not known.
  if (typeof name !== 'string' || !/^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/.test(name)) {
    throw new InvalidBundleError(
      `${what} has no name that a cluster takes: ${printable(JSON.stringify(name) ?? 'nothing')}`,
      {
        hint: 'metadata.name is made of a-z, 0-9, - and .',
      },
    );
  }
  checkContent(object, apiVersion === KINDS[String(kind)]?.[0]);
  checkSize(what, object);
  checkReferences(what, object);
  return object as TektonObject;
}

function checkType(what: string, kind: unknown, apiVersion: unknown): void {
  const versions = Object.hasOwn(KINDS, String(kind)) ? KINDS[String(kind)] : undefined;
  if (versions === undefined) {
    throw new InvalidBundleError(`${what}: ${kindProblem(kind)}`, {
      hint: 'leave it out: a cluster resolves nothing else from a bundle',
    });
  }
  if (!versions.includes(String(apiVersion))) {
    throw new InvalidBundleError(
      `${what}: there is no ${String(kind)} of version ${printable(JSON.stringify(apiVersion) ?? 'nothing')}`,
      { hint: `there is ${versions.join(', ')}` },
    );
  }
}

function kindProblem(kind: unknown): string {
  if (typeof kind === 'string' && kind.toLowerCase().endsWith('s')) {
    return `the resolver refuses kinds that end in s, such as ${printable(kind)}`;
  }
  return `a bundle holds ${Object.keys(KINDS).join(', ')}, not ${printable(JSON.stringify(kind) ?? 'nothing')}`;
}

/** Checks the rules of the API versions that our builders make; older ones are left to the cluster. */
function checkContent(object: object, isKnown: boolean): void {
  if (!isKnown) return;
  try {
    check(object);
  } catch (error) {
    if (!(error instanceof InvalidObjectError)) throw error;
    throw new InvalidBundleError(`a cluster would refuse what is to be in the bundle: ${error.message}`);
  }
}

function checkSize(what: string, object: object): void {
  const size = Buffer.byteLength(goJson(object));
  if (size <= MAX_OBJECT_BYTES) return;
  throw new InvalidBundleError(
    `${what} has ${size} bytes, and a cluster cannot resolve more than ${MAX_OBJECT_BYTES}: etcd takes requests of 1.5 MiB`,
    { hint: 'move scripts into an image, or split it' },
  );
}

function checkReferences(what: string, object: object): void {
  const loose = looseReferences(object).map(
    ({ bundle, path }) => `${printable(bundle)} at ${printable(path)}`,
  );
  if (loose.length === 0) return;
  throw new InvalidBundleError(
    `${what} refers to bundles that are not pinned by digest: ${loose.join(', ')}`,
    { hint: 'write <repository>:<tag>@sha256:<digest>, also as the default of a param' },
  );
}
