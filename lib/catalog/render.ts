import {
  check,
  type PipelineDefinition,
  pipelineManifest,
  type Task,
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

/**
 * Every generated file of the repository: path to text. The same catalog gives the same bytes.
 *
 * @throws {InvalidObjectError} for what a cluster would refuse, with the path of each field
 */
export function renderCatalog({ tasks, pipelines, stepImage }: Catalog): Map<string, string> {
  const options = { image: stepImage };
  const files = new Map<string, string>();
  const known = new Map<string, Task>();
  for (const task of tasks) {
    const manifest = check(plain(taskManifest(task, options)));
    known.set(task.name, manifest);
    files.set(`bundles/rendered/tasks/${task.name}.yaml`, toYaml(manifest));
    files.set(`tasks/${task.name}/README.md`, taskPage(task, manifest));
  }
  for (const pipeline of pipelines) {
    const manifest = check(plain(pipelineManifest(pipeline, options)), {
      tasks: (ref) => known.get(ref.name ?? ''),
    });
    files.set(`bundles/rendered/pipelines/${pipeline.name}.yaml`, toYaml(manifest));
  }
  return files;
}

/** As a reader of the YAML sees it: without what is undefined. */
function plain<T>(object: T): T {
  return JSON.parse(JSON.stringify(object)) as T;
}
