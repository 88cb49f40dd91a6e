import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { run, ToolError } from '#lib/process';
import { printable, visibleJson } from '#lib/text';
import { differenceOf, type Treefile, type TreefileDifference } from '#lib/treefile';
import { usageError } from '../options/arguments.ts';
import { archOption, directoryOption, fileOf, manifestArgument, type Place, readIn } from './place.ts';

interface Options extends Place {
  readonly from: string;
  readonly to?: string;
  readonly output: string;
}

export function diffCommand(): Command {
  return new Command('diff')
    .description(
      'Show what differs for an image between two revisions in git, or one and the files as they are.',
    )
    .argument(...manifestArgument)
    .requiredOption(...archOption)
    .requiredOption('--from <revision>', 'the revision before', revision)
    .option('--to <revision>', 'the revision after; the files as they are by default', revision)
    .option(...directoryOption)
    .addOption(new Option('-o, --output <form>', 'plain or json').choices(['plain', 'json']).default('plain'))
    .addHelpText(
      'after',
      '\nExample:\n  bootc-catalog manifest diff fedora-standard --arch s390x --from HEAD~10 -C demo/base-images',
    )
    .action(async (manifest: string, options: Options) => {
      const { directory, file } = fileOf(manifest, options.directory);
      const scratch = await mkdtemp(join(tmpdir(), 'manifests-'));
      const at = async (wanted: string | undefined): Promise<Treefile> => {
        const place = wanted === undefined ? directory : await checkOut(directory, wanted, scratch);
        return readIn(place, file, options.arch);
      };
      try {
        const difference = differenceOf(await at(options.from), await at(options.to));
        process.stdout.write(options.output === 'json' ? `${visibleJson(difference)}\n` : told(difference));
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    });
}

/**
 * The directory as it is in a revision, in a place of its own.
 *
 * @throws {ExpectedError} of kind `usage` where git knows no such revision, or it has no such directory
 */
async function checkOut(directory: string, wanted: string, scratch: string): Promise<string> {
  const git = async (...args: readonly string[]) =>
    (await run('git', args, { cwd: directory })).stdout.trim();
  const parse = (text: string) =>
    git('rev-parse', '--verify', '--quiet', '--end-of-options', text).catch(refuseRevision);
  const [tree, commit] = [await parse(`${wanted}:./`), await parse(`${wanted}^{commit}`)];
  const place = join(scratch, tree);
  await mkdir(place, { recursive: true });
  // Called in a directory, git archives that directory alone.
  await git('archive', '--format=tar', `--output=${place}.tar`, commit);
  await run('tar', ['-xf', `${place}.tar`, '-C', place]);
  return place;

  function refuseRevision(cause: unknown): never {
    if (!(cause instanceof ToolError)) throw cause;
    throw usageError(
      `git has no revision ${printable(wanted)} with ${printable(directory)}`,
      'git log lists those of a directory',
    );
  }
}

function told(difference: TreefileDifference): string {
  const { added, removed, newlyExcluded, noLongerExcluded, recommends, releasever } = difference;
  const { repoPackages, files, carried } = difference;
  const list = (names: readonly string[], what: string) => names.map((name) => `${what} ${name}`);
  const lines = [
    ...list(added, '+ package'),
    ...list(removed, '- package'),
    ...list(repoPackages.added, '+ package of repository'),
    ...list(repoPackages.removed, '- package of repository'),
    ...list(newlyExcluded, '+ excluded'),
    ...list(noLongerExcluded, '- excluded'),
    ...(recommends ? [`~ recommends: ${recommends.join(' → ')}`] : []),
    ...(releasever ? [`~ releasever: ${releasever.map((one) => one ?? 'none').join(' → ')}`] : []),
    ...list(carried, '~ field'),
    ...list(files.added, '+ file'),
    ...list(files.removed, '- file'),
  ];
  return lines.length === 0
    ? 'nothing differs\n'
    : lines.map((line) => `${printable(line, 1_000)}\n`).join('');
}

function revision(text: string): string {
  if (text.startsWith('-') || text.includes(':') || text === '')
    throw new InvalidArgumentError('Give a branch, a tag or a commit.');
  return text;
}
