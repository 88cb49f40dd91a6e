import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseBuildHosts, parseObjects, readBuildHosts, runLocally, sortObjects } from '#lib/local';
import { createRegistryClient, parseReference, type Repository } from '#lib/oci';
import type { RunEvent } from '#lib/runs';
import { taskManifest, toYaml } from '#lib/tekton';
import { createArtifacts } from '#lib/trusted-artifacts';
import { task } from '../../tasks/buildah-remote-oci-ta/task.ts';
import { type Registry, startRegistry } from './registries/registry.ts';
import { bundledSteps, bundleInto, valuesOf } from './step-image.ts';

export interface RemoteBuilt {
  readonly status: string;
  /** As `step: line`. */
  readonly lines: readonly string[];
  readonly values: Readonly<Record<string, string>>;
  /** What the run says of its end. */
  readonly message: string;
}

/** Content by path, or a link by its target. */
export type SourceFiles = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

interface Build {
  /** Files of the source, or the artifact that `pack` made of them. */
  readonly files: SourceFiles | string;
  /** Files of what was prefetched. */
  readonly prefetched?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string | readonly string[]>>;
  /** Objects beside the TaskRun, as YAML. */
  readonly objects?: string;
  /** Builds there, as `run --host` takes it after the platform: `ssh://user@address:port,key=file`. */
  readonly host?: string;
  readonly signal?: AbortSignal;
  /** The timeout of the TaskRun, such as `10s`. */
  readonly timeout?: string;
  /** Where the directory of the run is made; by default beside all that these runs need. */
  readonly runsDirectory?: string;
  /** Is told each line as it comes. */
  readonly onLine?: (line: string) => void;
}

/** Runs of the task buildah-remote-oci-ta as it is rendered, with its steps bundled, on a registry of its own. */
export interface RemoteBuilds extends AsyncDisposable {
  readonly registry: Registry;
  /** Directory of the bundled steps, which is at /usr/libexec/bootc-catalog. */
  readonly steps: string;
  readonly repository: (name: string) => Repository;
  /** Packs files as a source; its artifact. */
  readonly pack: (files: SourceFiles) => Promise<string>;
  readonly build: (build: Build) => Promise<RemoteBuilt>;
}

/** @param own a registry that the caller stops; without one there is one of these runs */
export async function openRemoteBuilds(own?: Registry): Promise<RemoteBuilds> {
  const directory = mkdtempSync(join(tmpdir(), 'remote-build-'));
  const steps = join(directory, 'steps');
  await bundleInto(
    steps,
    Object.keys(task.steps).map((step) => `${task.name}/${step}`),
  );
  const registry = own ?? (await startRegistry());
  const client = createRegistryClient();

  const pack = async (name: string, files: SourceFiles) => {
    const path = mkdtempSync(join(directory, 'source-'));
    for (const [file, content] of Object.entries(files)) {
      mkdirSync(dirname(join(path, file)), { recursive: true });
      if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, join(path, file));
      else writeFileSync(join(path, file), content, { mode: 0o755 });
    }
    const store = `${registry.host}/test/sources`;
    return (await createArtifacts({ store, artifacts: [{ name, path }], client }))[name] ?? '';
  };
  const build = async (given: Build): Promise<RemoteBuilt> => {
    const {
      files,
      prefetched,
      params = {},
      objects = '',
      host,
      signal,
      timeout,
      runsDirectory,
      onLine,
    } = given;
    const lines: string[] = [];
    const collect = (event: RunEvent) => {
      if (event.type !== 'step-log') return;
      lines.push(`${event.step}: ${event.text}`);
      onLine?.(`${event.step}: ${event.text}`);
    };
    const all = {
      IMAGE: `${registry.host}/test/image:1`,
      PLATFORM: 'linux/amd64',
      STORAGE_DRIVER: 'vfs',
      SOURCE_ARTIFACT: typeof files === 'string' ? files : await pack('SOURCE_ARTIFACT', files),
      CACHI2_ARTIFACT: prefetched ? await pack('CACHI2_ARTIFACT', prefetched) : '',
      ...params,
    };
    const taskRun = {
      apiVersion: 'tekton.dev/v1',
      kind: 'TaskRun',
      metadata: { name: 'build' },
      spec: {
        taskSpec: taskManifest(task, { image: 'steps' }).spec,
        params: Object.entries(all).map(([name, value]) => ({ name, value })),
        ...(timeout === undefined ? {} : { timeout }),
      },
    };
    const texts = [toYaml(taskRun), ...(objects === '' ? [] : [objects])];
    const buildHosts = await readBuildHosts(
      parseBuildHosts(host === undefined ? [] : [`${all.PLATFORM}=${host}`]),
    );
    const result = await runLocally({
      objects: { ...sortObjects(texts.flatMap((text) => parseObjects(text, 'test.yaml'))), buildHosts },
      ...(signal === undefined ? {} : { signal }),
      imageMap: [bundledSteps(steps)],
      runsDirectory: runsDirectory ?? join(directory, 'runs'),
      network: 'host',
      sinks: [{ event: collect }],
    });
    const values = valuesOf(result.results);
    return { status: result.status, lines, values, message: result.message };
  };
  return {
    registry,
    steps,
    repository: (name) => client.repository(parseReference(`${registry.host}/${name}`)),
    pack: (files) => pack('SOURCE_ARTIFACT', files),
    build,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      if (own === undefined) await registry.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
