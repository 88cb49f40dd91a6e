import type { AddressInfo } from 'node:net';
import type { ClusterApi } from '#lib/cluster-api';
import type { EnvVar, PodTemplate, TaskSpec, VolumeMount } from '../model/api.ts';
import type { Objects } from '../objects/objects.ts';
import type { BackendPod } from '../pod/backend.ts';
import type { PodFacts } from '../pod/environment.ts';

/** What a pod has where there is an API, and nothing where there is none. */
export interface ClusterAccount {
  /** The spec with what Kubernetes adds to each container; only for the pod, a TaskRun does not show it. */
  readonly spec: TaskSpec;
  readonly objects: Objects;
  /** The pod is over: its token is worth nothing. */
  readonly end: () => void;
}

/** Kubernetes' own names (plugin/pkg/admission/serviceaccount/admission.go). */
const VOLUME = 'kube-api-access';
const MOUNT: VolumeMount = {
  name: VOLUME,
  mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
  readOnly: true,
};
const ROOT_CA = 'kube-root-ca.crt';

/**
 * Lets the API answer in the network of a pod, and gives its containers what a cluster gives them to ask it: address,
 * authority, and the token of their ServiceAccount, unless the pod or the account wants none.
 */
export async function giveAccount(
  cluster: ClusterApi | undefined,
  pod: BackendPod,
  { namespace, serviceAccount: name }: PodFacts,
  spec: TaskSpec,
  objects: Objects,
  template: PodTemplate | undefined,
): Promise<ClusterAccount> {
  if (cluster === undefined) return { spec, objects, end: () => undefined };
  const listener = await pod.listen();
  cluster.serve(listener);
  const { port } = listener.address() as AddressInfo;
  const token = cluster.admit({ namespace, name });
  const account = objects.serviceAccounts.get(name);
  const isMounted = template?.automountServiceAccountToken ?? account?.automountServiceAccountToken ?? true;
  return {
    spec: withMount(withEnvironment(spec, String(port)), isMounted),
    objects: {
      ...objects,
      apiToken: Buffer.from(token),
      configMaps: new Map([
        [ROOT_CA, { metadata: { name: ROOT_CA }, data: { 'ca.crt': cluster.ca } }],
        ...objects.configMaps,
      ]),
    },
    end: () => cluster.revoke(token),
  };
}

/** A kubelet makes variables of the service `kubernetes`; these are the ones by which clients find it. */
function withEnvironment(spec: TaskSpec, port: string): TaskSpec {
  const api: readonly EnvVar[] = [
    { name: 'KUBERNETES_SERVICE_HOST', value: '127.0.0.1' },
    { name: 'KUBERNETES_SERVICE_PORT', value: port },
    { name: 'KUBERNETES_SERVICE_PORT_HTTPS', value: port },
  ];
  // Before a container's own, which win.
  const before = <C extends { readonly env?: readonly EnvVar[] | undefined }>(container: C): C => ({
    ...container,
    env: [...api, ...(container.env ?? [])],
  });
  return {
    ...spec,
    stepTemplate: before(spec.stepTemplate ?? {}),
    ...(spec.sidecars && { sidecars: spec.sidecars.map(before) }),
  };
}

function withMount(spec: TaskSpec, isMounted: boolean): TaskSpec {
  if (!isMounted) return spec;
  const taken = (mounts: readonly VolumeMount[] = []) =>
    mounts.some(({ mountPath }) => mountPath === MOUNT.mountPath);
  const mounted = <C extends { readonly volumeMounts?: readonly VolumeMount[] | undefined }>(
    container: C,
  ): C =>
    taken(container.volumeMounts)
      ? container
      : { ...container, volumeMounts: [...(container.volumeMounts ?? []), MOUNT] };
  const sources = [
    { serviceAccountToken: { path: 'token' } },
    { configMap: { name: ROOT_CA, items: [{ key: 'ca.crt', path: 'ca.crt' }] } },
    { downwardAPI: { items: [{ path: 'namespace', fieldRef: { fieldPath: 'metadata.namespace' } }] } },
  ];
  return {
    ...spec,
    ...(spec.steps && !taken(spec.stepTemplate?.volumeMounts) && { steps: spec.steps.map(mounted) }),
    ...(spec.sidecars && { sidecars: spec.sidecars.map(mounted) }),
    volumes: [...(spec.volumes ?? []), { name: VOLUME, projected: { sources } }],
  };
}
