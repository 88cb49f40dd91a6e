import {
  InvalidDefinitionError,
  type KnownObjects,
  namedPath,
  type Pipeline,
  type PipelineDefinition,
  type PipelineManifestOptions,
  pipelineManifest,
  subjectOf,
  type Task,
  type TaskDefinition,
  taskManifest,
  tellProblems,
  validate,
} from '#lib/tekton';
import { type LintOptions, refuseFindings } from './refuse-findings.ts';

/**
 * A task as a cluster gets it, with the step image in it.
 *
 * @throws {InvalidDefinitionError} for what a cluster would refuse, with the name and the file of each thing
 */
export function taskObject(task: TaskDefinition, stepImage: string): Task {
  const { waives } = task.definition;
  const manifest = taskManifest(task, { image: stepImage });
  return checked(subjectOf('task', task), manifest, {}, { waives, stepImage });
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
  const { waives } = pipeline.options;
  return checked(subjectOf('pipeline', pipeline), pipelineManifest(pipeline, options), known, { waives });
}

function checked<T>(subject: string, manifest: T, known: KnownObjects, options: LintOptions): T {
  const object = plain(manifest);
  const problems = validate(object, known);
  if (problems.length === 0) {
    refuseFindings(subject, object, known, options);
    return object;
  }
  const named = problems.map((problem) => ({ ...problem, path: namedPath(object, problem.path) }));
  throw new InvalidDefinitionError(subject, tellProblems(named));
}

/** As a reader of the YAML sees it: without what is undefined. */
function plain<T>(object: T): T {
  return JSON.parse(JSON.stringify(object)) as T;
}
