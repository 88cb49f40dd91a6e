import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { ToolError } from '#lib/process';
import { hasUserinfo, printable } from '#lib/text';
import type { SeparatedBuild } from './separated-build.ts';

/** The real path of `path` under `directory`, as the build sees it; links that lead out of the workspace are refused. */
export async function inside(
  build: Pick<SeparatedBuild, 'run'>,
  root: string,
  directory: string,
  path: string,
  param: string,
): Promise<string> {
  // A password in an address would be an argument of a program.
  if (hasUserinfo(path))
    throw new ExpectedError(`${param} is an address, and must be a path in the workspace "source"`);
  const wanted = join(directory, path);
  const { stdout } = await build
    .run('realpath', '--canonicalize-existing', '--zero', '--', wanted)
    .catch((error: unknown) => {
      if (error instanceof ToolError)
        throw new ExpectedError(`${param} ${printable(path)} is not in the workspace "source"`);
      throw error;
    });
  const target = stdout.replace(/\0$/, '');
  if (target !== root && !target.startsWith(`${root}/`))
    throw new ExpectedError(`${param} ${printable(path)} leads out of the workspace "source"`);
  return target;
}
