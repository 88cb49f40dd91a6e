import { createMemoryTarget, isAlreadyThere, NotFoundError, pushArtifact, type Repository } from '#lib/oci';
import { type Migration, migrationTag, parseMigrationTag } from '#lib/versions';
import { UnfitError } from './errors.ts';
import type { Item } from './item.ts';
import type { Source } from './source.ts';

/** The media type with which upstream attaches them (build-definitions hack/build-and-push.sh). */
const SHELL_SCRIPT = 'text/x-shellscript';

/**
 * The scripts that are not beside the bundles of their task yet, each an artifact of one file under a tag of its own.
 *
 * @throws {UnfitError} when one has changed since it was published: some pipelines have been changed by the old one
 */
export async function migrationItems(
  destination: Repository,
  task: string,
  migrations: readonly Migration[],
  source: Source,
): Promise<readonly Item[]> {
  if (migrations.length === 0) return [];
  const published = await publishedMigrations(destination);
  const items: Item[] = [];
  for (const migration of migrations) {
    const tag = migrationTag(migration, source.date);
    const known = published.get(migration.version);
    if (known !== undefined && known !== parseMigrationTag(tag)?.checksum) {
      throw new UnfitError(
        `the migration of ${task} to ${migration.version} is not the one that ${destination.name} has`,
        { hint: 'leave a published migration as it is, and write one for the next version' },
      );
    }
    if (known === undefined) items.push(await itemOf(destination, task, migration, tag));
  }
  return items;
}

async function publishedMigrations(destination: Repository): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  try {
    for await (const tag of destination.tags()) {
      const migration = parseMigrationTag(tag);
      if (migration !== undefined) found.set(migration.version, migration.checksum);
    }
  } catch (error) {
    // The repository does not exist before its first bundle.
    if (!(error instanceof NotFoundError)) throw error;
  }
  return found;
}

async function itemOf(
  destination: Repository,
  task: string,
  { version, script }: Migration,
  tag: string,
): Promise<Item> {
  const from = createMemoryTarget();
  const annotations = { 'org.opencontainers.image.title': `${version}.sh` };
  const root = await pushArtifact(from, {
    artifactType: SHELL_SCRIPT,
    parts: [{ mediaType: SHELL_SCRIPT, content: script, annotations }],
    annotations: { 'dev.konflux-ci.task.is-migration': 'true' },
  });
  return {
    kind: 'migration',
    name: task,
    version,
    destination,
    root,
    from,
    tags: [{ tag, from: undefined }],
    reference: `${destination.name}:${tag}@${root.digest}`,
    isThere: await isAlreadyThere(destination, root),
    needsAttachments: false,
  };
}
