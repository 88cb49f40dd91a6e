export type * from './api.gen.ts';
export type { Argument, Arguments, Literal } from './arguments.ts';
export { loadCelCheck } from './cel.ts';
export { type Condition, cel, equals, noneOf, oneOf } from './condition.ts';
export { type Feature, type FeatureNeeds, featureFlags } from './feature-flags.ts';
export { flagProblems } from './flag-problems.ts';
export type { Finding } from './lint/finding.ts';
export { lint } from './lint.ts';
export {
  type ManifestOptions,
  STEP_DIRECTORY,
  stepActionManifest,
  stepArguments,
  taskManifest,
} from './manifest.ts';
export {
  definePipeline,
  type ExternalTask,
  embedded,
  type Pipeline as PipelineDefinition,
  type PipelineScope,
  type TaskNode,
} from './pipeline.ts';
export { type PipelineManifestOptions, pipelineManifest } from './pipeline-manifest.ts';
export { definePipelineRun } from './pipeline-run.ts';
export { InvalidDefinitionError, InvalidObjectError, type Problem } from './problem.ts';
export { at, isRef, key, type Ref, ref, text } from './ref.ts';
export type { KnownObjects } from './rules/known.ts';
export {
  Count,
  Digest,
  descriptionOf,
  Flag,
  ImageRef,
  ImageUrl,
  json,
  Platform,
  type Schema,
  type Schemas,
  Text,
  type Values,
  wireDefault,
  wireShape,
  wireType,
} from './schema.ts';
export { defineStepAction, type StepAction as StepActionDefinition } from './step-action.ts';
export { checkStructure, type Decoded, decode, type StructureOptions } from './structure.ts';
export { defineTask, type Step as StepDefinition, type Task as TaskDefinition, uses } from './task.ts';
export { check, type ValidateOptions, validate } from './validate.ts';
export { toYaml } from './yaml.ts';
