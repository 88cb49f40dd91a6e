import {
  InvalidDefinitionError,
  type KnownObjects,
  type ManifestOptions,
  namedPath,
  type Pipeline,
  type PipelineDefinition,
  type PipelineManifestOptions,
  pipelineManifest,
  type StepAction,
  type StepActionDefinition,
  stepActionManifest,
  subjectOf,
  type Task,
  type TaskDefinition,
  taskManifest,
  tellProblems,
  validate,
} from '#lib/tekton';

/**
 * A StepAction as a cluster gets it.
 *
 * @throws {InvalidDefinitionError} for what a cluster would refuse, with the name and the file of each thing
 */
export function stepActionObject(action: StepActionDefinition): StepAction {
  return checked(subjectOf('StepAction', action), stepActionManifest(action));
}

/**
 * A task as a cluster gets it, with the step image in it, checked against the StepActions that it refers to.
 *
 * @throws {InvalidDefinitionError}
 */
export function taskObject(
  task: TaskDefinition,
  image: string,
  options: Omit<ManifestOptions, 'image'> = {},
  known: KnownObjects = {},
): Task {
  return checked(subjectOf('task', task), taskManifest(task, { image, ...options }), known);
}

/**
 * A pipeline as a cluster gets it, checked against the objects that it refers to.
 *
 * @throws {InvalidDefinitionError}
 */
export function pipelineObject(
  pipeline: PipelineDefinition,
  options: PipelineManifestOptions,
  known: KnownObjects,
): Pipeline {
  return checked(subjectOf('pipeline', pipeline), pipelineManifest(pipeline, options), known);
}

function checked<T>(subject: string, manifest: T, known?: KnownObjects): T {
  const object = plain(manifest);
  const problems = validate(object, known);
  if (problems.length === 0) return object;
  const named = problems.map((problem) => ({ ...problem, path: namedPath(object, problem.path) }));
  throw new InvalidDefinitionError(subject, tellProblems(named));
}

/** As a reader of the YAML sees it: without what is undefined. */
function plain<T>(object: T): T {
  return JSON.parse(JSON.stringify(object)) as T;
}
