import { parseJsonObject } from '../../json/parse-json.ts';
import { collect } from '../../model/content.ts';
import { InvalidManifestError } from '../../model/errors.ts';
import type { Options } from '../../model/target.ts';
import { type Context, callOf } from '../exchange/context.ts';
import { createPages } from './pages.ts';

const PAGE = 1000;
const MAX_PAGE = 16 * 1024 * 1024;

/** Lists the tags of a repository (distribution-spec v1.1.1, "Listing Tags"). */
export async function* listTags(context: Context, { signal }: Options): AsyncGenerator<string> {
  const name = `${context.registry}/${context.repository}`;
  const what = `the list of tags of ${name}`;
  const pages = createPages(context, `tags/list?n=${PAGE}`, what);
  let url: URL | undefined = pages.first;
  while (url !== undefined) {
    const response = await context.exchange.call({
      ...callOf(context, 'pull', signal, 'such repository'),
      doing: `list the tags of ${name}`,
      method: 'GET',
      url,
      expect: [200],
      limit: MAX_PAGE,
    });
    const { tags } = parseJsonObject(await collect(response.body), what);
    // Distribution answers null for a repository whose tags are all gone.
    if (tags !== null && tags !== undefined) {
      if (!isTexts(tags)) throw new InvalidManifestError(`${what} is none`);
      yield* tags;
    }
    url = pages.after(url, response);
  }
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
