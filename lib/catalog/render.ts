import {
  type PipelineDefinition,
  pipelineManifest,
  type TaskDefinition,
  taskManifest,
  toYaml,
} from '#lib/tekton';
import { taskPage } from './task-page.ts';

export interface Catalog {
  readonly tasks: readonly TaskDefinition[];
  readonly pipelines: readonly PipelineDefinition[];
  readonly stepImage: string;
}

/** Every generated file of the repository: path to text. The same catalog gives the same bytes. */
export function renderCatalog({ tasks, pipelines, stepImage }: Catalog): Map<string, string> {
  const options = { image: stepImage };
  const files = new Map<string, string>();
  for (const task of tasks) {
    const manifest = taskManifest(task, options);
    files.set(`bundles/rendered/tasks/${task.name}.yaml`, toYaml(manifest));
    files.set(`tasks/${task.name}/README.md`, taskPage(task, manifest));
  }
  for (const pipeline of pipelines) {
    const manifest = pipelineManifest(pipeline, options);
    files.set(`bundles/rendered/pipelines/${pipeline.name}.yaml`, toYaml(manifest));
  }
  return files;
}
