import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { InvalidReleaseError } from '#lib/release';

const KEY = 'token';

/**
 * The token of each registry, from the files of the Secret. One token is sent to one registry, and to no other.
 *
 * @throws {InvalidReleaseError} naming the key that is missing
 */
export function tokensOf(
  directory: string,
  secret: string,
  hosts: readonly string[],
): ReadonlyMap<string, string> {
  return new Map(
    hosts.map((host) => {
      // A key of a Secret holds no colon.
      const own = `${KEY}.${host.replace(':', '_')}`;
      const token = read(directory, own) ?? (hosts.length === 1 ? read(directory, KEY) : undefined);
      if (token !== undefined) return [host, token];
      throw new InvalidReleaseError(`Secret ${secret} has no token for ${host}`, {
        hint:
          hosts.length === 1
            ? `it has to have the key ${KEY}`
            : `the release goes to ${hosts.join(' and ')}: for each the Secret has a key, such as ${own}`,
      });
    }),
  );
}

function read(directory: string, key: string): string | undefined {
  const path = join(directory, key);
  const text = existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  return /^[\x21-\x7e]+$/.test(text) ? text : undefined;
}
