export { type CarryOutOptions, carryOut, type PublishEvent } from './carry-out.ts';
export { PublishError, UnfitError, UnknownItemError } from './errors.ts';
export type { Item } from './item.ts';
export { repositoryOf, tagsOf } from './names.ts';
export { type Plan, type PlanInput, planPublication } from './plan.ts';
export { type Source, sourceOf } from './source.ts';
export type { StepImage } from './step-image.ts';
