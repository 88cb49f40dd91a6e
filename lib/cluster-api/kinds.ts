/** A kind of objects, and how requests name it. */
export interface Kind {
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  /** Whether its status is a resource of its own (`subresources` of its CRD). */
  readonly hasStatus: boolean;
}

const KONFLUX = { group: 'appstudio.redhat.com', version: 'v1alpha1' } as const;
const CORE = { group: '', version: 'v1' } as const;
const RBAC = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const;

/** What can be asked for: beside ConfigMaps and Secrets, the custom resources of Konflux that a release reads. */
export const served: readonly Kind[] = [
  { kind: 'ConfigMap', plural: 'configmaps', hasStatus: false, ...CORE },
  { kind: 'Secret', plural: 'secrets', hasStatus: false, ...CORE },
  { kind: 'Release', plural: 'releases', hasStatus: true, ...KONFLUX },
  { kind: 'ReleasePlan', plural: 'releaseplans', hasStatus: true, ...KONFLUX },
  { kind: 'ReleasePlanAdmission', plural: 'releaseplanadmissions', hasStatus: true, ...KONFLUX },
  { kind: 'ReleaseServiceConfig', plural: 'releaseserviceconfigs', hasStatus: true, ...KONFLUX },
  { kind: 'Snapshot', plural: 'snapshots', hasStatus: true, ...KONFLUX },
  { kind: 'EnterpriseContractPolicy', plural: 'enterprisecontractpolicies', hasStatus: true, ...KONFLUX },
];

/** What says who may ask for what, and is not itself asked for. */
export const rules: readonly Kind[] = [
  { kind: 'Role', plural: 'roles', hasStatus: false, ...RBAC },
  { kind: 'RoleBinding', plural: 'rolebindings', hasStatus: false, ...RBAC },
  { kind: 'ClusterRole', plural: 'clusterroles', hasStatus: false, ...RBAC },
  { kind: 'ClusterRoleBinding', plural: 'clusterrolebindings', hasStatus: false, ...RBAC },
];

export function apiVersionOf({ group, version }: Kind): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `releases.appstudio.redhat.com`, as messages of an API name it. */
export function resourceName({ group, plural }: Pick<Kind, 'group' | 'plural'>): string {
  return group === '' ? plural : `${plural}.${group}`;
}
