export { ClusterObjectError } from './errors.ts';
export type { ClusterObject } from './object.ts';
export { type ClusterApi, openClusterApi } from './open-cluster-api.ts';
