import { posix } from 'node:path';
import { Command } from 'commander';
import { newPipeline, newTask, type UsedTask } from '#lib/init';
import { type Schema, type TaskDefinition, wireDefault } from '#lib/tekton';
import { printable } from '#lib/text';
import { usageError } from '../options/arguments.ts';
import { catalogOption, loadCatalog } from './catalog-file.ts';

export function newCommand(): Command {
  return new Command('new')
    .description('Write the files of a new task or pipeline into a catalog.')
    .addCommand(taskCommand())
    .addCommand(pipelineCommand());
}

function taskCommand(): Command {
  return new Command('task')
    .description('Write a task that works: its definition, a step and its test, a changelog.')
    .argument('<name>', 'what it is called, such as mark-image')
    .option(...catalogOption)
    .addHelpText('after', '\nExample:\n  bootc-catalog new task mark-image && bootc-catalog generate')
    .action(async (name: string, { catalog: path }: { readonly catalog?: string }) => {
      const { root, folders, stepRunner } = await loadCatalog(path);
      tell(newTask(name, { root, folder: folders.tasks, stepRunner }));
    });
}

function pipelineCommand(): Command {
  return new Command('pipeline')
    .description('Write a pipeline of one task, which gets the params that the task needs.')
    .argument('<name>', 'what it is called, such as nightly')
    .requiredOption('--task <name>', 'task of the catalog that it begins with')
    .option(...catalogOption)
    .addHelpText(
      'after',
      '\nExample:\n  bootc-catalog new pipeline nightly --task sanity-check && bootc-catalog generate',
    )
    .action(async (name: string, options: { readonly task: string; readonly catalog?: string }) => {
      const { root, folders, stepRunner, tasks } = await loadCatalog(options.catalog);
      const task = tasks.find((one) => one.name === options.task);
      if (task === undefined) {
        throw usageError(
          `the catalog has no task ${printable(options.task)}`,
          `there are: ${tasks.map((one) => one.name).join(', ')}`,
        );
      }
      const from = posix.relative(folders.pipelines, `${folders.tasks}/${task.name}/task.ts`);
      tell(newPipeline(name, usedTask(task, from), { root, folder: folders.pipelines, stepRunner }));
    });
}

function usedTask({ name, params, workspaces }: TaskDefinition, from: string): UsedTask {
  const needed = ([, schema]: readonly [string, Schema]) => wireDefault(schema) === undefined;
  return {
    name,
    from,
    params: Object.entries(params)
      .filter(needed)
      .map(([param]) => param),
    workspaces: Object.entries(workspaces)
      .filter(([, { optional }]) => optional !== true)
      .map(([workspace]) => workspace),
  };
}

function tell(files: readonly string[]): void {
  process.stdout.write(files.map((file) => `${file}\n`).join(''));
  process.stderr.write('next: bootc-catalog generate writes its YAML and its page\n');
}
