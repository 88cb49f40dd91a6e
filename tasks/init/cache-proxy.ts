import { ExpectedError } from '#lib/errors';
import { own, quoted } from '#lib/text';

export interface CacheProxy {
  readonly isAllowed: boolean;
  readonly httpProxy: string;
  readonly noProxy: string;
}

/** What Konflux' own task has where the cluster says nothing (its step's DEFAULT_HTTP_PROXY and DEFAULT_NO_PROXY). */
const DEFAULT = {
  httpProxy: 'squid.caching.svc.cluster.local:3128',
  noProxy: [
    'brew.registry.redhat.io',
    'docker.io',
    'gcr.io',
    'ghcr.io',
    'images.paas.redhat.com',
    'mirror.gcr.io',
    'nvcr.io',
    'quay.io',
    'registry-proxy.engineering.redhat.com',
    'registry.access.redhat.com',
    'registry.ci.openshift.org',
    'registry.fedoraproject.org',
    'registry.redhat.io',
    'registry.stage.redhat.io',
    'vault.habana.ai',
  ].join(','),
};

/** The spellings that Go's strconv.ParseBool takes, as konflux-build-cli reads the setting with it. */
const YES = ['1', 't', 'T', 'TRUE', 'true', 'True'];
const NO = ['0', 'f', 'F', 'FALSE', 'false', 'False'];

/**
 * What a cluster's settings say of its cache: allowed unless they forbid it, and the defaults where they name neither a
 * proxy nor hosts to spare (konflux-build-cli pkg/commands/cache_proxy.go).
 *
 * @throws {ExpectedError} for an `allow-cache-proxy` that is neither yes nor no
 */
export function cacheProxy(settings: Readonly<Record<string, string>>): CacheProxy {
  const allowed = own(settings, 'allow-cache-proxy') ?? '';
  const httpProxy = own(settings, 'http-proxy') ?? '';
  const noProxy = own(settings, 'no-proxy') ?? '';
  if (allowed !== '' && !YES.includes(allowed) && !NO.includes(allowed)) {
    throw new ExpectedError(
      `allow-cache-proxy of ConfigMap konflux-info/cluster-config is ${quoted(allowed)}, neither true nor false`,
      { hint: 'ask who runs the cluster, or build with enable-cache-proxy false' },
    );
  }
  const isAllowed = !NO.includes(allowed);
  return httpProxy === '' && noProxy === '' ? { isAllowed, ...DEFAULT } : { isAllowed, httpProxy, noProxy };
}
