import type { Seen } from './fault-proxy.ts';

/** What was uploaded, mounted or put under its digest, as `<repository> <digest>`. */
export function writesOf(seen: readonly Seen[]): readonly string[] {
  return seen.flatMap(({ method, path }) => {
    const url = new URL(path, 'http://x');
    const repository = /^\/v2\/(?<name>.*)\/(?:blobs|manifests)\//.exec(url.pathname)?.groups?.name ?? '';
    const blob = url.searchParams.get('digest') ?? url.searchParams.get('mount');
    const manifest = /\/manifests\/(?<digest>sha256:\w+)$/.exec(url.pathname)?.groups?.digest;
    const digest = method === 'PUT' ? (manifest ?? blob) : method === 'POST' ? blob : null;
    return digest === null || digest === undefined ? [] : [`${repository} ${digest}`];
  });
}
