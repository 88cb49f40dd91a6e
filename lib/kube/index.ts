export { type ClusterAccess, inCluster } from './access.ts';
export { type ConfigMapAnswer, readConfigMap } from './config-map.ts';
export { ClusterError } from './errors.ts';
