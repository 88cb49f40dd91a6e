import { type PipelineDefinition, type Task, type TaskDefinition, toYaml } from '#lib/tekton';
import { pipelineObject, taskObject } from './objects.ts';
import { taskPage } from './task-page.ts';

export interface Catalog {
  readonly tasks: readonly TaskDefinition[];
  readonly pipelines: readonly PipelineDefinition[];
  readonly stepImage: string;
}

/**
 * Every generated file of the repository: path to text. The same catalog gives the same bytes.
 *
 * @throws {InvalidDefinitionError} for what a cluster would refuse, with the name and the file of each thing
 */
export function renderCatalog({ tasks, pipelines, stepImage }: Catalog): Map<string, string> {
  const files = new Map<string, string>();
  const known = new Map<string, Task>();
  for (const task of tasks) {
    const object = taskObject(task, stepImage);
    known.set(task.name, object);
    files.set(`bundles/rendered/tasks/${task.name}.yaml`, toYaml(object));
    files.set(`tasks/${task.name}/README.md`, taskPage(task, object));
  }
  for (const pipeline of pipelines) {
    const object = pipelineObject(
      pipeline,
      { image: stepImage },
      { tasks: ({ name = '' }) => known.get(name) },
    );
    files.set(`bundles/rendered/pipelines/${pipeline.name}.yaml`, toYaml(object));
  }
  return files;
}
