import { Command } from 'commander';
import {
  type Bundle,
  type BundleEntry,
  byTitle,
  diffObjects,
  type FieldDiff,
  type ObjectDiff,
  packBundle,
  readBundle,
  textDiff,
} from '#lib/bundle';
import { ExpectedError } from '#lib/errors';
import { loadFiles } from '#lib/local';
import {
  copy,
  createMemoryTarget,
  createRegistryClient,
  parseReference,
  type RegistryClient,
} from '#lib/oci';
import { toYaml } from '#lib/tekton';
import { append } from './arguments.ts';
import { exitCode } from './exit-codes.ts';
import { locate } from './locate.ts';
import { type RegistryChoice, registryOptions, withRegistryOptions } from './registry-options.ts';
import { table } from './table.ts';

interface Options extends RegistryChoice {
  readonly output: string;
}

interface PushOptions extends Options {
  readonly format: 'oci' | 'tkn';
  readonly annotate: readonly string[];
}

export function bundleCommand(): Command {
  return new Command('bundle')
    .description('Read, compare and push Tekton bundles, ours or not.')
    .addCommand(withRegistryOptions(listCommand()))
    .addCommand(withRegistryOptions(showCommand()))
    .addCommand(withRegistryOptions(diffCommand()))
    .addCommand(withRegistryOptions(pushCommand()));
}

const where = 'reference, oci:<layout>[:tag], or a file or directory with YAML';

