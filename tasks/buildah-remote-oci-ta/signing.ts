import { inCluster, readConfigMap } from '#lib/kube';
import { UnsupportedBuildError } from './buildah.ts';

/** Settings of a cluster that together ask for keyless signatures; of a service one address is enough. */
const settings = [
  ['defaultOIDCIssuer'],
  ['rekorInternalUrl', 'rekorExternalUrl'],
  ['fulcioInternalUrl', 'fulcioExternalUrl'],
  ['tufInternalUrl', 'tufExternalUrl'],
] as const;

/**
 * Asks the cluster, if there is one, before anything is built: nothing may be pushed that would have to be signed.
 *
 * @throws {UnsupportedBuildError} as `refuseSigning` does
 */
export async function refuseClusterSigning(signal: AbortSignal): Promise<void> {
  const access = await inCluster();
  const where = { namespace: 'konflux-info', name: 'cluster-config' };
  refuseSigning((access && (await readConfigMap(access, where, signal))) ?? {});
}

/**
 * ConfigMap konflux-info/cluster-config decides about keyless signing: none of the four settings is off.
 *
 * @throws {UnsupportedBuildError} with those that are missing, or where all are there, as nothing here signs yet
 */
export function refuseSigning(config: Readonly<Record<string, string>>): void {
  const missing = settings.filter((names) => names.every((name) => (config[name] ?? '') === ''));
  if (missing.length === settings.length) return;
  if (missing.length > 0) {
    const names = missing.map((one) => one.join(' or ')).join(', ');
    throw new UnsupportedBuildError(
      `the cluster is set up for keyless signing in part: there is no ${names}`,
      {
        hint: 'set all of them in ConfigMap konflux-info/cluster-config, or none',
      },
    );
  }
  throw new UnsupportedBuildError('the cluster asks for keyless signatures, which are not supported yet');
}
