export { type ServedPodman, servePodman } from './serve.ts';
