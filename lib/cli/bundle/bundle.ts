import { Command, Option } from 'commander';
import {
  type Bundle,
  byTitle,
  diffBundles,
  formatDiff,
  packBundle,
  readBundle,
  titleOf,
  unifiedDiff,
} from '#lib/bundle';
import { loadFiles } from '#lib/local';
import { copy, createMemoryTarget, createRegistryClient, parseReference, type Reference } from '#lib/oci';
import { toYaml } from '#lib/tekton/objects';
import { printable, table, visibleJson, visibleLines, withoutUserinfo } from '#lib/text';
import { given, pair, usageError } from '../options/arguments.ts';
import { exitCode } from '../options/exit-codes.ts';
import { type RegistryChoice, registryOptions, withRegistryOptions } from '../options/registry-options.ts';
import { typesCommand } from './bundle-types.ts';
import { findingsInBundle, warnOfFindings } from './findings.ts';
import { openBundle } from './open-bundle.ts';
import { inTknOrder } from './tkn-order.ts';

interface Options extends RegistryChoice {
  readonly output: string;
}

interface PushOptions extends Options {
  readonly format: 'oci' | 'tkn';
  readonly annotate: Readonly<Record<string, string>>;
}

export function bundleCommand(): Command {
  return new Command('bundle')
    .description('Read, compare and push Tekton bundles, ours or not.')
    .addCommand(withRegistryOptions(listCommand()))
    .addCommand(withRegistryOptions(showCommand()))
    .addCommand(withRegistryOptions(diffCommand()))
    .addCommand(withRegistryOptions(pushCommand()))
    .addCommand(typesCommand());
}

const where = 'reference, oci:<layout>[:tag], or a file or directory with YAML';

function listCommand(): Command {
  return new Command('list')
    .description('List what is in a bundle, and what a cluster or tkn would say against it.')
    .argument('<bundle>', where)
    .addOption(outputOption('plain', 'json'))
    .addHelpText(
      'after',
      `
Examples:
  bootc-catalog bundle list quay.io/konflux-ci/tekton-catalog/task-init:0.2
  bootc-catalog bundle list bundles/rendered/tasks --output json`,
    )
    .action(async (reference: string, options: Options) => {
      using client = createRegistryClient(registryOptions(options));
      const bundle = await openBundle(client, reference);
      if (options.output === 'json') return print(visibleJson(listing(bundle)));
      const rows = bundle.entries.map(({ kind, name, apiVersion, text, layer }) =>
        [kind, name, apiVersion, String(Buffer.byteLength(text)), layer.digest].map((cell) =>
          printable(cell),
        ),
      );
      print(table(['kind', 'name', 'version', 'bytes', 'layer'], rows));
      warnOfFindings(findingsInBundle(bundle));
      warnOf(bundle);
    });
}

function showCommand(): Command {
  return new Command('show')
    .description('Print the objects of a bundle as YAML.')
    .argument('<bundle>', where)
    .argument('[object...]', 'kind/name, or name; all of them unless named')
    .addOption(outputOption('yaml', 'json'))
    .addHelpText(
      'after',
      `
Examples:
  bootc-catalog bundle show quay.io/bootc-devel/tekton-catalog/task-sanity-check:0.1
  bootc-catalog bundle show oci:mirror:1.0 task/build | kubectl apply -f -`,
    )
    .action(async (reference: string, names: string[], options: Options) => {
      using client = createRegistryClient(registryOptions(options));
      const bundle = await openBundle(client, reference);
      const chosen = names.length === 0 ? bundle.entries : names.map((name) => find(bundle, name, reference));
      if (options.output === 'json') return print(visibleJson(chosen.map(({ object }) => object ?? null)));
      const texts = chosen.map(({ object, text }) =>
        object === undefined ? `${visibleLines(text).trimEnd()}\n` : toYaml(object),
      );
      print(texts.join('---\n'));
    });
}

function diffCommand(): Command {
  return new Command('diff')
    .description('Show what two bundles differ in: field by field, or as unified text.')
    .argument('<before>', where)
    .argument('<after>', where)
    .addOption(outputOption('plain', 'text', 'json'))
    .addHelpText(
      'after',
      `
The exit code is 0 without a difference, 1 with one, and larger where the two could not be compared.

Examples:
  bootc-catalog bundle diff quay.io/bootc-devel/tekton-catalog/task-sanity-check:0.1 bundles/rendered/tasks/sanity-check.yaml
  bootc-catalog bundle diff --output json quay.io/konflux-ci/tekton-catalog/task-init:0.1 quay.io/konflux-ci/tekton-catalog/task-init:0.2`,
    )
    .action(async (before: string, after: string, options: Options) => {
      using client = createRegistryClient(registryOptions(options));
      const [left, right] = await Promise.all([openBundle(client, before), openBundle(client, after)]);
      const diffs = diffBundles(left, right);
      if (diffs.length > 0) process.exitCode = exitCode.failed;
      if (options.output === 'json') return print(visibleJson(diffs));
      const [a, b] = [byTitle(left), byTitle(right)];
      const texts = diffs.map((diff) =>
        options.output === 'text'
          ? unifiedDiff(diff.object, a.get(diff.object), b.get(diff.object))
          : formatDiff(diff),
      );
      print(texts.join(''));
    });
}

