import { collect } from '../content.ts';
import { InvalidManifestError } from '../errors.ts';
import { parseObject } from '../manifest.ts';
import type { Options } from '../target.ts';
import { type Context, callOf, urlOf } from './context.ts';

const PAGE = 1000;
const MAX_PAGE = 16 * 1024 * 1024;

/** distribution-spec v1.1.1, "Listing Tags". */
export async function* listTags(context: Context, { signal }: Options): AsyncGenerator<string> {
  const name = `${context.registry}/${context.repository}`;
  let url: URL | undefined = urlOf(context, `tags/list?n=${PAGE}`);
  while (url !== undefined) {
    const response = await context.exchange.call({
      ...callOf(context, 'pull', signal),
      doing: `list the tags of ${name}`,
      method: 'GET',
      url,
      expect: [200],
      limit: MAX_PAGE,
    });
    const what = `the list of tags of ${name}`;
    const { tags } = parseObject(await collect(response.body), what);
    // Distribution answers null for a repository whose tags are all gone.
    if (tags !== null && tags !== undefined) {
      if (!Array.isArray(tags)) throw new InvalidManifestError(`${what} is none`);
      yield* tags as string[];
    }
    url = nextPage(response.headers.link, url);
  }
}

/** `<…>; rel="next"` (RFC 8288); the same page again would never end. */
export function nextPage(link: string | string[] | undefined, current: URL): URL | undefined {
  const target = /<(?<target>[^>]*)>\s*;[^,]*rel="?next"?/i.exec(String(link ?? ''))?.groups?.target;
  if (target === undefined) return undefined;
  const next = URL.parse(target, current.href);
  return next === null || next.origin !== current.origin || next.href === current.href ? undefined : next;
}
