import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ClusterError } from './errors.ts';

/** Where the API of a cluster is, and who asks. */
export interface ClusterAccess {
  /** `https://host:port`, with a path in front of the API's own where there is one. */
  readonly url: URL;
  /** The cluster's own authorities, in PEM. */
  readonly ca: string;
  /** The account shows itself by a token, or by a certificate with its key. */
  readonly token?: string | undefined;
  readonly certificate?: { readonly cert: string; readonly key: string } | undefined;
}

/** Where a kubelet puts what the account of a pod has (kubernetes.io, "Accessing the Kubernetes API from a Pod"). */
const ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * The access that the account of this pod has; undefined outside a cluster, or where the pod is given no token.
 *
 * @throws {ClusterError} where the environment or the files are not those of a pod
 */
export async function inCluster(
  env: Readonly<Record<string, string | undefined>> = process.env,
  account: string = ACCOUNT,
): Promise<ClusterAccess | undefined> {
  const { KUBERNETES_SERVICE_HOST: host = '', KUBERNETES_SERVICE_PORT: port = '' } = env;
  if (host === '' || port === '') return undefined;
  const token = await textOf(join(account, 'token'));
  if (token === undefined) return undefined;
  const ca = await textOf(join(account, 'ca.crt'));
  if (ca === undefined)
    throw new ClusterError(`the account of this pod has a token, and no ${account}/ca.crt`);
  const url = URL.parse(`https://${host.includes(':') ? `[${host}]` : host}:${port}`);
  if (url === null) throw new ClusterError('KUBERNETES_SERVICE_HOST and _PORT are no address of a server');
  return { url, ca, token: token.trim() };
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new ClusterError(`cannot read ${path}: ${code}`);
  }
}
