// Builds the step image: tools of a distribution for each platform, and above them the same files on all.
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { explain } from '#lib/errors';
import { createLayout, type Descriptor, type Layer, readImages } from '#lib/oci';
import { run } from '#lib/process';
import { sourceOf } from '#lib/publish';
import { about } from './about.ts';
import { type About, assembleImage, assembleIndex } from './assemble.ts';
import { COSIGN, packCosign } from './cosign.ts';
import { buildGoProgram } from './go-program.ts';
import { readOptions, type StepImageOptions } from './options.ts';
import { packageLists } from './package-lists.ts';
import { replaceLayout } from './replace-layout.ts';
import { packCompiledCode, packSteps } from './steps-layer.ts';
import { buildToolsBase } from './tools-base.ts';

const root = join(import.meta.dirname, '../..');
const image = 'localhost/bootc-catalog-steps:latest';
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
  await run(process.execPath, [join(root, 'scripts/build-steps.ts')], { signal });
  const { directory, tag } = options.output ?? { directory: join(root, '.cache/step-image'), tag: 'latest' };
  await replaceLayout(directory, async (fresh) => {
    const manifests: Descriptor[] = [];
    for (const architecture of options.architectures) {
      manifests.push(await buildOne(fresh, architecture, options));
    }
    await assembleIndex(createLayout(fresh), manifests, await aboutThis(), tag);
    if (options.output !== undefined) await packageLists(fresh, tag);
  });
  if (options.output === undefined) {
    const storage = `containers-storage:${image}`;
    await run('skopeo', ['copy', '--quiet', `oci:${directory}:${tag}`, storage], { signal });
    await rm(directory, { recursive: true });
    return say(`${image} is built`);
  }
  await report(directory, tag);
}

async function buildOne(
  layout: string,
  architecture: string,
  { base, release, compiledCode, cosign }: StepImageOptions,
): Promise<Descriptor> {
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
  const descriptor = await assembleImage(createLayout(layout), tools, layers, await aboutThis());
  const size = [...tools.image.manifest.layers, ...layers.map((layer) => layer.descriptor)]
    .map((layer) => layer.size)
    .reduce((total, bytes) => total + bytes, 0);
  say(`linux/${architecture}: ${descriptor.digest}, ${Math.round(size / 1e6)} MB compressed`);
  return descriptor;
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
