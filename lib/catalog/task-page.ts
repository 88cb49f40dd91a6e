import { featureFlags, type Step, type Task, type TaskDefinition } from '#lib/tekton';

type Row = Readonly<Record<string, unknown>>;

/** The reference page of a task, made from its definition alone. */
export function taskPage(task: TaskDefinition, manifest: Task): string {
  const { description, params = [], results = [], workspaces = [], steps = [] } = manifest.spec ?? {};
  const sections = [
    `# ${task.name} ${task.version}`,
    '<!-- Generated from task.ts by `make generate`. -->',
    description ?? '',
    needs(manifest),
    section('Parameters', ['name', 'type', 'default', 'description'], params),
    section('Results', ['name', 'type', 'description'], results),
    section('Workspaces', ['name', 'optional', 'readOnly', 'description'], workspaces),
    section('Steps', ['name', 'cpu', 'memory', 'timeout', 'privileges'], steps.map(stepRow(task))),
    task.definition.documentation ?? '',
  ];
  return `${sections.filter((text) => text !== '').join('\n\n')}\n`;
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

/** What is not on by default in every Tekton 1.x (docs/additional-configs.md, "Customizing the Pipelines Controller behavior"). */
function needs(manifest: Task): string {
  const { flags, features } = featureFlags(manifest);
  const lines = Object.entries(flags).map(([flag, value]) => {
    const names = new Set(features.filter((feature) => feature.flag === flag).map(({ name }) => name));
    return `Needs \`${flag}: ${value}\` in Tekton's ConfigMap \`feature-flags\`, for ${[...names].join(' and ')}.`;
  });
  return lines.join('\n');
}

function section(title: string, columns: readonly string[], rows: readonly object[]): string {
  if (rows.length === 0) return '';
  const lines = [
    columns,
    columns.map(() => '---'),
    ...rows.map((row) => columns.map((column) => cell((row as Row)[column], column))),
  ];
  return `## ${title}\n\n${lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}`;
}

function cell(value: unknown, column: string): string {
  if (value === undefined) return '';
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  const escaped = text.replaceAll('|', '\\|').replaceAll('\n', ' ');
  return column === 'default' || column === 'name' ? `\`${escaped === '' ? '""' : escaped}\`` : escaped;
}
