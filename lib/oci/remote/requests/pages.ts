import { quoted } from '#lib/text';
import { InvalidManifestError } from '../../model/errors.ts';
import { type Context, urlOf } from '../exchange/context.ts';
import type { HttpResponse } from '../http/transport.ts';

/** Ten million tags, of a registry that gives a thousand at a time. */
const MAX_PAGES = 10_000;

/** The pages of a list: one that cannot be read to its end is an error, never a short list. */
export interface Pages {
  readonly first: URL;
  /**
   * Where the page after this one is; undefined after the last.
   * @throws {InvalidManifestError} when the answer names a next page that cannot be understood, or that was read before
   */
  after(current: URL, response: HttpResponse): URL | undefined;
}

/** @param what for messages: `the list of tags of quay.io/a/b` */
export function createPages(context: Context, path: string, what: string): Pages {
  const first = urlOf(context, path);
  const seen = new Set([keyOf(first)]);
  const fail = (why: string): never => {
    throw new InvalidManifestError(`${what} cannot be read to its end: ${why}`);
  };
  return {
    first,
    after(current, { headers }) {
      const link = String(headers.link ?? '');
      if (!IS_NEXT.test(link)) return undefined;
      const target = TARGET.exec(link)?.groups?.target ?? '';
      const next = ownPage(target, current) ?? fail(`its next page is said to be at ${quoted(link)}`);
      if (seen.has(keyOf(next))) fail('its pages lead back to one that was there already');
      if (seen.size >= MAX_PAGES) fail(`it has more than ${MAX_PAGES} pages`);
      seen.add(keyOf(next));
      return next;
    },
  };
}

/** `<…>; rel="next"` (RFC 8288); an answer may have links of other kinds, too. */
const IS_NEXT = /;\s*rel\s*=\s*(?:next\b|"(?:[^"]*\s)?next(?:\s[^"]*)?")/i;
const TARGET = /<(?<target>[^>]*)>\s*(?:;[^,<]*)?;\s*rel\s*=\s*(?:next\b|"(?:[^"]*\s)?next(?:\s[^"]*)?")/i;

/**
 * A registry behind a gateway may name its next page by a scheme, a host or a path that are not ours (Artifactory leaves out
 * its repository, renovatebot/renovate#15080; Nexus puts one in front, sonatype/nexus-public#1011): it is the same list on
 * the same endpoint, at the place that the query tells.
 */
function ownPage(target: string, current: URL): URL | undefined {
  const next = target === '' ? null : URL.parse(target, current.href);
  if (next === null || !/^https?:$/.test(next.protocol)) return undefined;
  const list = /\/(?:tags\/list|referrers\/[^/]+)$/.exec(current.pathname)?.[0] ?? current.pathname;
  const isSameList = next.pathname.replaceAll(/%3a/gi, ':').endsWith(list);
  return isSameList ? new URL(current.pathname + next.search, current) : undefined;
}

function keyOf({ pathname, search }: URL): string {
  return pathname + search;
}
