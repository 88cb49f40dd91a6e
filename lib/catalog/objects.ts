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
  type TaskRef,
  taskManifest,
  tellProblems,
  validate,
} from '#lib/tekton';
import { refuseFindings } from './refuse-findings.ts';

/**
 * A StepAction as a cluster gets it, with the step image in it unless it names one of its own.
 *
 * @throws {InvalidDefinitionError} for what a cluster would refuse, with the name and the file of each thing
 */
export function stepActionObject(action: StepActionDefinition, image: string): StepAction {
  return checked(subjectOf('StepAction', action), stepActionManifest(action, { image }), {}, action.waives);
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
  const manifest = taskManifest(task, { image, ...options });
  return checked(subjectOf('task', task), manifest, known, task.definition.waives);
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
  const manifest = pipelineManifest(pipeline, options);
  const all = { ...known, tasks: (ref: TaskRef) => externalTask(pipeline, ref) ?? known.tasks?.(ref) };
  return checked(subjectOf('pipeline', pipeline), manifest, all, pipeline.options.waives);
}

/** The interface of a task of somebody else, by the reference that the object has to it. */
function externalTask({ tasks, finally: last }: PipelineDefinition, ref: TaskRef): Task | undefined {
  const text = JSON.stringify(ref);
  for (const { target } of [...tasks, ...last]) {
    if ('generated' in target && JSON.stringify(target.taskRef) === text) return target.object;
  }
  return undefined;
}

function checked<T>(
  subject: string,
  manifest: T,
  known: KnownObjects,
  waives: Readonly<Record<string, string>> | undefined,
): T {
  const object = plain(manifest);
  const problems = validate(object, known);
  if (problems.length === 0) {
    refuseFindings(subject, object, known, waives);
    return object;
  }
  const named = problems.map((problem) => ({ ...problem, path: namedPath(object, problem.path) }));
  throw new InvalidDefinitionError(subject, tellProblems(named));
}

/** As a reader of the YAML sees it: without what is undefined. */
function plain<T>(object: T): T {
  return JSON.parse(JSON.stringify(object)) as T;
}
