export { type ClusterAccess, inCluster } from './access.ts';
export { readConfigMap } from './config-map.ts';
export { ClusterError } from './errors.ts';
