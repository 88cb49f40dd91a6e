export { type Allowed, allowedOf, exampleOf } from './builders/allowed.ts';
export type { Argument, Arguments, Literal } from './builders/arguments.ts';
export { type Condition, cel, equals, noneOf, oneOf } from './builders/condition.ts';
export type { ExternalSpec } from './builders/external-schema.ts';
export {
  defineExternalTask,
  type ExternalInterface,
  type ExternalSource,
  type ExternalTask,
  inBundle,
  parseGitSource,
} from './builders/external-task.ts';
export {
  type ManifestOptions,
  STEP_DIRECTORY,
  stepActionManifest,
  stepArguments,
  taskManifest,
} from './builders/manifest.ts';
export { definePipeline, embedded } from './builders/pipeline.ts';
export { type PipelineManifestOptions, pipelineManifest } from './builders/pipeline-manifest.ts';
export { definePipelineRun } from './builders/pipeline-run.ts';
export type { FinallyNode, PipelineDefinition, PipelineScope, TaskNode } from './builders/pipeline-types.ts';
export { at, isRef, key, type Ref, ref } from './builders/ref.ts';
export {
  Count,
  Digest,
  descriptionOf,
  Flag,
  ImageRef,
  ImageUrl,
  inputSchema,
  json,
  Platform,
  type Schema,
  type Schemas,
  Text,
  type Values,
  wireDefault,
  wireShape,
  wireType,
} from './builders/schema.ts';
export { defineStepAction, type StepActionDefinition } from './builders/step-action.ts';
export { subjectOf } from './builders/subject.ts';
export {
  defineTask,
  type StepDefinition,
  type TaskDefinition,
  uses,
} from './builders/task.ts';
export { text } from './builders/text.ts';
export type { Workspace, WorkspacePaths, Workspaces } from './builders/workspaces.ts';
export * from './objects/index.ts';
