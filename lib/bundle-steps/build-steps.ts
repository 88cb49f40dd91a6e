import { chmodSync, copyFileSync, existsSync, linkSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import { type DefinedCatalog, ownSteps } from '#lib/catalog';
import { ExpectedError } from '#lib/errors';
import { replaceDirectory, run } from '#lib/process';
import { quoted } from '#lib/text';
import { type Bundles, bundleSteps, NODE_FLAG, type StepSource } from './bundle-steps.ts';
import { nodeNotice } from './node-licence.ts';
import { thirdPartyNotices, thirdPartyPackages } from './third-party-notices.ts';

/**
 * Bundles every step of a catalog into a directory that is laid out as its `stepDirectory` in the step image: the image
 * copies it, the local engine mounts it there. It is built aside and moved into place: a running container keeps the
 * steps that it started with.
 *
 * @param target replaced as a whole
 * @returns the number of steps
 * @throws {InvalidCatalogError} when the file of a step is missing
 * @throws {ExpectedError} when the directory holds something else than steps
 */
export async function buildSteps(catalog: DefinedCatalog, target: string): Promise<number> {
  refuseOther(target);
  const steps = ownSteps(catalog);
  const { root, stepRunner: runner, stepDirectory } = catalog;
  await replaceDirectory(target, async (fresh) => {
    const bundles = await bundleSteps(steps, fresh, { root, runner, stepDirectory });
    const node = nodeProgram(root);
    const notices = `${thirdPartyNotices(bundles.inputs, root)}\n${nodeNotice(node)}`;
    writeFileSync(join(fresh, 'THIRD-PARTY-NOTICES'), notices);
    const packages = thirdPartyPackages(bundles.inputs, root);
    writeFileSync(join(fresh, 'packages.json'), `${JSON.stringify(packages, null, 2)}\n`);
    // Without it the nearest package.json, that of the catalog, would make the launchers ES modules.
    writeFileSync(join(fresh, 'package.json'), '{ "type": "commonjs" }\n');
    linkOrCopy(node, join(fresh, 'node'));
    await leaveCompiledCode(bundles, fresh, target);
    letAllRead(fresh);
  });
  return steps.length;
}

/** What it replaces is gone for good, so it must be what an earlier call has left, or nothing. */
function refuseOther(target: string): void {
  if (!existsSync(target)) return;
  const isEmpty = statSync(target).isDirectory() && readdirSync(target).length === 0;
  if (isEmpty || existsSync(join(target, 'THIRD-PARTY-NOTICES'))) return;
  throw new ExpectedError(`${quoted(target)} is there and holds no steps`, {
    kind: 'usage',
    hint: 'name a directory that may be replaced, such as dist/steps',
  });
}

/** Steps run as another user, to whom our umask may leave nothing. */
function letAllRead(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isOpen = entry.isDirectory() || (statSync(path).mode & 0o100) !== 0;
    chmodSync(path, isOpen ? 0o755 : 0o644);
  }
}

/** The program of the package `node` where the catalog has it among its own, else the one that runs this. */
function nodeProgram(root: string): string {
  const pinned = join(root, 'node_modules/node/bin/node');
  return existsSync(pinned) ? pinned : process.execPath;
}

function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** Runs each step whose bundle is a new one, so that it need not be compiled again; one that cannot start fails here. */
async function leaveCompiledCode({ caches }: Bundles, directory: string, target: string): Promise<void> {
  const compile = async ([{ name }, cache]: [StepSource, string]) => {
    const earlier = join(target, cache);
    if (existsSync(earlier)) return copyFileSync(earlier, join(directory, cache));
    await run(join(directory, 'node'), [NODE_FLAG, join(directory, name), '--help']);
  };
  await pMap(caches, compile, { concurrency: availableParallelism() });
}
