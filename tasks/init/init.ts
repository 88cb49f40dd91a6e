import { clusterConfig } from '#lib/konflux';
import { inCluster, readConfigMap } from '#lib/kube';
import { implement } from '#lib/step';
import { cacheProxy } from './cache-proxy.ts';
import { task } from './task.ts';

export default implement(task.steps.init, async ({ params, log, signal }) => {
  if (!params['enable-cache-proxy']) {
    log.info('no cache proxy: enable-cache-proxy is false');
    return { 'http-proxy': '', 'no-proxy': '' };
  }
  const access = await inCluster();
  const answer = access && (await readConfigMap(access, clusterConfig, signal));
  const settings = answer?.kind === 'found' ? answer.data : undefined;
  if (settings === undefined) {
    const why = access
      ? 'there is no ConfigMap konflux-info/cluster-config for this account'
      : 'this is no cluster';
    log.warn(`${why}: the defaults of Konflux are taken`);
  }
  const { isAllowed, httpProxy, noProxy } = cacheProxy(settings ?? {});
  if (!isAllowed) log.info('no cache proxy: the cluster does not allow it');
  return isAllowed ? { 'http-proxy': httpProxy, 'no-proxy': noProxy } : { 'http-proxy': '', 'no-proxy': '' };
});
