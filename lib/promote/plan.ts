import type { Descriptor, Platform, RegistryClient, Repository } from '#lib/oci';
import { planCompanions } from './companions.ts';
import { UnfitReleaseError } from './errors.ts';
import { both, forAll } from './for-all.ts';
import type { Limits } from './limits.ts';
import { lostPlatforms, readMembers } from './platforms.ts';
import type { Promotion } from './promotion.ts';
import type { Reading, Source } from './reading.ts';
import { planSourceContainer } from './source-container.ts';
import { nameOf, type PlannedTag, planned, tagNow } from './tags.ts';

/** What is to be done, and what is there; making it has changed nothing anywhere. */
export interface Plan {
  readonly components: readonly PlannedComponent[];
  /** Every tag that is to be written or was found in its place, once. */
  readonly tags: readonly PlannedTag[];
}

export interface PlannedComponent {
  readonly promotion: Promotion;
  readonly source: Repository;
  readonly root: Descriptor;
  readonly platforms: readonly Platform[];
  /** The image's own tags and those of its source container, in the order in which they were given. */
  readonly tags: readonly PlannedTag[];
}

export interface PlanOptions {
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Resolves every source and every tag, with one request each. A repository in which all tags of an image name it already
 * has the rest, too, since tags move last; only where one does not are companions and source container looked for.
 *
 * @throws {UnfitReleaseError} for one tag with two images, for a tag that would lose platforms, for a source container
 * that must be there and is not
 * @throws {NotFoundError} where a source is gone
 * @throws {RegistryError} where a registry cannot be read: what it has is not known then
 */
export async function planPromotion(
  client: RegistryClient,
  promotions: readonly Promotion[],
  options: PlanOptions,
): Promise<Plan> {
  const reading: Reading = { limits: options.limits, signal: options.signal };
  const components = await forAll(promotions, (promotion) => planComponent(client, promotion, reading));
  const tags = components.flatMap((component) => component.all);
  return {
    components: components.map(({ all: _, ...component }) => component),
    tags: onceEach(tags),
  };
}

async function planComponent(
  client: RegistryClient,
  promotion: Promotion,
  reading: Reading,
): Promise<PlannedComponent & { readonly all: readonly PlannedTag[] }> {
  const repository = client.repository(promotion.source);
  const [{ root, platforms, members }, found] = await both(
    readSource(repository, promotion, reading),
    findTargets(client, promotion, reading),
  );
  const source: Source = { promotion, repository, root, members };
  const { component } = promotion;
  const images = found.map(({ to, tags }) => ({
    to,
    tags: tags.map(({ tag, now }) =>
      planned({ component, kind: 'image', tag, source: repository, to, root }, now),
    ),
  }));
  if (!promotion.mayLosePlatforms) {
    for (const { tags } of images) await forAll(tags, (tag) => refuseLoss(tag, platforms, reading));
  }
  const [sourceTags, companions] = await both(
    planSourceContainer(source, images, reading),
    planCompanions(source, images, reading),
  );
  const tags = images.flatMap((image, index) => [...image.tags, ...(sourceTags[index] ?? [])]);
  return { promotion, source: repository, root, platforms, tags, all: [...tags, ...companions] };
}

function readSource(repository: Repository, { source }: Promotion, { limits, signal }: Reading) {
  return limits.at(repository)(async () => {
    const root = await repository.resolve(source.digest, { signal });
    return { root, ...(await readMembers(repository, root, { signal })) };
  });
}

/** Each target's tags, once, with what they name now. */
function findTargets(client: RegistryClient, { targets }: Promotion, reading: Reading) {
  return forAll(targets, async (target) => {
    const to = client.repository(target.repository);
    const tags = await forAll([...new Set(target.tags)], async (tag) => ({
      tag,
      now: await tagNow(to, tag, reading),
    }));
    return { to, tags };
  });
}

/**
 * A tag that names a platform names it after the release, too: better an old image than none.
 *
 * @throws {UnfitReleaseError}
 */
export async function refuseLoss(
  { to, tag, now, root, component }: PlannedTag,
  platforms: readonly Platform[],
  { limits, signal }: Reading,
): Promise<void> {
  if (now === undefined || now.digest === root.digest) return;
  const current = await limits.at(to)(() => readMembers(to, now, { signal }));
  const lost = lostPlatforms(current.platforms, platforms);
  if (lost.length === 0) return;
  throw new UnfitReleaseError(
    `${to.name}:${tag} has ${lost.join(', ')} now, and would have it no more with component ${component}`,
    { hint: 'build all platforms, or allow it for this component: allowFewerPlatforms: true' },
  );
}

/** @throws {UnfitReleaseError} where one tag would have to name two images */
function onceEach(tags: readonly PlannedTag[]): readonly PlannedTag[] {
  const byName = new Map<string, PlannedTag>();
  for (const tag of tags) {
    const other = byName.get(nameOf(tag));
    if (other === undefined) byName.set(nameOf(tag), tag);
    else if (other.root.digest !== tag.root.digest) {
      const both = [other, tag].map(({ component, root }) => `${component} (${root.digest})`);
      throw new UnfitReleaseError(`${nameOf(tag)} is to name two images: ${both.join(' and ')}`, {
        hint: 'give one of the two another tag, or another repository',
      });
    }
  }
  return [...byName.values()];
}
