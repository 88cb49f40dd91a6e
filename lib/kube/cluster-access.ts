import { type ClusterAccess, inCluster } from './access.ts';
import { ClusterError } from './errors.ts';
import { readKubeconfig } from './kubeconfig.ts';

/**
 * The access that this step has: of the kubeconfig that KUBECONFIG names, as kubectl has it, and else of the pod's account.
 *
 * @throws {ClusterError} where there is neither
 */
export async function clusterAccess(
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ClusterAccess> {
  const { KUBECONFIG: kubeconfig = '' } = env;
  const access = kubeconfig === '' ? await inCluster(env) : await readKubeconfig(kubeconfig);
  if (access !== undefined) return access;
  throw new ClusterError('there is no cluster to ask: this pod has no account with a token', {
    hint: 'run it in a pod whose account has a token, or let KUBECONFIG name a file',
  });
}
