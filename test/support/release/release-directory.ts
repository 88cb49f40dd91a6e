import { mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StepModule } from '#lib/step';
import type { Schemas, Values, Workspaces } from '#lib/tekton';
import { runStepWith } from '#test/context';

/** The files of a release as a step finds them, in a directory of their own. */
export interface ReleaseDirectory extends AsyncDisposable {
  /** The step has it as its workspace of that name: `/var/workdir` in a pod. */
  readonly workdir: string;
  /** Gives a mapped Snapshot of these components, and data. */
  give(components: readonly object[], data?: object): Promise<void>;
  /** Runs a step with the paths of the files; gives its results, and its lines. */
  run<P extends Schemas, R extends Schemas, W extends Workspaces>(
    step: StepModule<P, R, W>,
    params?: Readonly<Record<string, string>>,
  ): Promise<{ readonly results: Values<R>; readonly lines: readonly string[] }>;
  /** What a file of JSON says. */
  read(path: string): Promise<unknown>;
}

export async function makeReleaseDirectory(): Promise<ReleaseDirectory> {
  const scratch = await mkdtempDisposable(join(tmpdir(), 'release-'));
  const workdir = scratch.path;
  const dataDir = join(workdir, 'release');
  const write = (path: string, value: object) => writeFile(join(dataDir, path), JSON.stringify(value));
  await mkdir(join(dataDir, 'uid'), { recursive: true });
  return {
    workdir,
    async give(components, data = {}) {
      await write('uid/snapshot_spec.json', { application: 'app', components });
      await write('uid/data.json', data);
    },
    async run(step, params = {}) {
      const lines: string[] = [];
      const usual: Readonly<Record<string, string>> = {
        snapshotPath: 'uid/snapshot_spec.json',
        dataPath: 'uid/data.json',
        resultsDirPath: 'uid/results',
        dataDir,
      };
      const taken = Object.entries({ ...usual, ...params }).filter(([name]) => name in step.step.params);
      const results = await runStepWith(step, Object.fromEntries(taken), { workspaces: { workdir }, lines });
      return { results, lines };
    },
    read: async (path) => JSON.parse(await readFile(join(dataDir, path), 'utf8')),
    [Symbol.asyncDispose]: () => scratch[Symbol.asyncDispose](),
  };
}

/** A component of a mapped Snapshot. */
export function mappedComponent(choice: {
  readonly name?: string | undefined;
  /** `repository@digest` */
  readonly image: string;
  readonly to: readonly { readonly name: string }[];
  readonly tags: readonly string[];
}) {
  const { name = 'image', image, to, tags } = choice;
  return { name, containerImage: image, repositories: to.map((one) => ({ url: one.name, tags })) };
}
