export { type ClusterAccess, inCluster } from './access.ts';
export { mayI, type Permission } from './access-review.ts';
export { clusterAccess } from './cluster-access.ts';
export { type ConfigMapAnswer, readConfigMap } from './config-map.ts';
export { ClusterError, InvalidObjectNameError } from './errors.ts';
export { readKubeconfig } from './kubeconfig.ts';
export { rbacRule } from './rbac.ts';
export { requireResource } from './require-resource.ts';
export {
  type ApiObject,
  getResource,
  type ObjectName,
  parseObjectName,
  patchStatus,
  type ResourceAnswer,
  type ResourceType,
} from './resource.ts';
