import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { canRun } from '#lib/image-build';
import { createLayout, type Digest, readImage } from '#lib/oci';
import { run } from '#lib/process';
import type { Base } from './assemble.ts';

export interface ToolsBaseOptions {
  readonly root: string;
  /** OCI's name: `s390x`. */
  readonly architecture: string;
  /** An image to start from; without it one is made of this machine's distribution. */
  readonly base?: string | undefined;
  /** Release of the distribution; this machine's own by default. */
  readonly release?: string | undefined;
  /**
   * Digest of the steps, where their code is to be compiled: it is compiled again only when this or the tools change.
   */
  readonly steps?: Digest;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
}

export interface ToolsBase extends Base {
  /** Folder with the compiled code of the steps in dist/steps, made by this architecture's Node; where it is asked for. */
  readonly compiledCode: string | undefined;
}

/**
 * Builds what is below our own files, for one platform: the packages of a distribution, and Node. Runs every step in
 * it once, emulated where it must be. Quick when only our own files have changed.
 */
export async function buildToolsBase(options: ToolsBaseOptions): Promise<ToolsBase> {
  const { root, architecture, release, signal, progress } = options;
  if (!(await canRun(architecture))) {
    throw new ExpectedError(`cannot build for linux/${architecture}: this machine cannot run its programs`, {
      hint: 'scripts/setup sets up emulation; in a container, /proc/sys/fs/binfmt_misc is that of its host',
    });
  }
  const output = (line: string, stream: 'stdout' | 'stderr') => stream === 'stderr' && progress(line);
  const call = async (script: string, args: readonly string[]) =>
    (await run(join(root, 'scripts', script), args, { signal, output })).stdout.trim();

  const base =
    options.base ?? (await call('base-image', [architecture, ...(release === undefined ? [] : [release])]));
  const cache = join(root, '.cache/tools');
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'tmp.'));
  try {
    const build = (target: string, ...args: string[]) =>
      call('build-image', [
        `--target=${target}`,
        `--platform=linux/${architecture}`,
        `--build-arg=BASE=${base}`,
        ...args,
      ]);
    const id = join(work, 'id');
    progress(`building what is below the steps for ${architecture}, from ${base}`);
    await build('tools', `--iidfile=${id}`, `--tag=localhost/bootc-catalog-tools:${architecture}`);
    const digest = (await readFile(id, 'utf8')).trim().replace('sha256:', '');
    const layout = join(cache, digest.slice(0, 16));
    if (!existsSync(layout)) {
      progress(`compressing what is below the steps, for ${architecture}`);
      const fresh = join(work, 'layout');
      await run('buildah', ['push', '--quiet', digest, `oci:${fresh}:tools`], { signal });
      await rename(fresh, layout);
    }
    const { steps } = options;
    const compiled = steps && `${layout}.${steps.replace('sha256:', '').slice(0, 16)}`;
    if (compiled !== undefined && !existsSync(compiled)) {
      progress(`running each step once on ${architecture}`);
      const fresh = join(work, 'compiled');
      await build('compiled-code', `--output=type=local,dest=${fresh}`);
      await rename(fresh, compiled);
    }
    const from = createLayout(layout);
    return { from, image: await readImage(from, 'tools'), compiledCode: compiled };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}
