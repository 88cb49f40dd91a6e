import { type Bundle, readBundle } from '#lib/bundle';
import {
  createLayout,
  identifierOf,
  parseReference,
  type ReadableTarget,
  type RegistryClient,
} from '#lib/oci';
import { printable } from '#lib/text';
import { InvalidRunError, UnsupportedError } from '../model/errors.ts';
import { loadFiles, parseObjects } from '../objects/load.ts';
import { type BundleMapping, mapBundle } from './bundle-map.ts';
import type { ResolvedText, ResolverCache } from './cache.ts';
import type { ResolvedKind, Resolver } from './resolve.ts';
import { readResolverParams } from './resolver-params.ts';

export interface BundleResolverOptions {
  readonly client: RegistryClient;
  readonly cache: ResolverCache;
  readonly map?: readonly BundleMapping[];
}

const needsCluster = {
  secret: 'names a Secret of a cluster; podman login gives the same here',
  serviceAccount: 'names a ServiceAccount of a cluster; podman login gives the same here',
};

/**
 * From bundles in registries and OCI layouts (pkg/resolution/resolver/bundle). One that is named by digest is asked for
 * once and never again.
 */
export function bundleResolver({ client, cache, map = [] }: BundleResolverOptions): Resolver {
  return async (kind, params, signal) => {
    const given = withoutDefaultServiceAccount(params);
    const values = readResolverParams(given, ['bundle', 'name', 'kind', 'cache'], needsCluster);
    const name = values.needed('name');
    const asked = (values.optional('kind') ?? 'task').toLowerCase();
    if (asked !== kind) throw new InvalidRunError(`a ${kind} is needed here, and its param kind is ${asked}`);
    const source = mapBundle(values.needed('bundle'), map);
    if (source.kind === 'files') return fromFiles(source.path, kind, name);
    const { target, reference } =
      source.kind === 'layout'
        ? { target: createLayout(source.path), reference: source.tag ?? 'latest' }
        : inRegistry(client, source.reference);
    const digest = reference.startsWith('sha256:')
      ? reference
      : (await target.resolve(reference, { signal })).digest;
    const found = await cache.get(`bundle\0${target.name}\0${digest}\0${kind}\0${name}`, async () =>
      pick(await readBundle(target, digest, { signal }), target, kind, name),
    );
    return resolved(found);
  };
}

/** Upstream's defaults put one into every reference. */
function withoutDefaultServiceAccount(params: Parameters<Resolver>[1]): Parameters<Resolver>[1] {
  return params.filter(({ name, value }) => !(name === 'serviceAccount' && value === 'default'));
}

function inRegistry(client: RegistryClient, text: string): { target: ReadableTarget; reference: string } {
  const reference = parseReference(text);
  return { target: client.repository(reference), reference: identifierOf(reference) };
}

/** The first that fits, as upstream does; a bundle that the cluster would refuse as a whole is refused. */
function pick(bundle: Bundle, target: ReadableTarget, kind: ResolvedKind, name: string): ResolvedText {
  const refused = bundle.problems.find(({ isFatal }) => isFatal);
  if (refused !== undefined) {
    throw new InvalidRunError(
      `invalid tekton bundle ${target.name}@${bundle.root.digest}, error: ${printable(refused.message, 500)}`,
    );
  }
  const entry = bundle.entries.find((one) => one.kind.toLowerCase() === kind && one.name === name);
  if (entry === undefined) {
    const there = bundle.entries.map((one) => printable(`${one.kind}/${one.name}`)).join(', ');
    throw new InvalidRunError(
      `could not find object in image with kind: ${kind} and name: ${printable(name)}`,
      {
        hint: `${target.name}@${bundle.root.digest} has ${there || 'nothing'}`,
      },
    );
  }
  const [algorithm = 'sha256', value = ''] = bundle.root.digest.split(':');
  return { text: entry.text, uri: target.name, digest: { [algorithm]: value }, entryPoint: name };
}

async function fromFiles(path: string, kind: ResolvedKind, name: string) {
  const objects = await loadFiles([path]);
  const found = objects.find(({ object }) => {
    const { metadata } = object as { readonly metadata?: { readonly name?: unknown } };
    return String(object.kind).toLowerCase() === kind && metadata?.name === name;
  });
  if (found === undefined) throw new InvalidRunError(`${path} has no ${kind} ${printable(name)}`);
  return { object: found.object };
}

/** What a resolver gives, read as strictly as the controller does: a key that is there twice is refused. */
export function resolved({ text, uri, digest, entryPoint }: ResolvedText) {
  const [first, second] = parseObjects(text, uri);
  if (first === undefined) throw new InvalidRunError(`${uri} holds no object`);
  if (second !== undefined) throw new UnsupportedError(`${uri} holds more than one object`);
  return { object: first.object, source: { uri, digest, entryPoint } };
}
