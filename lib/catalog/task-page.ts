import type { Step, Task, TaskDefinition } from '#lib/tekton';
import { needsOf, page, type Row, section } from './page.ts';

/** The reference page of a task, made from its definition alone. */
export function taskPage(task: TaskDefinition, manifest: Task): string {
  const { description, params = [], results = [], workspaces = [], steps = [] } = manifest.spec ?? {};
  return page([
    `# ${task.name} ${task.version}`,
    '<!-- Generated from task.ts by `bootc-catalog generate`. -->',
    description ?? '',
    needsOf(manifest),
    section('Parameters', ['name', 'type', 'default', 'description'], params),
    section('Results', ['name', 'type', 'description'], results),
    section('Workspaces', ['name', 'optional', 'readOnly', 'description'], workspaces),
    section('Steps', ['name', 'cpu', 'memory', 'timeout', 'privileges'], steps.map(stepRow(task))),
    task.definition.documentation ?? '',
  ]);
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
