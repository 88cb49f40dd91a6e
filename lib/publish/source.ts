import { run, ToolError } from '#lib/process';
import { UnfitError } from './errors.ts';
import { publicAddress } from './public-address.ts';

/** The source that published content was made from. */
export interface Source {
  /** The URL without userinfo, which CI systems put into it: everybody can read what is published. */
  readonly url: string;
  /** Git commit, 40 hexadecimal digits, with `-dirty` when the tree had changes. */
  readonly revision: string;
  /** Date of the commit. */
  readonly date: Date;
}

/**
 * @throws {UnfitError} when there is no commit, there are uncommitted changes that are not allowed, or the URL holds a
 *   secret beside its userinfo
 */
export async function sourceOf(
  directory: string,
  options: { readonly url: string; readonly isDirtyAllowed?: boolean },
): Promise<Source> {
  const git = async (...args: string[]) => (await run('git', ['-C', directory, ...args])).stdout.trim();
  const commit = await git('rev-parse', '--verify', 'HEAD^{commit}').catch((cause: unknown) => {
    if (!(cause instanceof ToolError)) throw cause;
    throw new UnfitError(`${directory} is in no git repository with a commit`, {
      hint: 'publish from a clone: bundles and their provenance name the commit that they are made from',
      cause,
    });
  });
  const changes = await git('status', '--porcelain', '--untracked-files=no');
  const date = new Date(Number(await git('show', '--no-patch', '--format=%ct', commit)) * 1_000);
  const url = publicAddress(options.url, 'the source');
  if (changes === '') return { url, revision: commit, date };
  if (!options.isDirtyAllowed) {
    throw new UnfitError(
      `${directory} has changes that are not committed: ${changes.split('\n').join(', ')}`,
      {
        hint: 'commit them, or publish with --allow-dirty',
      },
    );
  }
  return { url, revision: `${commit}-dirty`, date };
}
