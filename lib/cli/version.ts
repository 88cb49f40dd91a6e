import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { Command, Option } from 'commander';
import { visibleJson } from '#lib/text';
import packageJson from '../../package.json' with { type: 'json' };

/** What a report of a fault should name. */
interface Version {
  readonly version: string;
  /** The commit that it was built from, `-dirty` after it where that was changed; empty where nothing says. */
  readonly revision: string;
  readonly node: string;
  readonly platform: string;
}

export function versionCommand(): Command {
  return new Command('version')
    .description('Print the version, and what it was built from.')
    .addOption(new Option('-o, --output <form>', 'text or json').choices(['text', 'json']).default('text'))
    .addHelpText('after', '\nExample:\n  bootc-catalog version -o json | jq -r .revision')
    .action(async ({ output }: { readonly output: string }) => {
      const version: Version = {
        version: packageJson.version,
        revision: await revision(),
        node: process.versions.node,
        platform: `${process.platform}/${process.arch}`,
      };
      const { revision: commit, node, platform } = version;
      const text = `bootc-catalog ${version.version}${commit === '' ? '' : ` (${commit})`}, Node ${node}, ${platform}\n`;
      process.stdout.write(output === 'json' ? `${visibleJson(version)}\n` : text);
    });
}

/** As the build has written it beside the bundle; in a checkout as git says. */
async function revision(): Promise<string> {
  const built = await readFile(new URL('revision', import.meta.url), 'utf8').catch(() => undefined);
  if (built !== undefined) return built.trim();
  const git = ['-C', import.meta.dirname, 'describe', '--always', '--dirty', '--abbrev=12', '--exclude=*'];
  return promisify(execFile)('git', git).then(
    ({ stdout }) => stdout.trim(),
    () => '',
  );
}