function pushCommand(): Command {
  return new Command('push')
    .description('Push Tasks, Pipelines and StepActions from YAML as a bundle: by digest, then the tag.')
    .argument('<reference>', 'repository and tag')
    .argument('<file...>', 'YAML file or directory')
    .addOption(
      new Option('--format <format>', "media types: oci, or docker's, laid out byte for byte as tkn does")
        .choices(['oci', 'tkn'])
        .default('oci'),
    )
    .option('--annotate <key=value>', 'annotation of the manifest; may be repeated', pair, {})
    .addOption(outputOption('plain', 'json'))
    .addHelpText(
      'after',
      `
Examples:
  bootc-catalog bundle push quay.io/me/tasks:1.0 tasks/
  bootc-catalog bundle push 127.0.0.1:5000/tasks:1.0 a.yaml b.yaml --format tkn --annotate org.opencontainers.image.version=1.0`,
    )
    .action(async (text: string, files: string[], options: PushOptions) => {
      const destination = given(() => parseReference(text));
      const tag = tagOf(destination);
      const loaded = await loadFiles(files);
      const isTkn = options.format === 'tkn';
      const objects = (isTkn ? await inTknOrder(loaded) : loaded).map(({ object }) => object);
      using client = createRegistryClient(registryOptions(options));
      const memory = createMemoryTarget();
      const { format } = options;
      const annotate = Object.entries(options.annotate).map(([name, value]) => [
        name,
        withoutUserinfo(value),
      ]);
      const annotations = annotate.length === 0 ? {} : { annotations: Object.fromEntries(annotate) };
      const root = await packBundle(memory, objects, { format, keepOrder: isTkn, ...annotations });
      const target = client.repository(destination);
      await copy(memory, target, { reference: root.digest, tags: [tag] });
      warnOf(await readBundle(memory, root.digest));
      const reference = `${target.name}:${tag}@${root.digest}`;
      print(options.output === 'json' ? visibleJson({ reference, digest: root.digest, tag }) : reference);
    });
}

/** What a cluster or tkn has against a bundle. */
function warnOf({ problems }: Bundle): void {
  for (const { at, message } of problems) {
    process.stderr.write(
      `problem: ${at === undefined ? '' : `${printable(at)}: `}${printable(message, 1_000)}\n`,
    );
  }
}

function tagOf(reference: Reference): string {
  const { tag, digest } = reference;
  if (tag !== undefined && digest === undefined) return tag;
  throw usageError(
    `cannot push to ${reference.toString()}: it names ${digest ? 'a digest' : 'no tag'}`,
    'write <repository>:<tag>',
  );
}

function find(bundle: Bundle, name: string, reference: string): Bundle['entries'][number] {
  const titles = [...byTitle(bundle).keys()];
  const title = titles.find((known) => known === name) ?? onlyOne(titles, name);
  const found = title === undefined ? undefined : byTitle(bundle).get(title);
  if (found !== undefined) return found;
  throw usageError(
    `${printable(reference)} has no ${printable(name)}, or more than one`,
    `it has ${titles.map((title) => printable(title)).join(', ')}`,
  );
}

function onlyOne(titles: readonly string[], name: string): string | undefined {
  const matching = titles.filter((title) => title.endsWith(`/${name}`));
  return matching.length === 1 ? matching[0] : undefined;
}

function listing(bundle: Bundle): object {
  const { root, format, annotations, entries, problems } = bundle;
  return {
    digest: root.digest,
    mediaType: root.mediaType,
    format,
    annotations,
    objects: entries.map((entry) => ({
      title: titleOf(entry),
      kind: entry.kind,
      name: entry.name,
      apiVersion: entry.apiVersion,
      bytes: Buffer.byteLength(entry.text),
      layer: entry.layer.digest,
    })),
    problems,
    findings: findingsInBundle(bundle),
  };
}

function outputOption(first: string, ...more: readonly string[]): Option {
  const choices = [first, ...more];
  const text = choices.includes('text') ? 'plain, text for a unified diff, or json' : choices.join(' or ');
  return new Option('-o, --output <form>', text).choices(choices).default(first);
}

function print(text: string): void {
  if (text !== '') process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}
