import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { canRun } from '#lib/image-build';
import { findProgram } from '#lib/process';
import { type Finding, fail, ok, warn } from './finding.ts';

const NODE = 24;

export function lookAtNode(version: string = process.versions.node): Finding {
  return Number.parseInt(version, 10) >= NODE
    ? ok('node', version)
    : fail('node', version, 'make setup brings Node 24; the package needs it installed');
}

/** Programs that some runs need, and what they are for. */
const programs = {
  git: 'git is needed for Pipelines-as-Code files and the resolver git: install git',
  buildah: 'buildah is needed where our build tasks run with --local-steps: install buildah',
  skopeo: 'skopeo is handy beside this: install skopeo',
} as const;

export async function lookAtPrograms(): Promise<readonly Finding[]> {
  return Promise.all(
    Object.entries(programs).map(async ([name, why]) => {
      const path = await findProgram(name);
      return path === undefined ? warn(name, 'it is not installed', why) : ok(name, path);
    }),
  );
}

/** A program of each architecture is run: the list of binfmt handlers is not seen in a container. */
export async function lookAtEmulation(
  architectures = ['amd64', 'arm64', 'ppc64le', 's390x'],
): Promise<readonly Finding[]> {
  return Promise.all(
    architectures.map(async (architecture) =>
      (await canRun(architecture))
        ? ok('emulation', `linux/${architecture} runs`)
        : warn(
            'emulation',
            `linux/${architecture} does not run`,
            'install qemu-user-static; images of it are then built and linted here, too',
          ),
    ),
  );
}

const LITTLE = 5e9;

/** What is free where images, runs and builds are kept; a directory that is not there yet is looked at where it will be. */
export async function lookAtDisk(
  places: Readonly<Record<string, string | undefined>>,
): Promise<readonly Finding[]> {
  const known = Object.entries(places).flatMap(([what, path]) =>
    path === undefined ? [] : [[what, path] as const],
  );
  return Promise.all(
    known.map(async ([what, path]) => {
      const free = await freeBytes(path);
      const found = `${(free / 1e9).toFixed(1)} GB free for ${what} (${path})`;
      return free < LITTLE
        ? warn('disk', found, 'an image with its layers takes some 5 GB: podman system prune, runs prune')
        : ok('disk', found);
    }),
  );
}

async function freeBytes(path: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(path);
    return bavail * bsize;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || path === '/') throw error;
    return freeBytes(dirname(path));
  }
}
