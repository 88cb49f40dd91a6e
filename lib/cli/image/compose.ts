import { Command, InvalidArgumentError, Option } from 'commander';
import { parseComposeId } from '#lib/compose';
import {
  type Architecture,
  architectures,
  defectForms,
  makeFixture,
  parseDefects,
  serveCompose,
} from '#lib/compose-fixture';
import { visibleJson } from '#lib/text';
import { append, cancelBySignal, directory, given } from '../options/arguments.ts';
import { composeDiffCommand } from './compose-diff.ts';

interface Options {
  readonly arch: readonly Architecture[];
  readonly defect: readonly string[];
  readonly id?: string;
  readonly cache: string;
  readonly serve: boolean;
  readonly output: string;
}

export function composeCommand(): Command {
  return new Command('compose')
    .description('Work with composes.')
    .addCommand(composeDiffCommand())
    .addCommand(fixtureCommand());
}

function fixtureCommand(): Command {
  const names = architectures.map(({ rpm }) => rpm).join(', ');
  return new Command('fixture')
    .description('Make a compose in progress of real packages, small enough for tests.')
    .argument('<directory>', 'where it goes; only a fixture that is there is replaced', directory)
    .option('--arch <architecture>', `only this architecture (${names}); may be repeated`, architecture, [])
    .option('--defect <defect>', `make it wrong: ${defectForms.join(', ')}; may be repeated`, defect, [])
    .option('--id <id>', 'id of the compose, such as Fedora-Rawhide-20261123.n.0', composeId)
    .option('--cache <directory>', 'where busybox and built packages are kept', directory, '.cache')
    .option('--serve', 'serve it over http on loopback until interrupted', false)
    .addOption(new Option('-o, --output <form>', 'plain or json').choices(['plain', 'json']).default('plain'))
    .addHelpText(
      'after',
      `
Examples:
  bootc-catalog compose fixture /tmp/compose --serve
  bootc-catalog compose fixture /tmp/updates --id Fedora-43-updates-20261120.0
  bootc-catalog compose fixture /tmp/broken --defect missing-initramfs:s390x`,
    )
    .action(async (target: string, options: Options) => {
      const fixture = await makeFixture({
        directory: target,
        cache: options.cache,
        defects: options.defect,
        ...(options.id === undefined ? {} : { composeId: options.id }),
        ...(options.arch.length === 0 ? {} : { architectures: options.arch }),
        progress: (message) => process.stderr.write(`${message}\n`),
      });
      const served = options.serve ? await serveCompose(fixture.directory) : undefined;
      const facts = { ...fixture, ...(served ? { url: served.url } : {}) };
      if (options.output === 'json') process.stdout.write(`${visibleJson(facts)}\n`);
      else process.stdout.write(`${fixture.composeId} ${served?.url ?? fixture.directory}\n`);
      if (!served) return;
      const { graceful, stop } = cancelBySignal();
      await new Promise((resolve) => graceful.addEventListener('abort', resolve, { once: true }));
      stop();
      await served.close();
    });
}

function defect(text: string, list: readonly string[]): string[] {
  given(() => parseDefects([text]));
  return append(text, list);
}

function composeId(text: string): string {
  given(() => parseComposeId(text));
  return text;
}

function architecture(text: string, list: readonly Architecture[]): Architecture[] {
  const known = architectures.find(({ rpm }) => rpm === text)?.rpm;
  if (!known) throw new InvalidArgumentError(`There is ${architectures.map(({ rpm }) => rpm).join(', ')}.`);
  return [...list, known];
}
