import {
  companionTag,
  type Digest,
  fetchBytes,
  fetchManifest,
  isIndex,
  NotFoundError,
  type Options,
  parseDigest,
  parseReference,
  type RegistryClient,
  type Repository,
  readImage,
  readImages,
  UnauthorizedError,
  UnreachableError,
} from '#lib/oci';
import { jsonOf } from '#lib/text';
import { InvalidEvidenceError } from './errors.ts';
import type { Evidence, Sbom } from './evidence.ts';
import { parseImageName } from './image-name.ts';
import { isObject } from './rule-data.ts';
import type { Statement } from './statement.ts';
import { buildTasks, referenceOf, resultOf, tasksOf } from './tasks.ts';

const SBOM_TYPES = ['application/spdx+json', 'application/vnd.cyclonedx+json', 'text/spdx+json'];
const BASE = 'org.opencontainers.image.base';

interface Subject {
  /** `repository@sha256:…` */
  readonly image: string;
  readonly statements: readonly Statement[];
  readonly source?: Evidence['source'];
}

/**
 * Reads from registries what policy asks about an image: its labels, SBOMs, its parent, and the bundles of the tasks
 * that its statements name.
 *
 * @throws {InvalidEvidenceError} for an SBOM that is none
 */
export async function readEvidence(
  client: RegistryClient,
  { image, statements, source }: Subject,
  options: Options = {},
): Promise<Evidence> {
  const reference = parseReference(image);
  const { digest } = reference;
  if (digest === undefined) throw new InvalidEvidenceError(`${image} has no digest`);
  const repository = client.repository(reference);
  const { images, index } = await readImages(repository, digest, options);
  const own = images.find(({ config }) => config.architecture === 'amd64') ?? images[0];
  const sbomBlobs = await sbomBlobsOf(client, statements, options);
  const named = statements
    .flatMap(buildTasks)
    .filter((task) => resultOf(task, 'IMAGE_DIGEST')?.trim() === digest)
    .map((task) => sbomBlobs.get(resultOf(task, 'SBOM_BLOB_URL') ?? ''))
    .filter((sbom) => sbom !== undefined);
  const attached = await attachedSboms(repository, digest, options);
  const parent = await parentOf(client, own?.manifest.annotations ?? {}, options);
  return {
    image,
    isIndex: index !== undefined,
    labels: own?.config.config?.Labels ?? {},
    ...(parent && { parent }),
    ...(source && { source }),
    statements,
    sboms: distinct([...named, ...attached]),
    sbomBlobs,
    bundles: await bundlesOf(client, statements, options),
    reachable: await sourcesOf(client, statements, options),
  };
}

async function sbomBlobsOf(
  client: RegistryClient,
  statements: readonly Statement[],
  options: Options,
): Promise<ReadonlyMap<string, Sbom>> {
  const urls = statements.flatMap(buildTasks).flatMap((task) => resultOf(task, 'SBOM_BLOB_URL') ?? []);
  const read = [...new Set(urls)]
    .filter((url) => url !== '')
    .map(async (url) => {
      const [, digest = ''] = url.split('@');
      const repository = client.repository(url.replace(/@.*$/, ''));
      const blob = await repository.findBlob(parseDigest(digest), options);
      return [url, parseSbom(await fetchBytes(repository, blob, options), url)] as const;
    });
  return new Map(await Promise.all(read));
}

/** As referrers, and under cosign's tag. */
async function attachedSboms(
  repository: Repository,
  digest: Digest,
  options: Options,
): Promise<readonly Sbom[]> {
  const subject = await repository.resolve(digest, options);
  const referrers = (await repository.referrers(subject, options)).filter(({ artifactType }) =>
    SBOM_TYPES.includes(artifactType ?? ''),
  );
  const tagged = await unlessAbsent(repository.resolve(companionTag(digest, 'sbom'), options));
  const read = [...referrers, ...(tagged ? [tagged] : [])].map(async (descriptor) => {
    const manifest = await fetchManifest(repository, descriptor, options);
    if (isIndex(manifest)) return [];
    const documents = manifest.layers.map(async (layer) =>
      parseSbom(await fetchBytes(repository, layer, options), `${repository.name}@${layer.digest}`),
    );
    return Promise.all(documents);
  });
  return (await Promise.all(read)).flat();
}

async function parentOf(
  client: RegistryClient,
  annotations: Readonly<Record<string, string>>,
  options: Options,
): Promise<Evidence['parent']> {
  const name = annotations[`${BASE}.name`] ?? '';
  const digest = annotations[`${BASE}.digest`] ?? '';
  if (name === '' || digest === '') return undefined;
  const reference = `${parseImageName(name)?.repository ?? name}@${digest}`;
  const image = await unlessAbsent(
    readImage(client.repository(parseReference(reference)), digest, {
      ...options,
      platform: { os: 'linux', architecture: 'amd64' },
    }),
  );
  return { reference, labels: image === undefined ? null : (image.config.config?.Labels ?? {}) };
}

async function bundlesOf(
  client: RegistryClient,
  statements: readonly Statement[],
  options: Options,
): Promise<Evidence['bundles']> {
  const bundles = statements.flatMap(tasksOf).flatMap((task) => referenceOf(task).bundle ?? []);
  const read = [...new Set(bundles)].map(async (bundle) => {
    const reference = parseReference(bundle);
    const repository = client.repository(reference);
    const found = await unlessAbsent(
      repository.resolve(reference.digest ?? reference.tag ?? 'latest', options),
    );
    if (found === undefined) return [];
    const { annotations = {} } = await fetchManifest(repository, found, options);
    return [[bundle, annotations] as const];
  });
  return new Map((await Promise.all(read)).flat());
}

async function sourcesOf(
  client: RegistryClient,
  statements: readonly Statement[],
  options: Options,
): Promise<Evidence['reachable']> {
  const read = statements.flatMap(tasksOf).map(async (task) => {
    const url = (resultOf(task, 'SOURCE_IMAGE_URL') ?? '').trim();
    const digest = (resultOf(task, 'SOURCE_IMAGE_DIGEST') ?? '').trim();
    if (url === '' || digest === '') return [];
    const found = await unlessAbsent(client.repository(parseReference(url)).resolve(digest, options));
    return found === undefined ? [] : [`${url}@${digest}`];
  });
  return new Set((await Promise.all(read)).flat());
}

/** Undefined for what is not there, or not for us: a rule says what that means. */
async function unlessAbsent<Result>(reading: Promise<Result>): Promise<Result | undefined> {
  try {
    return await reading;
  } catch (error) {
    if ([NotFoundError, UnauthorizedError, UnreachableError].some((kind) => error instanceof kind))
      return undefined;
    throw error;
  }
}

function parseSbom(bytes: Uint8Array, what: string): Sbom {
  const value = jsonOf(Buffer.from(bytes).toString());
  if (isObject(value)) return value;
  throw new InvalidEvidenceError(`the SBOM ${what} is no JSON object`);
}

function distinct(sboms: readonly Sbom[]): readonly Sbom[] {
  return [...new Map(sboms.map((sbom) => [JSON.stringify(sbom), sbom])).values()];
}
