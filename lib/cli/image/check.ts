import { Command, InvalidArgumentError, Option } from 'commander';
import { type Compose, openCompose } from '#lib/compose';
import { ExpectedError, explain } from '#lib/errors';
import { createRegistryClient, type RegistryClient } from '#lib/oci';
import {
  type Checked,
  checks,
  explainCheck,
  inspectImage,
  parseWaivers,
  runChecks,
  type Waiver,
} from '#lib/sanity';
import { printable } from '#lib/text';
import { directory, given, platform } from '../options/arguments.ts';
import { cancellable } from '../options/cancellable.ts';
import { exitCodesHelp } from '../options/exit-codes.ts';
import { locateImage } from '../options/locate-image.ts';
import { type RegistryChoice, registryOptions, withRegistryOptions } from '../options/registry-options.ts';
import {
  type CheckOutput,
  checkOutputs,
  checkTable,
  type FormAndFile,
  printChecked,
  verdictOf,
  writeChecked,
} from './check-output.ts';

interface Options extends RegistryChoice {
  readonly compose: readonly string[];
  readonly waive: readonly Waiver[];
  readonly platform: readonly string[];
  readonly explain?: string | true;
  readonly output: CheckOutput;
  readonly also: readonly FormAndFile[];
}

const ids = checks.map(({ id }) => id);

export function checkCommand(): Command {
  const command = new Command('check')
    .description('Check images for what would keep them from booting, updating or being released.')
    .argument('[image...]', 'reference with tag or digest, or oci:<layout>[:tag]')
    .option(
      '--compose <location>',
      'URL or directory of a compose that the packages may come from; may be repeated',
      (location: string, list: readonly string[]) => [...list, location],
      [],
    )
    .option(
      '--waive <waiver>',
      'check[@architecture]=reason, and ;until=YYYY-MM-DD if it is to end; may be repeated',
      waiver,
      [],
    )
    .option('--platform <platform>', 'one that must be there, and no others; may be repeated', platform, [])
    .addOption(
      new Option(
        '--explain [check]',
        'say what a check looks at, why, how it is mended and waived; without a name, all',
      ).argParser(known),
    )
    .addOption(
      new Option('-o, --output <form>', checkOutputs.join(', ')).choices(checkOutputs).default('table'),
    )
    .option(
      '--also <form=file>',
      'write it in another form into a file, too; may be repeated',
      formAndFile,
      [],
    )
    .addHelpText(
      'after',
      `
Nothing of an image is run or unpacked: its layers are read where they are. A tag is resolved once, and the digest that
it then names is judged.

${exitCodesHelp('done', 'failed', 'usage', 'environment', 'invalid', 'checkFailed', 'cancelled')}

3 also where an image, or something in it, could not be looked at, unless a check failed: then it is 7.

Examples:
  bootc-catalog check quay.io/fedora/fedora-bootc:43
  bootc-catalog check oci:build/image --platform linux/amd64 --waive 'var-log=build log, #12;until=2027-01-31'
  bootc-catalog check quay.io/me/os@sha256:… --compose https://kojipkgs.fedoraproject.org/compose/… --output junit
  bootc-catalog check oci:build/image --output markdown --also sarif=check.sarif
  bootc-catalog check --explain kernel-initramfs`,
    );
  return withRegistryOptions(command).action(check);
}

async function check(images: readonly string[], options: Options, command: Command): Promise<void> {
  if (options.explain !== undefined) return void process.stdout.write(explanation(options.explain));
  if (images.length === 0) command.error('error: give an image, or --explain');
  await cancellable(async (signal) => {
    const composes = await Promise.all(options.compose.map((one) => openCompose(one, { signal })));
    using client = createRegistryClient(registryOptions(options));
    const checked: Checked[] = [];
    for (const image of images) checked.push(await checkOne(client, image, { ...options, composes, signal }));
    printChecked(options.output, checked);
    for (const one of options.also) writeChecked(one, checked);
    process.exitCode = verdictOf(checked);
  });
}

interface Choice extends Pick<Options, 'waive' | 'platform'> {
  readonly composes: readonly Compose[];
  readonly signal: AbortSignal;
}

/** An image that cannot be looked at keeps no other from being looked at. */
async function checkOne(client: RegistryClient, image: string, choice: Choice): Promise<Checked> {
  const tell = (text: string) => process.stderr.write(`${printable(image)}: ${printable(text, 1_000)}\n`);
  try {
    const { from, reference } = locateImage(client, image);
    const { digest } = await from.resolve(reference, { signal: choice.signal });
    const facts = await inspectImage(from, {
      reference: image,
      digest,
      expected: choice.platform,
      composes: choice.composes,
      signal: choice.signal,
      onPlatform: (name) => tell(`read ${name}`),
    });
    return { image, report: runChecks(checks, facts, choice.waive) };
  } catch (error) {
    if (!(error instanceof ExpectedError) || error.kind === 'usage' || choice.signal.aborted) throw error;
    const why = explain(error);
    tell(`could not look: ${why}`);
    return { image, error: why };
  }
}

function explanation(name: string | true): string {
  if (name === true) return checkTable(checks);
  const [one] = checks.filter(({ id }) => id === name);
  return one === undefined ? '' : `${one.id} (${one.severity})\n\n${explainCheck(one)}\n`;
}

function known(name: string): string {
  if (ids.includes(name)) return name;
  throw new InvalidArgumentError(`There is ${ids.join(', ')}.`);
}

function waiver(text: string, list: readonly Waiver[]): Waiver[] {
  return [...list, ...given(() => parseWaivers([text], ids))];
}

function formAndFile(text: string, list: readonly FormAndFile[]): FormAndFile[] {
  const [form = '', file = ''] = text.split(/=(.*)/s);
  const known = checkOutputs.find((one) => one === form);
  if (known === undefined || file === '')
    throw new InvalidArgumentError(`Write form=file, with ${checkOutputs.join(', ')}.`);
  return [...list, { form: known, file: directory(file) }];
}
