import type { Step, Task, TaskDefinition } from '#lib/tekton';

type Row = Readonly<Record<string, unknown>>;

/** The reference page of a task, made from its definition alone. */
export function taskPage(task: TaskDefinition, manifest: Task): string {
  const { description, params = [], results = [], workspaces = [], steps = [] } = manifest.spec ?? {};
  const sections = [
    `# ${task.name} ${task.version}`,
    '<!-- Generated from task.ts by `make generate`. -->',
    description ?? '',
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
    const user = securityContext?.runAsUser === 0 ? 'root' : undefined;
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
