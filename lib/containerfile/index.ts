export { InvalidContainerfileError } from './errors.ts';
export { type BuildInput, findContainerfile } from './find-containerfile.ts';
export type { HereDocument } from './here-documents.ts';
export { labelNames } from './label-names.ts';
export { type Containerfile, type Instruction, parseContainerfile } from './parse-containerfile.ts';
export { type BuildPlan, type PlannedStage, planBuild, type RequiredImage } from './plan-build.ts';
export { type ResolvedImage, resolveImages } from './resolve-images.ts';
export type { Origin, Use } from './stage.ts';
export { readTriggers, type Triggers } from './triggers.ts';
