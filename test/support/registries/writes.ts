import type { Seen } from './fault-proxy.ts';

/**
 * What was uploaded, or put under its digest, as `<repository> <digest>`. A mount copies nothing: it stands in place of the
 * question whether the blob is there.
 */
export function writesOf(seen: readonly Seen[]): readonly string[] {
  return seen.flatMap(({ method, path }) => {
    if (method !== 'PUT') return [];
    const url = new URL(path, 'http://x');
    const repository = /^\/v2\/(?<name>.*)\/(?:blobs|manifests)\//.exec(url.pathname)?.groups?.name ?? '';
    const manifest = /\/manifests\/(?<digest>sha256:\w+)$/.exec(url.pathname)?.groups?.digest;
    const digest = manifest ?? url.searchParams.get('digest');
    return digest === null ? [] : [`${repository} ${digest}`];
  });
}
