import {
  elapsed,
  isObject,
  logTail,
  type RunModel,
  runModel,
  type StoredRun,
  type TaskModel,
  type TaskRunModel,
} from '#lib/runs';
import type { Param, WorkspaceBinding } from '#lib/tekton/objects';
import { jsonOf, printable as oneLine, own, table, visibleJson, withoutControls } from '#lib/text';

const TAIL = 20;

/** A run in words, in the order in which `tkn pipelinerun describe` tells it, with the last lines of what failed. */
export async function describeRun(stored: StoredRun): Promise<string> {
  const { summary, run } = stored;
  const model = runModel(stored);
  const { params = [], workspaces = [] } = run?.spec ?? {};
  const directories = directoriesOf(run?.metadata?.annotations);
  const results: readonly Param[] = run?.status?.results ?? [];
  const lines = [
    `Name:      ${oneLine(summary.name)}`,
    `Kind:      ${summary.kind}`,
    ...(summary.pipeline === '' ? [] : [`Pipeline:  ${oneLine(summary.pipeline)}`]),
    `Started:   ${oneLine(summary.startedAt)}`,
    `Duration:  ${elapsed(summary.seconds)}`,
    `Status:    ${summary.status}${summary.reason === summary.status ? '' : ` (${oneLine(summary.reason)})`}`,
    ...(summary.message === '' ? [] : [`Message:   ${withoutControls(summary.message)}`]),
    `Directory: ${oneLine(summary.directory)}`,
    ...section('Params', params.map(nameAndValue)),
    ...section('Results', results.map(nameAndValue)),
    ...section(
      'Workspaces',
      workspaces.map(
        (binding) => `  ${oneLine(`${binding.name}: ${directories[binding.name ?? ''] ?? kindOf(binding)}`)}`,
      ),
    ),
    ...(model ? taskLines(model.tasks) : []),
    ...(model ? await failureLines(summary.directory, model) : []),
  ];
  return `${lines.join('\n')}\n`;
}

/** A directory of this machine is no binding of Tekton's: the engine keeps it in an annotation. */
function directoriesOf(annotations: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const text = own(annotations, 'bootc-catalog/workspace-directories');
  const found = text === undefined ? undefined : jsonOf(text);
  return isObject(found)
    ? Object.fromEntries(Object.entries(found).map(([name, path]) => [name, String(path)]))
    : {};
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines];
}

function nameAndValue({ name, value }: Param): string {
  return `  ${oneLine(name)}: ${typeof value === 'string' ? withoutControls(value.trimEnd()) : visibleJson(value)}`;
}

function kindOf({ name: _, subPath, ...binding }: WorkspaceBinding): string {
  const [kind = 'none', value] = Object.entries(binding)[0] ?? [];
  const named = value as {
    readonly claimName?: string;
    readonly secretName?: string;
    readonly name?: string;
  };
  const target = named?.claimName ?? named?.secretName ?? named?.name;
  return [kind, target, subPath && `(${subPath})`].filter(Boolean).join(' ');
}

function taskLines(tasks: readonly TaskModel[]): readonly string[] {
  const rows = tasks.flatMap(({ name, runs, status, note }) =>
    runs.length === 0
      ? [[name, '', '', '', note === '' ? status : `${status}: ${note}`]]
      : runs.map((run) => [
          run.label,
          run.taskRun,
          new Date(run.startedAt).toISOString().slice(11, 19),
          elapsed((run.endedAt - run.startedAt) / 1_000),
          run.attempts === 1 ? reasonOf(run) : `${reasonOf(run)} (tries: ${run.attempts})`,
        ]),
  );
  return section('Tasks', indented(table(['TASK', 'TASKRUN', 'STARTED', 'DURATION', 'STATUS'], rows)));
}

function indented(text: string): readonly string[] {
  return text
    .trimEnd()
    .split('\n')
    .map((line) => `  ${line}`);
}

function reasonOf({ status, reason }: TaskRunModel): string {
  return reason === '' || reason === status ? status : `${status} (${reason})`;
}

async function failureLines(directory: string, { tasks }: RunModel): Promise<readonly string[]> {
  const failed = tasks.flatMap(({ runs }) => runs).filter(({ status }) => status === 'Failed');
  const lists = await Promise.all(
    failed.map(async (run) => {
      const step = run.steps.findLast(({ exitCode }) => exitCode !== 0);
      const tail = step ? await logTail(directory, run.taskRun, step.name, TAIL) : [];
      return [
        '',
        `${oneLine(run.label)} failed: ${withoutControls(run.message)}`,
        ...tail.map(({ text }) => `  [${oneLine(`${run.label} : ${step?.name}`)}] ${withoutControls(text)}`),
      ];
    }),
  );
  return lists.flat();
}
