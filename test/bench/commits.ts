import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '#lib/process';
import { toYaml } from '#lib/tekton';
import { pushLargeImage } from './large-image.ts';
import { type Command, quartiles, timesOf } from './measure.ts';
import { startScratchRegistry } from './scratch-registry.ts';

const root = join(import.meta.dirname, '../..');

/**
 * What starts of this checkout, and what it takes to check an image of four small platforms, against the same at another
 * commit: both built side by side, run in turn. A table of milliseconds (median, and the quartiles as the spread) and of the bytes of the bundles of the steps that both have.
 *
 * @param against any name of a commit
 */
export async function benchCommits(runs: number, against: string): Promise<string> {
  mkdirSync(join(root, '.cache'), { recursive: true });
  // On the file system of this checkout, for the links below.
  const scratch = mkdtempSync(join(root, '.cache/bench-commits-'));
  const other = join(scratch, 'other');
  try {
    await run('git', ['-C', root, 'worktree', 'add', '--quiet', '--detach', other, against]);
    // A bundle names its sources: by a symbolic link to another checkout they would have longer names there.
    await run('cp', ['--archive', '--link', join(root, 'node_modules'), join(other, 'node_modules')]);
    for (const checkout of [root, other]) {
      await run(process.execPath, [join(checkout, 'scripts/build-cli.ts')], { cwd: checkout });
      await run(process.execPath, [join(checkout, 'scripts/build-steps.ts')], { cwd: checkout });
    }
    const taskRun = join(scratch, 'run.yaml');
    writeFileSync(taskRun, toYaml(trivial()));
    await using registry = await startScratchRegistry(join(scratch, 'registry'));
    const image = `${registry.host}/bench/small:1`;
    const digest = await pushLargeImage(image, join(scratch, 'small'), { files: 500, packages: 20 });
    const sanity = (checkout: string) =>
      stepOf(checkout, 'sanity-check/check', {
        args: [`--IMAGE_URL=${image}`, `--IMAGE_DIGEST=${digest}`, '--ON_FAILURE=report'],
        results: join(scratch, 'results'),
      });
    const works: readonly (readonly [string, readonly string[]])[] = [
      ['bootc-catalog --version', ['--version']],
      ['bootc-catalog run --help', ['run', '--help']],
      [
        'a TaskRun with one trivial step',
        ['run', '-f', taskRun, '--image-map', '*=rootfs:/', '--runs-directory', join(scratch, 'runs')],
      ],
    ];
    const commands = works.map(([work, args]): readonly [string, (checkout: string) => Command] => [
      work,
      (checkout) => ({ program: join(checkout, 'bin/bootc-catalog'), args }),
    ]);
    const rows = [...commands, ['sanity-check of four small platforms', sanity] as const].map(
      ([work, command]) => {
        const [ours = [], theirs = []] = timesOf([command(root), command(other)], { runs, warmUps: 2 });
        const ratio = quartiles(ours).median / quartiles(theirs).median;
        return `| ${work} | ${told(ours)} | ${told(theirs)} | ${ratio.toFixed(2)} |`;
      },
    );
    return [
      `| work | here, ms | at ${against}, ms | ratio |`,
      '| --- | ---: | ---: | ---: |',
      ...rows,
      bundles(other),
    ].join('\n');
  } finally {
    await run('git', ['-C', root, 'worktree', 'remove', '--force', other]).catch(() => undefined);
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A step as it runs in its image of that commit: with the flags of Node that its first line has. */
function stepOf(
  checkout: string,
  name: string,
  { args, results }: { readonly args: readonly string[]; readonly results: string },
): Command {
  const launcher = join(checkout, 'dist/steps', name);
  const [, ...flags] = readFileSync(launcher, 'utf8').split('\n', 1)[0]?.split(' ') ?? [];
  return {
    program: join(checkout, 'dist/steps/node'),
    args: [...flags, launcher, ...args],
    env: { STEP_RESULTS: results },
  };
}

function told(times: readonly number[]): string {
  const { low, median, high } = quartiles(times);
  return `${median.toFixed(0)} (${low.toFixed(0)}–${high.toFixed(0)})`;
}

/** Without the code that V8 has compiled, which is a cache. */
function bundles(other: string): string {
  const [here, there] = [sizes(root), sizes(other)];
  const both = [...here.keys()].filter((name) => there.has(name));
  const sum = (of: ReadonlyMap<string, number>) =>
    both.reduce((total, name) => total + (of.get(name) ?? 0), 0);
  const kilobytes = (of: ReadonlyMap<string, number>) => `${(sum(of) / 1000).toFixed(0)} kB`;
  return `| bundles of ${both.length} steps | ${kilobytes(here)} | ${kilobytes(there)} | ${(sum(here) / sum(there)).toFixed(2)} |`;
}

function sizes(checkout: string): Map<string, number> {
  const steps = join(checkout, 'dist/steps');
  const files = readdirSync(steps, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.js'),
  );
  return new Map(files.map((name) => [name, statSync(join(steps, name)).size]));
}

function trivial(): object {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { name: 'trivial' },
    spec: { taskSpec: { steps: [{ name: 'step', image: 'any', script: 'true' }] } },
  };
}
