// Builds the step image and the image of the command: tools of a distribution for each platform, and above them the same
// files on all.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { explain } from '#lib/errors';
import { createLayout, type Descriptor, type Layer, readImages } from '#lib/oci';
import { run } from '#lib/process';
import { sourceOf } from '#lib/publish';
import { about, aboutCommand } from './about.ts';
import { type About, assembleImage, assembleIndex } from './assemble.ts';
import { COMMAND, packCommand } from './command-layer.ts';
import { COSIGN, packCosign } from './cosign.ts';
import { buildGoProgram } from './go-program.ts';
import { readOptions, type StepImageOptions } from './options.ts';
import { packageLists } from './package-lists.ts';
import { replaceLayout } from './replace-layout.ts';
import { packCompiledCode, packSteps } from './steps-layer.ts';
import { buildToolsBase } from './tools-base.ts';

const root = join(import.meta.dirname, '../..');
/** By the folder of the layout that it is put together in. */
const images = { steps: 'localhost/bootc-catalog-steps:latest', command: 'localhost/bootc-catalog:latest' };
const started = performance.now();
const abort = new AbortController();
const { signal } = abort;
process.once('SIGINT', () => abort.abort()).once('SIGTERM', () => abort.abort());

try {
  await build(readOptions(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`error: ${signal.aborted ? 'cancelled' : explain(error)}\n`);
  process.exitCode = signal.aborted ? 130 : 1;
}

async function build(options: StepImageOptions): Promise<void> {
  for (const script of ['build-steps', 'build-cli'])
    await run(process.execPath, [join(root, 'scripts', `${script}.ts`)], { signal });
  const { directory, tag } = options.output ?? { directory: join(root, '.cache/step-image'), tag: 'latest' };
  // A layout of its own: a reference without a tag takes the only image there is.
  const commands = `${directory}-command`;
  await replaceLayout(commands, async (freshCommands) => {
    await replaceLayout(directory, async (fresh) => {
      const built: Built[] = [];
      for (const architecture of options.architectures) {
        built.push(await buildOne(fresh, freshCommands, architecture, options));
      }
      const facts = await aboutThis();
      await assembleIndex(
        createLayout(fresh),
        built.map(({ steps }) => steps),
        facts,
        tag,
      );
      await assembleIndex(
        createLayout(freshCommands),
        built.map(({ command }) => command),
        { ...facts, annotations: aboutCommand },
        tag,
      );
      if (options.output !== undefined) await packageLists(fresh, tag);
    });
  });
  if (options.output !== undefined) {
    await report(directory, tag);
    return report(commands, tag);
  }
  await intoStorage(directory, images.steps);
  await intoStorage(commands, images.command);
}

async function intoStorage(layout: string, name: string): Promise<void> {
  await run('skopeo', ['copy', '--quiet', `oci:${layout}:latest`, `containers-storage:${name}`], { signal });
  await rm(layout, { recursive: true });
  say(`${name} is built`);
}

interface Built {
  readonly steps: Descriptor;
  readonly command: Descriptor;
}

async function buildOne(
  layout: string,
  commandLayout: string,
  architecture: string,
  { base, release, compiledCode, cosign }: StepImageOptions,
): Promise<Built> {
  const steps = await packSteps(join(root, 'dist/steps'));
  const tools = await buildToolsBase({
    root,
    architecture,
    base,
    release,
    signal,
    ...(compiledCode ? { steps: steps.diffId } : {}),
    progress: say,
  });
  // Compiled code is left out unless it is asked for: whoever builds the image again then gets the bytes that are
  // published.
  const { compiledCode: folder } = tools;
  const layers = [
    ...(cosign ? [await cosignFor(architecture)] : []),
    steps,
    ...(folder === undefined ? [] : [await packCompiledCode(folder)]),
  ];
  const facts = await aboutThis();
  const descriptor = await assembleImage(createLayout(layout), tools, layers, facts);
  const command = await assembleImage(createLayout(commandLayout), tools, [await packCommand(root)], {
    ...facts,
    annotations: aboutCommand,
    entrypoint: [COMMAND],
  });
  const size = [...tools.image.manifest.layers, ...layers.map((layer) => layer.descriptor)]
    .map((layer) => layer.size)
    .reduce((total, bytes) => total + bytes, 0);
  say(`linux/${architecture}: ${descriptor.digest}, ${Math.round(size / 1e6)} MB compressed`);
  return { steps: descriptor, command };
}

/** Below the steps, as it changes less often. */
async function cosignFor(architecture: string): Promise<Layer> {
  say(`building cosign ${COSIGN.version} for ${architecture}`);
  const program = await buildGoProgram(COSIGN, architecture, join(root, '.cache/go-tools'), { signal });
  return packCosign(program, { signal });
}

async function aboutThis(): Promise<About> {
  const url = about['org.opencontainers.image.source'];
  const isCheckout = existsSync(join(root, '.git'));
  const revision = isCheckout ? (await sourceOf(root, { url, isDirtyAllowed: true })).revision : 'unknown';
  const epoch = process.env.SOURCE_DATE_EPOCH;
  const created = epoch === undefined ? undefined : new Date(Number(epoch) * 1_000).toISOString();
  return { annotations: about, revision, created };
}

async function report(directory: string, tag: string): Promise<void> {
  const { root: index, images } = await readImages(createLayout(directory), tag);
  say(`oci:${directory}:${tag} is ${index.digest}, for ${images.length} platforms`);
}

function say(message: string): void {
  process.stderr.write(`${((performance.now() - started) / 1_000).toFixed(1).padStart(6)} s  ${message}\n`);
}
