import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRegistryClient, type Digest, packLayer, pushImage } from '#lib/oci';
import { startRegistry } from './registries/registry.ts';
import { runYaml } from './run-yaml.ts';

export interface KeptRuns extends AsyncDisposable {
  /** Host of a registry that has the image `a/b`. */
  readonly registry: string;
  readonly digest: Digest;
  /** Path of a file in a folder that goes with this. */
  readonly file: (name: string) => string;
  /** Keeps one more PipelineRun that says that it has made `<host>/a/b:1`. */
  readonly keep: (name: string, host: string, digest: string) => Promise<void>;
}

/**
 * Runs that are kept in the folder `runs`: the TaskRun `alone`, and the PipelineRuns `gone`, whose image is not there, and
 * `build`, which comes last.
 *
 * @param Labels of the image
 */
export async function keepRuns(Labels: Readonly<Record<string, string>> = {}): Promise<KeptRuns> {
  const folder = await mkdtemp(join(tmpdir(), 'kept-runs-'));
  const registry = await startRegistry();
  using client = createRegistryClient();
  const layers = [await packLayer([{ path: 'a', content: 'a' }])];
  const config = { os: 'linux', architecture: 'amd64', config: { Labels } };
  const { digest } = await pushImage(client.repository(`${registry.host}/a/b`), { config, layers });
  const file = (name: string) => join(folder, name);
  const keep = async (name: string, host: string, of: string) => {
    await runYaml(pipelineRun(name, host, of), { runsDirectory: file('runs') });
  };
  await runYaml(taskRun, { runsDirectory: file('runs') });
  await keep('gone', registry.host, digest.replace(/.{8}$/, '00000000'));
  await keep('build', registry.host, digest);
  return {
    registry: registry.host,
    digest,
    file,
    keep,
    async [Symbol.asyncDispose]() {
      await registry.stop();
      await rm(folder, { recursive: true });
    },
  };
}

const taskRun = `
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {name: alone}
spec: {taskSpec: {steps: [{name: s, image: any, script: 'true'}]}}`;

const pipelineRun = (name: string, host: string, digest: string) => `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: ${name}}
spec:
  pipelineSpec:
    tasks:
    - name: build
      taskSpec:
        results: [{name: IMAGE_URL}, {name: IMAGE_DIGEST}]
        steps: [{name: s, image: any, script: 'printf ${host}/a/b:1 > $(results.IMAGE_URL.path); printf ${digest} > $(results.IMAGE_DIGEST.path)'}]`;
