import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ExpectedError } from '#lib/errors';

/** Where distributions keep the licence of Node. */
const ofSystem = ['/usr/share/doc/nodejs/LICENSE', '/usr/share/licenses/nodejs/LICENSE'];

/** The notice of the Node that is shipped beside the steps, with all that is in it: V8, OpenSSL, ICU and others. */
export function nodeNotice(program: string, places: readonly string[] = ofSystem): string {
  const folder = join(dirname(program), '..');
  const found = [join(folder, 'LICENSE'), ...npmPlaces(folder), ...places].find((path) => existsSync(path));
  if (found === undefined) {
    throw new ExpectedError(`${program} is shipped, and its licence is nowhere`, {
      hint: 'take the Node of nodejs.org, of a distribution, or of the package `node`: each has its LICENSE',
    });
  }
  return `=== node\n\n${readFileSync(found, 'utf8').trim()}\n`;
}

/** The package `node` of npm has a package for the machine inside, which has what nodejs.org publishes. */
function npmPlaces(folder: string): readonly string[] {
  const inside = join(folder, 'node_modules');
  const names = existsSync(inside) ? readdirSync(inside) : [];
  return names.filter((name) => /^node-(?!bin)/.test(name)).map((name) => join(inside, name, 'LICENSE'));
}
