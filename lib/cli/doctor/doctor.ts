import { Command, Option } from 'commander';
import { examine, type Finding } from '#lib/doctor';
import { defaultRunsDirectory } from '#lib/local';
import { parseReference } from '#lib/oci';
import { printable, table, visibleJson } from '#lib/text';
import { append, given } from '../options/arguments.ts';
import { exitCode, exitCodesHelp } from '../options/exit-codes.ts';

interface Options {
  readonly registry: readonly string[];
  readonly output: 'plain' | 'json';
}

/** Where bundles and base images come from. */
const usual = ['quay.io'] as const;

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say what of this machine works for runs, builds and publications, and what mends the rest.')
    .option('--registry <host>', 'registry that must answer; may be repeated (quay.io by itself)', host, [])
    .addOption(new Option('-o, --output <form>', 'plain or json').choices(['plain', 'json']).default('plain'))
    .addHelpText(
      'after',
      `
Nothing is changed, but that podman is asked to start a container, which is remembered. Logins are told by file and
registry, and nothing of what is in them.

${exitCodesHelp('done', 'usage', 'environment')}

A warning is of what not everybody needs, and ends with 0.

Examples:
  bootc-catalog doctor
  bootc-catalog doctor --registry registry.example:5000 --output json`,
    )
    .action(async ({ registry, output }: Options) => {
      const registries = registry.length > 0 ? registry : usual;
      const findings = await examine({ runsDirectory: defaultRunsDirectory(), registries });
      process.exitCode = findings.some(({ status }) => status === 'fail')
        ? exitCode.environment
        : exitCode.done;
      process.stdout.write(
        output === 'json' ? `${visibleJson({ version: 1, findings }, 2)}\n` : plain(findings),
      );
    });
}

function host(text: string, list: readonly string[]): string[] {
  given(() => parseReference(`${text}/a`));
  return append(text, list);
}

const signs = { ok: '✓', warn: '!', fail: '✗' } as const;

function plain(findings: readonly Finding[]): string {
  const lines = table(
    ['', '', ''],
    findings.map(({ name, status, found }) => [signs[status], name, printable(found, 300)]),
  ).split('\n');
  const told = findings.map(({ mend }, index) => {
    const line = lines[index + 1] ?? '';
    return mend === undefined ? line : `${line}\n     mend: ${mend}`;
  });
  const count = (status: Finding['status']) => findings.filter((one) => one.status === status).length;
  return `${told.join('\n')}\n${count('ok')} work, ${count('warn')} warnings, ${count('fail')} failures\n`;
}
