import type { Pipeline, PipelineDefinition, PipelineTask } from '#lib/tekton';
import { defaultFolders } from '../catalog.ts';
import { bundleName } from '../published.ts';
import { destinationsOf } from './destinations.ts';
import { link, page, paramColumns, paramRow, type Row, rowsOf, section } from './page.ts';
import { pipelineSnippet } from './snippet.ts';
import type { PageCatalog } from './task-page.ts';

/** The reference page of a pipeline, made from its definition alone. */
export function pipelinePage(
  pipeline: PipelineDefinition,
  manifest: Pipeline,
  catalog: PageCatalog & { readonly tasks: readonly { readonly name: string }[] },
): string {
  const { description, results = [], workspaces = [], tasks = [], finally: last = [] } = manifest.spec ?? {};
  const bundle = bundleName('pipeline', pipeline, catalog);
  const all = [...tasks, ...last];
  const params = rowsOf(pipeline.params, (entry) => ({
    ...paramRow(entry),
    'goes to': destinationsOf(`params.${entry[0]}`, all).join(', '),
  }));
  const kept = workspaces.map(({ name, description: what, optional }) => ({
    name,
    optional: optional === true ? 'yes' : '',
    description: what,
    'goes to': all.flatMap((task) => boundIn(task, name)).join(', '),
  }));
  const rows = [
    ...tasks.map((task) => taskRow(pipeline, task, catalog)),
    ...last.map((task) => taskRow(pipeline, task, catalog, true)),
  ];
  return page([
    `# ${pipeline.name} ${pipeline.version}`,
    `<!-- Generated from ${pipeline.name}.ts by \`bootc-catalog generate\`. -->`,
    description ?? '',
    linksOf(pipeline, catalog),
    bundle === undefined ? '' : pipelineSnippet(pipeline, bundle),
    section('Parameters', [...paramColumns, 'goes to'], params),
    section(
      'Results',
      ['name', 'type', 'description', 'from'],
      results.map(({ name, type, description: what, value }) => ({
        name,
        type,
        description: what,
        from: code(typeof value === 'string' ? value : JSON.stringify(value)),
      })),
    ),
    section('Workspaces', ['name', 'optional', 'description', 'goes to'], kept),
    section('Tasks', ['name', 'task', 'waits for', 'runs'], rows),
    failures(all.length),
  ]);
}

function linksOf({ name }: PipelineDefinition, { folders = defaultFolders }: PageCatalog): string {
  const own = `${folders.pipelines}/${name}.md`;
  const to = (text: string, path: string) => link(text, own, path);
  return [
    to('what has changed', `${folders.pipelines}/${name}.changelog.md`),
    to('the definition', `${folders.pipelines}/${name}.ts`),
    to('the YAML', `${folders.rendered}/pipelines/${name}.yaml`),
  ].join(' · ');
}

function failures(count: number): string {
  return count === 0
    ? ''
    : '## When it fails\n\nThe message of the run names the task that failed; its page says what mends it. Tasks that waited for it are skipped, and those of `finally` run.';
}

function boundIn({ name, workspaces = [] }: PipelineTask, workspace: string): readonly string[] {
  return workspaces.filter((use) => use.workspace === workspace).map((use) => code(`${name}.${use.name}`));
}

function taskRow(
  { tasks, finally: last }: PipelineDefinition,
  task: PipelineTask,
  { folders = defaultFolders, tasks: own }: Parameters<typeof pipelinePage>[2],
  isLast = false,
): Row {
  const node = [...tasks, ...last].find(({ name }) => name === task.name);
  const target = node?.target.name ?? '';
  const isOwn = own.some(({ name }) => name === target) && task.taskRef?.resolver === undefined;
  const from = `${folders.pipelines}/x.md`;
  const when = (task.when ?? []).map((one) =>
    'cel' in one && one.cel !== undefined
      ? one.cel
      : `${one.input} ${one.operator} ${(one.values ?? []).join(', ')}`,
  );
  const matrix = (task.matrix?.params ?? []).map(({ name }) => name);
  return {
    name: task.name,
    task: isOwn ? link(target, from, `${folders.tasks}/${target}/README.md`) : target,
    'waits for': isLast
      ? 'all (finally)'
      : waitsFor(
          task,
          tasks.map(({ name }) => name),
        )
          .map(code)
          .join(', '),
    runs: [
      ...(matrix.length > 0 ? [`once for each ${matrix.map(code).join(' and ')}`] : []),
      ...(when.length > 0 ? [`when ${when.map(code).join(' and ')}`] : []),
    ].join('; '),
  };
}

/** Those whose results it takes, and those that it is told to wait for. */
function waitsFor(task: PipelineTask, names: readonly string[]): readonly string[] {
  const text = JSON.stringify(task);
  const named = names.filter((name) => text.includes(`$(tasks.${name}.`));
  return [...new Set([...named, ...(task.runAfter ?? [])])];
}

function code(text: string): string {
  return `\`${text}\``;
}
