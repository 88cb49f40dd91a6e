import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Command, Option } from 'commander';
import { InvalidBundleError } from '#lib/bundle';
import { loadFiles } from '#lib/local';
import { createRegistryClient, type RegistryClient } from '#lib/oci';
import { InvalidObjectError } from '#lib/tekton/objects';
import { printable } from '#lib/text';
import { append, pair, usageError } from '../options/arguments.ts';
import { exitCode } from '../options/exit-codes.ts';
import { type RegistryChoice, registryOptions, withRegistryOptions } from '../options/registry-options.ts';
import { findingsIn, isTekton, type Sourced, type ToldFinding } from './findings.ts';
import { type LintOutput, lintOutputs, lintText } from './lint-output.ts';
import { isPath, openBundle } from './open-bundle.ts';

interface Options extends RegistryChoice {
  readonly output: LintOutput;
  readonly waive: readonly string[];
  readonly featureFlag: Readonly<Record<string, string>>;
}

export function lintCommand(): Command {
  const command = new Command('lint')
    .description('Say what a cluster refuses of Tekton objects, and what it accepts and should not be.')
    .argument(
      '<where...>',
      'file or directory with YAML, - for standard input, bundle reference, or oci:<layout>[:tag]',
    )
    .addOption(
      new Option('-o, --output <form>', 'form of the output; github: annotations of a workflow')
        .choices(lintOutputs)
        .default('plain'),
    )
    .option('--waive <rule>', 'a rule whose warnings and notes are meant; may be repeated', append, [])
    .option(
      '--feature-flag <name=value>',
      "as in the cluster's ConfigMap feature-flags: what needs another one is an error; may be repeated",
      pair,
      {},
    )
    .addHelpText(
      'after',
      `
An error is what a cluster refuses, a warning goes wrong later or should be better, a note is worth knowing. A task among
what is given is known to the pipelines beside it.

Exit codes: 0 nothing, or notes alone, 1 a warning, 2 wrong command line, 3 something could not be read, 4 an error.

Examples:
  bootc-catalog lint .tekton bundles/rendered
  bootc-catalog lint quay.io/konflux-ci/tekton-catalog/task-init:0.2 --output json
  bootc-catalog lint .tekton --output sarif >lint.sarif
  bootc-catalog render | bootc-catalog lint -
  bootc-catalog lint bundles/rendered --feature-flag enable-api-fields=stable`,
    );
  return withRegistryOptions(command).action(async (places: string[], options: Options) => {
    using client = createRegistryClient(registryOptions(options));
    const objects = (await Promise.all(places.map((place) => objectsAt(client, place)))).flat();
    const flags = options.featureFlag;
    const all = findingsIn(objects, Object.keys(flags).length > 0 ? { flags } : {});
    checkWaivers(options.waive, all);
    const findings = all.filter(({ rule }) => !options.waive.includes(rule));
    process.exitCode = codeOf(findings);
    process.stdout.write(lintText(options.output, findings, objects.length));
  });
}

async function objectsAt(client: RegistryClient, place: string): Promise<readonly Sourced[]> {
  const all =
    place === '-' || isPath(place) ? await loadFiles(await foldersOf(place)) : await inBundle(client, place);
  const objects = all.filter(({ object }) => isTekton(object));
  if (objects.length > 0) return objects;
  throw new InvalidObjectError(printable(place), [{ path: '', message: 'it has no object of Tekton' }]);
}

/** The folder and those in it, or the file. */
async function foldersOf(place: string): Promise<readonly string[]> {
  if (place === '-' || !(await stat(place).catch(() => undefined))?.isDirectory()) return [place];
  const entries = await readdir(place, { recursive: true, withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory());
  return [place, ...folders.map(({ parentPath, name }) => join(parentPath, name)).sort()];
}

async function inBundle(client: RegistryClient, place: string): Promise<readonly Sourced[]> {
  const { entries } = await openBundle(client, place);
  const unread = entries.find(({ object }) => object === undefined);
  if (unread !== undefined) {
    throw new InvalidBundleError(`${printable(place)}: ${printable(unread.name)} is neither YAML nor JSON`);
  }
  return entries.map(({ object }) => ({ object, source: place }));
}

/** One that waives nothing is a mistake, or no longer needed. */
function checkWaivers(waived: readonly string[], findings: readonly ToldFinding[]): void {
  const rules = new Set(findings.filter(({ severity }) => severity !== 'error').map(({ rule }) => rule));
  const idle = waived.find((rule) => !rules.has(rule));
  if (idle === undefined) return;
  throw usageError(
    `there is no finding of ${printable(idle)} to waive`,
    rules.size === 0 ? 'leave --waive out' : `there are: ${[...rules].join(', ')}`,
  );
}

function codeOf(findings: readonly ToldFinding[]): number {
  if (findings.some(({ severity }) => severity === 'error')) return exitCode.invalid;
  return findings.some(({ severity }) => severity === 'warning') ? exitCode.failed : exitCode.done;
}
