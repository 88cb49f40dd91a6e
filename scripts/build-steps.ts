// Bundles every step into dist/steps, laid out as /usr/libexec/bootc-catalog of the step image is: the image copies it,
// the local engine mounts it there.
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pMap from 'p-map';
import { ExpectedError, explain } from '#lib/errors';
import { run } from '#lib/process';
import { tasks } from '../bundles/catalog.ts';
import { type Bundles, bundleSteps, type StepSource } from './steps/bundle-steps.ts';
import { nodeNotice } from './steps/node-licence.ts';
import { thirdPartyNotices, thirdPartyPackages } from './steps/third-party-notices.ts';

const root = join(import.meta.dirname, '..');
const target = join(root, 'dist/steps');

try {
  const started = performance.now();
  const steps = ownSteps();
  await replaceTarget(steps);
  console.log(`${steps.length} steps built in ${((performance.now() - started) / 1000).toFixed(1)} s`);
} catch (error) {
  console.error(`cannot build the steps: ${explain(error)}`);
  process.exitCode = 1;
}

/** Steps of our own, those without an image or a StepAction, each with its file beside the definition. */
function ownSteps(): StepSource[] {
  return tasks.flatMap((task) =>
    Object.entries(task.definition.steps)
      .filter(([, step]) => !('image' in step) && !('action' in step))
      .map(([step]) => {
        const file = join(root, 'tasks', task.name, `${step}.ts`);
        if (!existsSync(file)) {
          throw new ExpectedError(`there is no tasks/${task.name}/${step}.ts`, {
            hint: `task ${task.name} defines a step ${step}: its file has a default export made by implement()`,
          });
        }
        return { name: `${task.name}/${step}`, file };
      }),
  );
}

/** Built aside and moved into place: a running container keeps the steps that it started with. */
async function replaceTarget(steps: readonly StepSource[]): Promise<void> {
  const fresh = `${target}.${process.pid}`;
  const old = `${fresh}.old`;
  try {
    mkdirSync(fresh, { recursive: true });
    const bundles = await bundleSteps(steps, fresh, { root });
    const notices = `${thirdPartyNotices(bundles.inputs, root)}\n${nodeNotice(nodeProgram())}`;
    writeFileSync(join(fresh, 'THIRD-PARTY-NOTICES'), notices);
    const packages = thirdPartyPackages(bundles.inputs, root);
    writeFileSync(join(fresh, 'packages.json'), `${JSON.stringify(packages, null, 2)}\n`);
    // Without it the nearest package.json, this repository's, would make the launchers ES modules.
    writeFileSync(join(fresh, 'package.json'), '{ "type": "commonjs" }\n');
    linkOrCopy(nodeProgram(), join(fresh, 'node'));
    await leaveCompiledCode(bundles, fresh);
    letAllRead(fresh);
    if (existsSync(target)) renameSync(target, old);
    renameSync(fresh, target);
  } finally {
    rmSync(fresh, { recursive: true, force: true });
    rmSync(old, { recursive: true, force: true });
  }
}

/** The user of a step is another one than ours, whose umask may leave nothing to others. */
function letAllRead(directory: string): void {
  chmodSync(directory, 0o755);
  for (const entry of readdirSync(directory, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const isOpen = entry.isDirectory() || (statSync(path).mode & 0o100) !== 0;
    chmodSync(path, isOpen ? 0o755 : 0o644);
  }
}

function nodeProgram(): string {
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
async function leaveCompiledCode({ caches }: Bundles, directory: string): Promise<void> {
  const compile = async ([{ name }, cache]: [StepSource, string]) => {
    const earlier = join(target, cache);
    if (existsSync(earlier)) return copyFileSync(earlier, join(directory, cache));
    await run(join(directory, 'node'), [join(directory, name), '--help']);
  };
  await pMap(caches, compile, { concurrency: availableParallelism() });
}
