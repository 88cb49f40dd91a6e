/** The TaskRun's number tells the runs of a matrix apart. */
export function label({ task, taskRun }: { readonly task: string; readonly taskRun: string }): string {
  const name = (task.split('/').at(-1) ?? '').replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const [, index] = new RegExp(`-${name}-(\\d+)$`).exec(taskRun) ?? [];
  return index === undefined ? task : `${task}-${index}`;
}
