import { dirname } from 'node:path';
import type { PipelineDefinition, StepActionDefinition, TaskDefinition } from '#lib/tekton';
import { type Catalog, defaultFolders } from '../catalog.ts';
import { bundleName } from '../published.ts';
import { link, page, type Row, tableOf } from './page.ts';

/** Where the index of a catalog lies: beside what is rendered, and never in place of the catalog's own README. */
export function indexFile({ folders = defaultFolders }: Pick<Catalog, 'folders'>): string {
  const folder = dirname(folders.rendered);
  return folder === '.' ? 'CATALOG.md' : `${folder}/README.md`;
}

/** All that is published, with the reference by which others take it. */
export function indexPage(catalog: Catalog): string {
  const { tasks, pipelines, stepActions = [], folders = defaultFolders } = catalog;
  const own = indexFile(catalog);
  const row =
    (kind: 'task' | 'pipeline' | 'stepaction', to: string) =>
    (one: Shown): Row => ({
      '': link(one.name, own, to.replace('*', one.name)),
      version: one.version,
      'what it does': firstSentence(one.description),
      bundle: bundleCell(kind, one, catalog),
    });
  const byCategory = Map.groupBy(tasks, ({ definition }) => definition.categories?.[0] ?? 'Tasks');
  const sections = [
    heading('Pipelines', pipelines.map(row('pipeline', `${folders.pipelines}/*.md`))),
    ...[...byCategory]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([category, list]) =>
        heading(
          category === 'Tasks' ? category : `Tasks: ${category}`,
          list.map(row('task', `${folders.tasks}/*/README.md`)),
        ),
      ),
    heading('StepActions', stepActions.map(row('stepaction', `${folders.stepActions}/*/README.md`))),
  ];
  return page([
    '# What is in this catalog',
    '<!-- Generated from the definitions by `bootc-catalog generate`. -->',
    statusOf(catalog),
    ...sections,
  ]);
}

type Shown = TaskDefinition | PipelineDefinition | StepActionDefinition;

const columns = ['', 'version', 'what it does', 'bundle'] as const;

function heading(title: string, rows: readonly Row[]): string {
  return rows.length === 0 ? '' : `## ${title}\n\n${tableOf(columns, rows)}`;
}

function statusOf(catalog: Catalog): string {
  const { tasks, pipelines, publication } = catalog;
  if (publication === undefined) return '';
  const all = [
    ...tasks.map((one) => bundleName('task', one, catalog)),
    ...pipelines.map((one) => bundleName('pipeline', one, catalog)),
  ];
  const isPublished = all.some((bundle) => bundle?.isPublished === true);
  const how =
    'The page of each has a block of YAML to copy. Refer to a version by its digest: `latest` and other tags move, and a run of tomorrow would be another one than that of today.';
  return isPublished ? how : `${how} Nothing is published yet: there are no digests.`;
}

function firstSentence(text: string): string {
  return /^.*?[.:](?= |$)/s.exec(text)?.[0].replace(/:$/, '.') ?? text;
}

function bundleCell(kind: 'task' | 'pipeline' | 'stepaction', one: Shown, catalog: Catalog): string {
  const bundle = bundleName(kind, one, catalog);
  return bundle === undefined ? '' : `\`${bundle.reference}\``;
}
