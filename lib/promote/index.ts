export { type CarryOutOptions, carryOut } from './carry-out.ts';
export type { Content } from './copy-content.ts';
export { PromotionError, TagMovedError, UnfitReleaseError } from './errors.ts';
export { createLimits, type Limits } from './limits.ts';
export { type Plan, type PlannedComponent, planPromotion } from './plan.ts';
export type { Companions, Promotion, PromotionTarget } from './promotion.ts';
export { planSummary, planTable } from './report.ts';
export { nameOf, type PlannedTag } from './tags.ts';
