import { join } from 'node:path';
import { Command, Option } from 'commander';
import { type DefinedCatalog, type Publication, publishedFile } from '#lib/catalog';
import { createRegistryClient } from '#lib/oci';
import { carryOut, type Plan, planPublication, repositoryOf, sourceOf, tagsOf } from '#lib/publish';
import { toYaml } from '#lib/tekton';
import { visibleJson } from '#lib/text';
import { type Migration, readMigrations } from '#lib/versions';
import { append, cancelBySignal, directory, given, platform, usageError } from '../options/arguments.ts';
import { locateImage } from '../options/locate-image.ts';
import { type RegistryChoice, registryOptions, withRegistryOptions } from '../options/registry-options.ts';
import { catalogOption, loadCatalog, writeFile } from './catalog-file.ts';
import { publishProgress } from './publish-progress.ts';
import { publishSummary } from './publish-summary.ts';

interface Options extends RegistryChoice {
  readonly catalog?: string;
  readonly prefix?: string;
  readonly stepImage?: string;
  readonly commandImage?: string;
  readonly platform: readonly string[];
  readonly floatingTag: readonly string[];
  readonly format: 'oci' | 'tkn';
  readonly source?: string;
  readonly builder?: string;
  readonly allowDirty: boolean;
  readonly allowSameVersion: boolean;
  readonly directory?: string;
  readonly record: boolean;
  readonly dryRun: boolean;
  readonly output: string;
}

export function publishCommand(): Command {
  const command = new Command('publish')
    .description(
      'Publish the step image and a bundle for each task, pipeline and StepAction of a catalog; tags move last.',
    )
    .option(...catalogOption)
    .option('--prefix <prefix>', "registry and what lies in it; the catalog's own by default", publishable)
    .option(
      '--step-image <image>',
      'oci:<layout>[:tag] or a reference; by default the one that is published already',
    )
    .option('--command-image <image>', 'image of the command to publish beside it, in the same forms')
    .option('--platform <platform>', 'platform that the step image must have; may be repeated', platform, [])
    .option(
      '--floating-tag <tag>',
      'tag beside <version> and <version>-<revision>; {major}, {minor} and {version} are filled in; may be repeated',
      floatingTag,
      [],
    )
    .addOption(
      new Option('--format <format>', "oci, or tkn for docker's media types as tkn writes them")
        .choices(['oci', 'tkn'])
        .default('oci'),
    )
    .option('--source <url>', 'address of the repository, for annotations and provenance')
    .option('--builder <uri>', 'who publishes, for the provenance; <source>#workstation by default')
    .option('--allow-dirty', 'publish a tree that has changes; the revision says so', false)
    .option(
      '--allow-same-version',
      'publish a change under a version that is there; for registries of your own',
      false,
    )
    .option(
      '-d, --directory <directory>',
      'also write the YAML as it is published into this directory',
      directory,
    )
    .option(
      '--record',
      'write down what was published, beside what is rendered: generate puts the digests into the pages',
      false,
    )
    .option('-n, --dry-run', 'show what would be done; nothing is written', false)
    .addOption(new Option('-o, --output <form>', 'plain or json').choices(['plain', 'json']).default('plain'))
    .addHelpText(
      'after',
      `
A run that dies midway has moved no tag, and is gone on with by calling again. What is there already, but for the
revision that it was made from, is left alone.

Examples:
  bootc-catalog publish --step-image oci:dist/image --dry-run
  bootc-catalog publish --step-image oci:dist/image --record && bootc-catalog generate
  bootc-catalog publish --prefix 127.0.0.1:5000/me --platform linux/amd64 --step-image oci:dist/image --output json`,
    );
  return withRegistryOptions(command).action(publish);
}

function publishable(prefix: string): string {
  given(() => repositoryOf(prefix, 'task', 'x'));
  return prefix;
}

function floatingTag(template: string, list: readonly string[]): string[] {
  given(() => tagsOf('0.0.0', 'x', [template]));
  return append(template, list);
}

async function publish(options: Options): Promise<void> {
  const catalog = await loadCatalog(options.catalog);
  const { prefix, folder, floatingTags, platforms, source: url } = chosen(options, catalog.publication);
  const source = await sourceOf(catalog.root, { url, isDirtyAllowed: options.allowDirty });
  using client = createRegistryClient(registryOptions(options));
  const stepImage = locateImage(
    client,
    options.stepImage ?? `${prefix}/${folder ?? 'tekton-catalog'}/steps:latest`,
  );
  const plan = await planPublication(client, {
    catalog,
    prefix,
    stepImage: { ...stepImage, platforms },
    ...(options.commandImage === undefined
      ? {}
      : { commandImage: { ...locateImage(client, options.commandImage), platforms } }),
    source,
    floatingTags,
    format: options.format,
    migrations: migrationsOf(catalog),
    isSameVersionAllowed: options.allowSameVersion,
    ...(options.builder === undefined ? {} : { builder: options.builder }),
  });
  if (!options.dryRun) await carryOutWithProgress(plan);
  if (options.directory !== undefined) writeObjects(options.directory, plan);
  if (options.record && !options.dryRun) writeRecord(catalog, plan);
  process.stdout.write(
    options.output === 'json'
      ? `${visibleJson(report(plan, options.dryRun))}\n`
      : publishSummary(plan, options.dryRun),
  );
}

async function carryOutWithProgress(plan: Plan): Promise<void> {
  const { graceful, stop } = cancelBySignal();
  const progress = publishProgress((text) => void process.stderr.write(text));
  try {
    await carryOut(plan, { signal: graceful, onEvent: progress });
  } finally {
    stop();
  }
}

/** They lie beside the definitions, `<tasks>/<name>/migrations/<version>.sh`. */
function migrationsOf({ root, folders, tasks }: DefinedCatalog): ReadonlyMap<string, readonly Migration[]> {
  return new Map(tasks.map(({ name }) => [name, readMigrations(join(root, folders.tasks, name))]));
}

function chosen(options: Options, known: Publication | undefined): Publication {
  const { floatingTag, platform } = options;
  return {
    ...known,
    prefix: needed(options.prefix ?? known?.prefix, '--prefix'),
    source: needed(options.source ?? known?.source, '--source'),
    floatingTags: floatingTag.length > 0 ? floatingTag : (known?.floatingTags ?? []),
    platforms: platform.length > 0 ? platform : (known?.platforms ?? []),
  };
}

function needed(value: string | undefined, option: string): string {
  if (value !== undefined) return value;
  throw usageError(
    'the catalog does not say where to publish to',
    `export publication from it, or give ${option}`,
  );
}

/** For the pages of the catalog, which refer to what they show by its digest. */
function writeRecord({ root, folders }: DefinedCatalog, { items }: Plan): void {
  const bundles = items.filter(({ object }) => object !== undefined);
  const references = bundles.map(({ kind, name, reference }) => [`${kind}-${name}`, reference]);
  const text = JSON.stringify(Object.fromEntries(references), undefined, 2);
  writeFile(join(root, publishedFile(folders)), `${text}\n`);
}

function writeObjects(directory: string, { items }: Plan): void {
  for (const { kind, name, object } of items) {
    if (object !== undefined) writeFile(join(directory, `${kind}s`, `${name}.yaml`), toYaml(object));
  }
}

function report({ source, items }: Plan, isDryRun: boolean): object {
  return {
    dryRun: isDryRun,
    source,
    items: items.map(({ kind, name, version, reference, root, isThere, tags }) => ({
      kind,
      name,
      version,
      reference,
      digest: root.digest,
      pushed: !isThere,
      tags,
    })),
  };
}
