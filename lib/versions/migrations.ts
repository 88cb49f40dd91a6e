import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { parseVersion } from './version.ts';

/**
 * A script that changes pipelines for a new version of a task. Konflux' pipeline-migration-tool calls it as
 * `<script> <pipeline file>` when Renovate updates a pipeline past this version; it must do nothing the second time.
 */
export interface Migration {
  readonly version: string;
  readonly script: Uint8Array;
}

/** Scripts are `<directory>/migrations/<version>.sh`, where upstream has them. */
export function readMigrations(directory: string): readonly Migration[] {
  const folder = join(directory, 'migrations');
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .sort()
    .map((file) => {
      const version = file.replace(/\.sh$/, '');
      if (version === file) {
        throw new ExpectedError(`${join(folder, file)} is no migration`, {
          hint: 'call it <version>.sh',
          kind: 'invalid',
        });
      }
      parseVersion(version);
      return { version, script: readFileSync(join(folder, file)) };
    });
}

/**
 * The tag under which pipeline-migration-tool finds a script beside the bundles of its task
 * (src/pipeline_migration/actions/migrate/resolvers/migration_images.py, MIGRATION_IMAGE_TAG_REGEX).
 */
export function migrationTag({ version, script }: Migration, date: Date): string {
  const checksum = createHash('sha256').update(script).digest('hex');
  return `migration-${version}-${checksum}-${Math.floor(date.getTime() / 1_000)}`;
}

/** The version and checksum that a tag of this form says; undefined for any other tag. */
export function parseMigrationTag(
  tag: string,
): { readonly version: string; readonly checksum: string } | undefined {
  const found = /^migration-(\d+\.\d+(?:\.\d+)?)-([0-9a-f]{64})-\d+$/.exec(tag);
  return found === null ? undefined : { version: found[1] as string, checksum: found[2] as string };
}
