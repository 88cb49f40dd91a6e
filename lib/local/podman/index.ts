export { findInvocation } from './find-invocation.ts';
export type { Invocation } from './invocation.ts';
export { type ServedPodman, servePodman } from './serve.ts';
