// Says of each task and pipeline whether it changed since the last release, whether its users can go on as they are, and
// whether version, changelog and migration fit that.

import { Command, Option } from 'commander';
import { explain } from '#lib/errors';
import { run } from '#lib/process';
import { checkVersions, type VersionCheck } from '#lib/versions';
import { catalog } from '../bundles/catalog.ts';

const { root } = catalog;
const command = new Command('scripts/check-versions.ts')
  .description('Say of each task and pipeline whether version, changelog and migration fit what has changed.')
  .option('--base <revision>', 'what to compare with; by default the last release, the newest tag v<version>')
  .addOption(new Option('-o, --output <form>', 'plain or json').choices(['plain', 'json']).default('plain'))
  .addHelpText('after', '\nIt ends with 1 where something does not fit.')
  .parse();
const values = command.opts<{ readonly base?: string; readonly output: 'plain' | 'json' }>();

try {
  const base = values.base ?? (await lastRelease());
  const checks = await checkVersions({ ...catalog, base });
  if (values.output === 'json') console.log(JSON.stringify({ base: base ?? null, checks }));
  else print(checks, base);
  if (checks.some(({ problems }) => problems.length > 0)) process.exitCode = 1;
} catch (error) {
  console.error(`cannot check the versions: ${explain(error)}`);
  process.exitCode = 1;
}

async function lastRelease(): Promise<string | undefined> {
  const { stdout } = await run('git', [
    '-C',
    root,
    'tag',
    '--list',
    'v[0-9]*',
    '--merged',
    'HEAD',
    '--sort=-v:refname',
  ]);
  return stdout.split('\n')[0] || undefined;
}

function print(checks: readonly VersionCheck[], base: string | undefined): void {
  if (base === undefined)
    console.log('no release yet (a tag v…): changes are not compared, only changelogs looked at');
  for (const { kind, name, version, review, problems } of checks) {
    const what = review === undefined ? 'nothing to compare with' : review.compatibility;
    const versions = review === undefined ? version : `${review.before} -> ${version}`;
    console.log(`${problems.length === 0 ? 'ok' : 'FAILED'}: ${kind} ${name} ${versions}: ${what}`);
    for (const change of review?.changes ?? []) {
      console.log(`    ${change.isBreaking ? 'breaks' : 'keeps'} users: ${change.path}: ${change.what}`);
    }
    for (const problem of problems) console.log(`    problem: ${problem}`);
  }
}
