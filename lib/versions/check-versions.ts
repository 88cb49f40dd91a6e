import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { run } from '#lib/process';
import type { Pipeline, Task } from '#lib/tekton';
import { changelogEntry, changelogProblem } from './changelog.ts';
import { readMigrations } from './migrations.ts';
import { type Review, reviewChange, versionOf } from './review-change.ts';

export interface CheckVersionsInput {
  /** The root of a repository laid out as this one. */
  readonly root: string;
  /** Revision of git whose state has been published; without it only changelogs are checked. */
  readonly base: string | undefined;
}

/** One task or pipeline. */
export interface VersionCheck {
  readonly kind: 'task' | 'pipeline';
  readonly name: string;
  readonly version: string;
  /** Undefined where there is nothing to compare with. */
  readonly review: Review | undefined;
  readonly problems: readonly string[];
}

/**
 * Whether versions, changelogs and migrations fit what has changed since `base`.
 *
 * @throws {ToolError} when there is no such revision
 */
export async function checkVersions({ root, base }: CheckVersionsInput): Promise<readonly VersionCheck[]> {
  const git = async (...args: string[]) => (await run('git', ['-C', root, ...args])).stdout;
  const commit = base && (await git('rev-parse', '--verify', `${base}^{commit}`)).trim();
  const before = new Map<string, Task | Pipeline>();
  if (commit) {
    const files = await git('ls-tree', '-r', '--name-only', '-z', commit, '--', 'bundles/rendered');
    for (const file of files.split('\0').filter((path) => path.endsWith('.yaml'))) {
      before.set(file, parse(await git('show', `${commit}:${file}`)) as Task | Pipeline);
    }
  }
  const checks = renderedFiles(root).map((file) => checkFile(root, file, before.get(file)));
  const gone = [...before.keys()].filter((file) => !existsSync(join(root, file)));
  return [...checks, ...gone.map((file) => goneCheck(file, before.get(file) as Task | Pipeline))];
}

function renderedFiles(root: string): readonly string[] {
  return ['tasks', 'pipelines'].flatMap((folder) => {
    const path = `bundles/rendered/${folder}`;
    if (!existsSync(join(root, path))) return [];
    return readdirSync(join(root, path))
      .sort()
      .map((file) => `${path}/${file}`);
  });
}

function checkFile(root: string, file: string, before: Task | Pipeline | undefined): VersionCheck {
  const object = parse(readFileSync(join(root, file), 'utf8')) as Task | Pipeline;
  const kind = kindOf(file);
  const name = object.metadata?.name ?? '';
  const version = versionOf(object);
  const review = before && reviewChange(before, object);
  const isBreaking = review?.compatibility === 'breaking';
  const hasMigration =
    kind === 'task' &&
    readMigrations(join(root, 'tasks', name)).some((migration) => migration.version === version);
  const path = kind === 'task' ? `tasks/${name}/CHANGELOG.md` : `pipelines/${name}.changelog.md`;
  const text = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : '';
  const problems = [
    review?.problem,
    changelogProblem(changelogEntry(text, version), version, isBreaking && !hasMigration)?.replace(
      'CHANGELOG.md',
      path,
    ),
  ];
  return { kind, name, version, review, problems: problems.filter((problem) => problem !== undefined) };
}

/** Its bundles stay where they are; who uses it gets no updates any more. */
function goneCheck(file: string, before: Task | Pipeline): VersionCheck {
  const version = versionOf(before);
  return { kind: kindOf(file), name: before.metadata?.name ?? '', version, review: undefined, problems: [] };
}

function kindOf(file: string): 'task' | 'pipeline' {
  return file.includes('/pipelines/') ? 'pipeline' : 'task';
}
