export type { Argument, Arguments, Literal } from './arguments.ts';
export { type Condition, cel, equals, noneOf, oneOf } from './condition.ts';
export type { Finding } from './lint/finding.ts';
export { lint } from './lint.ts';
export {
  type ManifestOptions,
  STEP_DIRECTORY,
  stepActionManifest,
  stepArguments,
  taskManifest,
} from './manifest.ts';
export * from './objects/index.ts';
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
export { at, isRef, key, type Ref, ref, text } from './ref.ts';
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
export { defineTask, type Step as StepDefinition, type Task as TaskDefinition, uses } from './task.ts';