function listCommand(): Command {
  return new Command('list')
    .description('List what is in a bundle, and what a cluster would say against it.')
    .argument('<bundle>', where)
    .option('-o, --output <form>', 'plain or json', 'plain')
    .addHelpText(
      'after',
      '\nExample:\n  bootc-catalog bundle list quay.io/konflux-ci/tekton-catalog/task-init:0.2',
    )
    .action(async (reference: string, options: Options) => {
      using client = createRegistryClient(registryOptions(options));
      const bundle = await open(client, reference);
      if (options.output === 'json') return print(JSON.stringify(listing(bundle)));
      const rows = bundle.entries.map(({ kind, name, apiVersion, text, layer }) => [
        kind,
        name,
        apiVersion,
        String(Buffer.byteLength(text)),
        layer.digest,
      ]);
      print(table(['kind', 'name', 'version', 'bytes', 'layer'], rows).trimEnd());
      for (const { at, message } of bundle.problems)
        process.stderr.write(`problem: ${at === undefined ? '' : `${at}: `}${message}\n`);
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('Print the objects of a bundle as YAML.')
    .argument('<bundle>', where)
    .argument('[object...]', 'kind/name, or name; all of them unless named')
    .option('-o, --output <form>', 'yaml or json', 'yaml')
    .addHelpText(
      'after',
      `
Examples:
  bootc-catalog bundle show quay.io/bootc-devel/tekton-catalog/task-sanity-check:0.1
  bootc-catalog bundle show oci:mirror:1.0 task/build | kubectl apply -f -`,
    )
    .action(async (reference: string, names: string[], options: Options) => {
      using client = createRegistryClient(registryOptions(options));
      const { entries } = await open(client, reference);
      const chosen = names.length === 0 ? entries : names.map((name) => find(entries, name, reference));
      if (options.output === 'json') return print(JSON.stringify(chosen.map(({ object }) => object)));
      print(
        chosen
          .map(({ object, text }) => (object === undefined ? text : toYaml(object)))
          .join('---\n')
          .trimEnd(),
      );
    });
}

function diffCommand(): Command {
  return new Command('diff')
    .description('Show what two bundles differ in: field by field, or as unified text.')
    .argument('<before>', where)
    .argument('<after>', where)
    .option('-o, --output <form>', 'plain, text for a unified diff, or json', 'plain')
    .addHelpText(
      'after',
      `
The exit code is 0 without a difference, and 1 with one.

Examples:
  bootc-catalog bundle diff quay.io/bootc-devel/tekton-catalog/task-sanity-check:0.1 bundles/rendered/tasks/sanity-check.yaml
  bootc-catalog bundle diff task-init:0.1 task-init:0.2 --output json`,
    )
    .action(async (before: string, after: string, options: Options) => {
      using client = createRegistryClient(registryOptions(options));
      const [left, right] = [(await open(client, before)).entries, (await open(client, after)).entries];
      const diffs = diffObjects(left, right);
      if (diffs.length > 0) process.exitCode = exitCode.failed;
      if (options.output === 'json') return print(JSON.stringify(diffs));
      const [a, b] = [byTitle(left), byTitle(right)];
      const form = (diff: ObjectDiff) =>
        options.output === 'text'
          ? textDiff(diff.object, a.get(diff.object), b.get(diff.object))
          : readable(diff);
      if (diffs.length > 0) print(diffs.map(form).join('').trimEnd());
    });
}

function pushCommand(): Command {
  return new Command('push')
    .description('Push Tasks, Pipelines and StepActions from YAML as a bundle: by digest, then the tag.')
    .argument('<reference>', 'repository and tag')
    .argument('<file...>', 'YAML file or directory')
    .option('--format <format>', "oci, or tkn for docker's media types as tkn writes them", 'oci')
    .option('--annotate <key=value>', 'annotation of the manifest; may be repeated', append, [])
    .option('-o, --output <form>', 'plain or json', 'plain')
    .addHelpText('after', '\nExample:\n  bootc-catalog bundle push quay.io/me/tasks:1.0 tasks/')
    .action(async (text: string, files: string[], options: PushOptions) => {
      const reference = parseReference(text);
      const objects = (await loadFiles(files)).map(({ object }) => object);
      using client = createRegistryClient(registryOptions(options));
      const memory = createMemoryTarget();
      const annotations = Object.fromEntries(options.annotate.map(annotation));
      const root = await packBundle(memory, objects, { format: options.format, annotations });
      const target = client.repository(reference);
      await copy(memory, target, { reference: root.digest, tags: [reference.tag ?? 'latest'] });
      const pushed = `${target.name}@${root.digest}`;
      print(options.output === 'json' ? JSON.stringify({ reference: pushed, digest: root.digest }) : pushed);
    });
}

async function open(client: RegistryClient, text: string): Promise<Bundle> {
  const local = await asFiles(text);
  if (local !== undefined) return local;
  const { from, reference } = locate(client, text);
  return readBundle(from, reference);
}

/** What is a path is packed first, so that it is compared as it would be published. */
async function asFiles(path: string): Promise<Bundle | undefined> {
  if (!/^[./]|\.(?:ya?ml|json)$/.test(path)) return undefined;
  const memory = createMemoryTarget(path);
  const objects = (await loadFiles([path])).map(({ object }) => object);
  const { digest } = await packBundle(memory, objects);
  return readBundle(memory, digest);
}

function find(entries: readonly BundleEntry[], name: string, reference: string): BundleEntry {
  const titles = entries.map((entry) => `${entry.kind.toLowerCase()}/${entry.name}`);
  const index = titles.findIndex((title) => title === name || title.endsWith(`/${name}`));
  const found = entries[index];
  if (found !== undefined) return found;
  throw new ExpectedError(`${reference} has no ${name}`, { hint: `it has ${titles.join(', ')}` });
}

function listing({ root, annotations, entries, problems }: Bundle): object {
  return {
    digest: root.digest,
    mediaType: root.mediaType,
    annotations,
    objects: entries.map(({ kind, name, apiVersion, text, layer }) => ({
      kind,
      name,
      apiVersion,
      bytes: Buffer.byteLength(text),
      layer: layer.digest,
    })),
    problems,
  };
}

function readable(diff: ObjectDiff): string {
  if (diff.type !== 'changed') return `${diff.type} ${diff.object}\n`;
  return `changed ${diff.object}\n${diff.fields.map(fieldText).join('')}`;
}

function fieldText({ path, before, after }: FieldDiff): string {
  const line = (sign: string, value: unknown) =>
    value === undefined ? '' : JSON.stringify(value).replace(/^/gm, `    ${sign} `).concat('\n');
  return `  ${path}\n${line('-', before)}${line('+', after)}`;
}

function annotation(text: string): [string, string] {
  const at = text.indexOf('=');
  if (at < 1)
    throw new ExpectedError(`not an annotation: ${JSON.stringify(text)}`, { hint: 'write key=value' });
  return [text.slice(0, at), text.slice(at + 1)];
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
