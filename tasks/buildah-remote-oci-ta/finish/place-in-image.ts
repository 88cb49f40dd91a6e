import { ExpectedError } from '#lib/errors';

/** As many as the kernel follows for one path (path_resolution(7)). */
const LINKS_MAX = 40;

/**
 * Where a path of an image really is, links followed as they are seen from its root: /root is one in images of ostree.
 * What is not there is no link.
 *
 * @param path relative to the root of the image, as is the answer
 * @param readLink what a link at a path, without links in the directories above it, says; undefined where there is none
 */
export async function placeInImage(
  path: string,
  readLink: (path: string) => Promise<string | undefined>,
): Promise<string> {
  const waiting = path.split('/');
  const place: string[] = [];
  for (let links = 0; waiting.length > 0; ) {
    const part = waiting.shift() ?? '';
    if (part === '' || part === '.') continue;
    if (part === '..') {
      place.pop();
      continue;
    }
    const link = await readLink([...place, part].join('/'));
    if (link === undefined) {
      place.push(part);
      continue;
    }
    links += 1;
    if (links > LINKS_MAX) throw new ExpectedError(`/${path} of the image is a link that leads in circles`);
    if (link.startsWith('/')) place.length = 0;
    waiting.unshift(...link.split('/'));
  }
  return place.join('/');
}
