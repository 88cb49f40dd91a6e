import type { Step, Task, TaskDefinition } from '#lib/tekton';
import { type Catalog, defaultFolders } from '../catalog.ts';
import { bundleName } from '../published.ts';
import {
  link,
  needsOf,
  page,
  paramColumns,
  paramRow,
  type Row,
  resultRow,
  rowsOf,
  section,
  tableOf,
} from './page.ts';
import { taskSnippet } from './snippet.ts';

export type PageCatalog = Pick<Catalog, 'folders' | 'publication' | 'published'>;

/** The reference page of a task, made from its definition alone. */
export function taskPage(task: TaskDefinition, manifest: Task, catalog: PageCatalog = {}): string {
  const { description, workspaces = [], steps = [] } = manifest.spec ?? {};
  const bundle = bundleName('task', task, catalog);
  return page([
    `# ${task.name} ${task.version}`,
    '<!-- Generated from task.ts by `bootc-catalog generate`. -->',
    description ?? '',
    linksOf(task, catalog),
    needsOf(manifest),
    bundle === undefined ? '' : taskSnippet(task, bundle),
    section('Parameters', paramColumns, rowsOf(task.params, paramRow)),
    section('Results', ['name', 'type', 'description'], rowsOf(task.results, resultRow)),
    section('Workspaces', ['name', 'optional', 'readOnly', 'description'], workspaces),
    section('Steps', ['name', 'cpu', 'memory', 'timeout', 'privileges'], steps.map(stepRow(task))),
    failuresOf(task),
    task.definition.documentation ?? '',
  ]);
}

function linksOf({ name }: TaskDefinition, { folders = defaultFolders }: PageCatalog): string {
  const own = `${folders.tasks}/${name}/README.md`;
  const to = (text: string, path: string) => link(text, own, path);
  return [
    to('what has changed', `${folders.tasks}/${name}/CHANGELOG.md`),
    to('the definition', `${folders.tasks}/${name}/task.ts`),
    to('the YAML', `${folders.rendered}/tasks/${name}.yaml`),
  ].join(' · ');
}

/** What holds for every step of ours, and what the definition says of this task. */
function failuresOf({ definition }: TaskDefinition): string {
  const hasOwnStep = Object.values(definition.steps).some(
    (step) => !('image' in step) && !('action' in step),
  );
  const rows = Object.entries(definition.failures ?? {}).map(([says, mend]) => ({ says, mend }));
  const every =
    'A step ends with 2 for a param that is not of its form, with 143 when it is told to end, and with 1 for all else; the last lines of its log begin with `error:` and `hint:`.';
  const parts = [hasOwnStep ? every : '', rows.length === 0 ? '' : tableOf(['says', 'mend'], rows)];
  const text = parts.filter((part) => part !== '').join('\n\n');
  return text === '' ? '' : `## When it fails\n\n${text}`;
}

function stepRow(task: TaskDefinition): (step: Step) => Row {
  return ({ name, computeResources, timeout, securityContext }) => {
    const definition = task.definition.steps[name];
    const reason = definition && 'privileges' in definition ? definition.privileges?.why : undefined;
    const user =
      securityContext?.runAsUser === 0
        ? 'root'
        : securityContext?.runAsNonRoot === true
          ? undefined
          : "the image's user";
    const added = securityContext?.capabilities?.add;
    const rights = [user, ...(added ?? [])].filter((right) => right !== undefined).join(', ');
    return {
      name,
      cpu: computeResources?.requests?.cpu,
      memory: computeResources?.limits?.memory,
      timeout,
      privileges: reason === undefined ? 'none' : `${rights}: ${reason}`,
    };
  };
}
