import { lutimes, mkdir, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type DnfOptions, repoFile } from './repo-file.ts';
import { newest, type Repository } from './repositories.ts';
import { type SbomType, sbomText } from './sbom.ts';

interface TreeOptions {
  readonly dnf: DnfOptions | undefined;
  readonly sbomType: SbomType;
}

/** Where the build will have the directory `output` (Konflux' KBC_PD_OUTPUT_DIR_MOUNT_POINT). */
const MOUNT_POINT = '/cachi2/output';
/** Variables of the build, of which RPMs need none: hermeto's empty shell file, under both names, and its empty list. */
const environment = { 'prefetch.env': '\n', 'cachi2.env': '\n', 'prefetch-env.json': '[]\n' };

/** Writes what stands beside the packages, and gives all of it one time. */
export async function writeTree(
  root: string,
  repositories: readonly Repository[],
  { dnf, sbomType }: TreeOptions,
): Promise<void> {
  const time = newest(repositories);
  const packages = repositories.flatMap((one) => one.packages);
  const config = {
    environment_variables: [],
    project_files: [],
    ...(dnf === undefined ? {} : { options: { rpm: { dnf } } }),
  };
  const files: Record<string, string> = {
    ...environment,
    'output/.build-config.json': JSON.stringify(config, null, 2),
    'output/bom.json': sbomText(packages, sbomType, new Date(time * 1000)),
  };
  for (const [arch, ids] of byArchitecture(repositories)) {
    const directory = `deps/rpm/${arch}`;
    files[`output/${directory}/repos.d/hermeto.repo`] = repoFile(
      ids,
      `${MOUNT_POINT}/${directory}`,
      dnf ?? {},
    );
  }
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await writeFile(join(root, path), text);
  }
  await settle(root, time);
}

function byArchitecture(repositories: readonly Repository[]): ReadonlyMap<string, readonly string[]> {
  const ids = new Map<string, string[]>();
  for (const { arch, id } of repositories) ids.set(arch, [...(ids.get(arch) ?? []), id]);
  return ids;
}

/** The time of a file is part of an artifact: packages have theirs already, and all else gets that of the youngest. */
async function settle(directory: string, time: number): Promise<void> {
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await settle(path, time);
    else if (!entry.name.endsWith('.rpm')) await lutimes(path, time, time);
  }
  await lutimes(directory, time, time);
}
