import {
  check,
  type KnownObjects,
  type Pipeline,
  type PipelineDefinition,
  type PipelineManifestOptions,
  pipelineManifest,
  type Task,
  type TaskDefinition,
  taskManifest,
} from '#lib/tekton';

/**
 * A task as a cluster gets it, with the step image in it.
 *
 * @throws {InvalidObjectError} for what a cluster would refuse, with the path of each field
 */
export function taskObject(task: TaskDefinition, stepImage: string): Task {
  return check(plain(taskManifest(task, { image: stepImage })));
}

/**
 * A pipeline as a cluster gets it, checked against the objects that it refers to.
 *
 * @throws {InvalidObjectError}
 */
export function pipelineObject(
  pipeline: PipelineDefinition,
  options: PipelineManifestOptions,
  known: KnownObjects,
): Pipeline {
  return check(plain(pipelineManifest(pipeline, options)), known);
}

/** As a reader of the YAML sees it: without what is undefined. */
function plain<T>(object: T): T {
  return JSON.parse(JSON.stringify(object)) as T;
}
