/** The TaskRun's number tells the runs of a matrix apart. */
export function label({ task, taskRun }: { readonly task: string; readonly taskRun: string }): string {
  const [, index] = new RegExp(`-${task.split('/').at(-1)}-(\\d+)$`).exec(taskRun) ?? [];
  return index === undefined ? task : `${task}-${index}`;
}
