import type { Params } from '../request.ts';

/** The params of the step on a host: a proxy of the cluster is not reached from there, and left out as in Konflux. */
export function hostParams(params: Params): Params {
  const host = params.HTTP_PROXY.replace(/^[a-z]+:\/\//i, '').replace(/[:/].*$/, '');
  return host.endsWith('.cluster.local') ? { ...params, HTTP_PROXY: '', NO_PROXY: '' } : params;
}
