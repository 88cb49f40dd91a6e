import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { printable } from '#lib/text';

export interface ConfigText {
  readonly file: string;
  readonly text: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * `~/.config/bootc-catalog/config.yaml`, or the file that BOOTC_CATALOG_CONFIG names; undefined where there is none. By
 * itself, because most have none, and what reads it takes a while to load.
 *
 * @throws {ExpectedError} for one that is named and cannot be read
 */
export function readConfigText(environment: Environment = process.env): ConfigText | undefined {
  const named = environment.BOOTC_CATALOG_CONFIG;
  const file =
    named ?? join(environment.XDG_CONFIG_HOME || join(homedir(), '.config'), 'bootc-catalog/config.yaml');
  if (file === '') return undefined;
  try {
    return { file, text: readFileSync(file, 'utf8') };
  } catch (error) {
    if (named === undefined && (error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ExpectedError(`cannot read ${printable(file, 1_000)}, the configuration`, {
      kind: 'usage',
      cause: error,
    });
  }
}
