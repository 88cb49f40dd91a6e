import { parseReference } from '#lib/oci';
import { quoted } from '#lib/text';
import { InvalidReleaseError } from '../errors.ts';
import type { MappedComponent, MappedSnapshot } from '../mapped-snapshot.ts';
import type { SnapshotSpec } from '../resources.ts';
import { expandTag } from './expand-tag.ts';
import { type ImageFacts, metadataOf } from './facts.ts';
import { type Joined, type JoinedComponent, joinMapping } from './join.ts';
import type { Mapping } from './mapping.ts';
import { variableOf } from './variables.ts';

/** What registries say; the model asks for no more of it than tags need. */
export interface RegistryFacts {
  /** Facts of an image by digest, of all its platforms. */
  readonly factsOf: (image: string) => Promise<ImageFacts>;
  /** The tags of a repository. */
  readonly tagsOf: (repository: string) => Promise<readonly string[]>;
}

export interface MappingOptions {
  /** When the release began. */
  readonly now: Date;
  /** Whether each repository gets a tag with the time of the image, where it asks for none. */
  readonly addImplicitTimestampTag?: boolean;
}

export interface Mapped extends Pick<Joined, 'onlyInSnapshot' | 'onlyInMapping'> {
  readonly snapshot: MappedSnapshot;
}

/** Seconds since 1970, as upstream where nobody says how a time is written. */
const FORMAT = '%s';
const TIMESTAMP = '{{ timestamp }}';
/** Keys that `mapping.defaults` says for the components that do not say them. */
const CHOICES = [
  'pushSourceContainer',
  'public',
  'companions',
  'copyAttachedArtifacts',
  'allowFewerPlatforms',
];

/**
 * The Snapshot with the mapping over it: for each component that both have, its repositories, and their tags expanded.
 *
 * @throws {InvalidReleaseError} for an image without a digest, a repository without a tag, and a tag of two components
 */
export async function applyMapping(
  snapshot: SnapshotSpec,
  mapping: Mapping,
  registry: RegistryFacts,
  options: MappingOptions,
): Promise<Mapped> {
  const { components, onlyInSnapshot, onlyInMapping } = joinMapping(snapshot, mapping);
  const mapped = await Promise.all(components.map((one) => mapComponent(one, mapping, registry, options)));
  refuseSharedTags(mapped);
  return { snapshot: { ...snapshot, components: mapped }, onlyInSnapshot, onlyInMapping };
}

async function mapComponent(
  { name, inSnapshot, inMapping, merged }: JoinedComponent,
  { defaults, allowFewerPlatforms }: Mapping,
  registry: RegistryFacts,
  { now, addImplicitTimestampTag = false }: MappingOptions,
): Promise<MappedComponent> {
  const { containerImage } = inSnapshot;
  const digest = digestOf(name, containerImage);
  const { repositories, isShort } = repositoriesOf(inMapping);
  const common = [...(defaults?.tags ?? []), ...(inMapping.componentTags ?? [])];
  const facts = await registry.factsOf(containerImage);
  const timestampFormat = inMapping.timestampFormat ?? defaults?.timestampFormat ?? FORMAT;
  const source = { component: name, digest, revision: revisionOf(merged), facts, timestampFormat, now };
  const expanded = await Promise.all(
    repositories.map(async ({ tags, ...repository }) => {
      const { url } = repository;
      const asked = [...common, ...(tags ?? [])];
      const hasTime = asked.some((tag) => /\{\{\s*timestamp\s*\}\}/.test(tag));
      const templates = addImplicitTimestampTag && !hasTime ? [...asked, TIMESTAMP] : asked;
      checkRepository(name, url);
      if (templates.length === 0)
        throw new InvalidReleaseError(`component ${quoted(name)}: there is no tag for ${quoted(url)}`, {
          hint: 'say tags of the repository, componentTags, or mapping.defaults.tags',
        });
      const expansion = {
        component: name,
        valueFor: (variable: string) => variableOf(variable, source),
        existing: () => registry.tagsOf(url),
      };
      const all = await Promise.all([...new Set(templates)].map((tag) => expandTag(tag, expansion)));
      return { ...repository, tags: [...new Set(all)].sort() };
    }),
  );
  const metadata = metadataOf(facts);
  return {
    ...choicesOf({ ...defaults, allowFewerPlatforms: defaults?.allowFewerPlatforms ?? allowFewerPlatforms }),
    ...merged,
    name,
    containerImage,
    ...(isShort ? { tags: expanded[0]?.tags } : {}),
    repositories: expanded,
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** Where a component goes, in either form; where it has both, the long one counts. */
function repositoriesOf(component: JoinedComponent['inMapping']) {
  const { name, repositories, repository, tags } = component;
  if (repositories && repositories.length > 0) return { repositories, isShort: false };
  if (repository) return { repositories: [{ url: repository, tags }], isShort: true };
  throw new InvalidReleaseError(`component ${quoted(name)} has neither repositories nor repository`, {
    hint: 'say where it goes: repositories: [{url, tags}]',
  });
}

function choicesOf(defaults: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    CHOICES.filter((key) => defaults[key] !== undefined).map((key) => [key, defaults[key]]),
  );
}

function digestOf(name: string, image: string): string {
  const digest = /^[^@:/]+(?::\d+)?(?:\/[^@:/]+)+@sha256:([0-9a-f]{64})$/.exec(image)?.[1];
  if (digest !== undefined) return digest;
  throw new InvalidReleaseError(
    `component ${quoted(name)} has the containerImage ${quoted(image)}, which is no image by digest`,
    { hint: 'a Snapshot names images as registry/repository@sha256:…' },
  );
}

function checkRepository(name: string, url: string): void {
  const { tag, digest } = parseReference(url);
  if (tag === undefined && digest === undefined) return;
  throw new InvalidReleaseError(`component ${quoted(name)}: ${quoted(url)} is no repository, but an image`, {
    hint: 'tags stand in tags, and not in the url',
  });
}

function revisionOf(merged: JoinedComponent['merged']): string | undefined {
  const { git } = (merged.source ?? {}) as { readonly git?: { readonly revision?: unknown } };
  return typeof git?.revision === 'string' ? git.revision : undefined;
}

function refuseSharedTags(components: readonly MappedComponent[]): void {
  const owners = new Map<string, string>();
  for (const { name, repositories } of components) {
    for (const { url, tags } of repositories) {
      for (const tag of tags) {
        const image = `${String(parseReference(url))}:${tag}`;
        const owner = owners.get(image);
        if (owner !== undefined && owner !== name)
          throw new InvalidReleaseError(
            `${image} would be a tag of component ${quoted(owner)} and of ${quoted(name)}`,
            { hint: 'one tag names one image: let one of them have another' },
          );
        owners.set(image, name);
      }
    }
  }
}
