import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { printable, quoted } from '#lib/text';
import { UnsupportedBuildError } from '../buildah.ts';

const NAME = /^[A-Za-z_]\w*$/;
const Variables = z.array(z.object({ name: z.string().regex(NAME), value: z.string() }));

/** The file of variables that RUN lines find at /cachi2/cachi2.env; undefined where nothing was prefetched. */
export function variablesFile(prefetched: string): string | undefined {
  return ['prefetch.env', 'cachi2.env']
    .map((name) => join(prefetched, name))
    .find((path) => existsSync(path));
}

/**
 * The variables by which package managers find what was prefetched: of prefetch-env.json, or of the file for a shell
 * that older versions of Konflux' prefetch leave alone.
 *
 * @throws {UnsupportedBuildError} for a file that is not as hermeto writes it
 */
export async function prefetchVariables(prefetched: string): Promise<ReadonlyMap<string, string>> {
  const json = join(prefetched, 'prefetch-env.json');
  if (existsSync(json)) {
    const { data, error } = Variables.safeParse(parse(await readFile(json, 'utf8')));
    if (data) return new Map(data.map(({ name, value }) => [name, value]));
    throw new UnsupportedBuildError('prefetch-env.json of the prefetched artifact is no list of variables', {
      cause: error,
    });
  }
  const file = variablesFile(prefetched);
  return file === undefined ? new Map() : shellVariables(await readFile(file, 'utf8'));
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Lines `export NAME=value`, where the value is quoted as Python's shlex.quote does. */
function shellVariables(text: string): ReadonlyMap<string, string> {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const { name, value } =
        /^(?:export )?(?<name>[A-Za-z_]\w*)=(?<value>(?:[\w@%+=:,./-]|'[^']*'|"'")*)$/.exec(line)?.groups ??
        {};
      if (name === undefined || value === undefined) {
        throw new UnsupportedBuildError(
          `the prefetched variables have the line ${quoted(printable(line), 80)}, which is no export NAME=value`,
          { hint: 'prefetch again with a version that writes prefetch-env.json' },
        );
      }
      return [name, value.replace(/'([^']*)'|"(')"/g, '$1$2')] as const;
    }),
  );
}
