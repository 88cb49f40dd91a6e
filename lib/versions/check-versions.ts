import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { type CatalogFolders, defaultFolders } from '#lib/catalog';
import { run } from '#lib/process';
import type { Pipeline, StepAction, Task } from '#lib/tekton';
import { changelogEntry, changelogProblem } from './changelog.ts';
import { readMigrations } from './migrations.ts';
import { type Review, reviewChange, versionOf } from './review-change.ts';

type Kind = 'task' | 'pipeline' | 'stepaction';

export interface CheckVersionsInput {
  readonly root: string;
  /** The folders of the catalog; by default those of a catalog that names none. */
  readonly folders?: CatalogFolders;
  /** Revision of git whose state has been published; without it only changelogs are checked. */
  readonly base: string | undefined;
}

/** One task, pipeline or StepAction. */
export interface VersionCheck {
  readonly kind: Kind;
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
export async function checkVersions({
  root,
  folders = defaultFolders,
  base,
}: CheckVersionsInput): Promise<readonly VersionCheck[]> {
  const git = async (...args: string[]) => (await run('git', ['-C', root, ...args])).stdout;
  const commit = base && (await git('rev-parse', '--verify', `${base}^{commit}`)).trim();
  const before = new Map<string, Task | Pipeline | StepAction>();
  if (commit) {
    const files = await git('ls-tree', '-r', '--name-only', '-z', commit, '--', folders.rendered);
    for (const file of files.split('\0').filter((path) => path.endsWith('.yaml'))) {
      before.set(file, parse(await git('show', `${commit}:${file}`)) as Task | Pipeline | StepAction);
    }
  }
  const checks = renderedFiles(root, folders).map((file) => checkFile(root, folders, file, before.get(file)));
  const gone = [...before.keys()].filter((file) => !existsSync(join(root, file)));
  return [
    ...checks,
    ...gone.map((file) => goneCheck(file, before.get(file) as Task | Pipeline | StepAction)),
  ];
}

function renderedFiles(root: string, { rendered }: CatalogFolders): readonly string[] {
  return ['stepactions', 'tasks', 'pipelines'].flatMap((folder) => {
    const path = `${rendered}/${folder}`;
    if (!existsSync(join(root, path))) return [];
    return readdirSync(join(root, path))
      .sort()
      .map((file) => `${path}/${file}`);
  });
}

function checkFile(
  root: string,
  folders: CatalogFolders,
  file: string,
  before: Task | Pipeline | StepAction | undefined,
): VersionCheck {
  const object = parse(readFileSync(join(root, file), 'utf8')) as Task | Pipeline | StepAction;
  const kind = kindOf(file);
  const name = object.metadata?.name ?? '';
  const version = versionOf(object);
  const review = before && reviewChange(before, object);
  const isBreaking = review?.compatibility === 'breaking';
  const hasMigration =
    kind === 'task' &&
    readMigrations(join(root, folders.tasks, name)).some((migration) => migration.version === version);
  const path = changelogOf(folders, kind, name);
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

/** The check of a definition that is gone: its bundles stay where they are, and its users get no updates any more. */
function goneCheck(file: string, before: Task | Pipeline | StepAction): VersionCheck {
  const version = versionOf(before);
  return { kind: kindOf(file), name: before.metadata?.name ?? '', version, review: undefined, problems: [] };
}

function changelogOf({ tasks, pipelines, stepActions }: CatalogFolders, kind: Kind, name: string): string {
  if (kind === 'pipeline') return `${pipelines}/${name}.changelog.md`;
  return `${kind === 'task' ? tasks : stepActions}/${name}/CHANGELOG.md`;
}

function kindOf(file: string): Kind {
  const folder = file.split('/').at(-2);
  return folder === 'pipelines' ? 'pipeline' : folder === 'stepactions' ? 'stepaction' : 'task';
}
