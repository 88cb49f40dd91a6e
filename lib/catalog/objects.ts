import {
  check,
  type KnownObjects,
  type ManifestOptions,
  type Pipeline,
  type PipelineDefinition,
  type PipelineManifestOptions,
  pipelineManifest,
  type StepAction,
  type StepActionDefinition,
  stepActionManifest,
  type Task,
  type TaskDefinition,
  taskManifest,
} from '#lib/tekton';

/**
 * A StepAction as a cluster gets it.
 *
 * @throws {InvalidObjectError} for what a cluster would refuse, with the path of each field
 */
export function stepActionObject(action: StepActionDefinition): StepAction {
  return check(plain(stepActionManifest(action)));
}

/**
 * A task as a cluster gets it, with the step image in it, checked against the StepActions that it refers to.
 *
 * @throws {InvalidObjectError}
 */
export function taskObject(
  task: TaskDefinition,
  image: string,
  options: Omit<ManifestOptions, 'image'> = {},
  known: KnownObjects = {},
): Task {
  return check(plain(taskManifest(task, { image, ...options })), known);
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
