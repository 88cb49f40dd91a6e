import { cpSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseObjects, type RunOptions, type RunResult, runLocally, sortObjects } from '#lib/local';
import { createRegistryClient, parseReference, type Repository } from '#lib/oci';
import { run } from '#lib/process';
import type { RunEvent } from '#lib/runs';
import { taskManifest, toYaml } from '#lib/tekton';
import { task } from '../../tasks/buildah-bootc/task.ts';
import { type Registry, startRegistry, tester } from './registries/registry.ts';
import { bundledSteps, bundleInto, valuesOf } from './step-image.ts';

type TaskSpec = NonNullable<ReturnType<typeof taskManifest>['spec']>;
export type Step = NonNullable<TaskSpec['steps']>[number];
export type SecurityContext = NonNullable<Step['securityContext']>;

export interface Built extends RunResult {
  /** As `step: line`. */
  readonly lines: readonly string[];
  readonly values: Readonly<Record<string, string>>;
}

export interface BuildPod extends AsyncDisposable {
  readonly registry: Registry;
  /** What is mounted at /usr/libexec/bootc-catalog. */
  readonly steps: string;
  /** As the registry and the steps know it; only the account of the pod does besides. */
  readonly secret: string;
  readonly repository: (name: string) => Repository;
  /** The task as it is rendered, in a pod whose account has credentials, or other steps in the same place. */
  build(build: Build): Promise<Built>;
}

interface Build extends Partial<RunOptions> {
  /** In the workspace, beside the program of fixture/run.c. */
  readonly files?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string | readonly string[]>>;
  /** Other steps in the place of the task's. */
  readonly taskSpec?: object;
  /** What takes the place of the step that builds. */
  readonly step?: (own: Step) => Step;
}

const root = resolve(import.meta.dirname, '../..');
const gcc = ['/usr/bin/gcc', '/usr/local/bin/gcc'].find((path) => existsSync(path));

/** What this machine lacks for it; nothing where all is there. */
export const missing: readonly string[] = [
  ...(gcc === undefined ? ['gcc'] : []),
  ...(process.getuid?.() === 0 ? [] : ['root']),
];

/** A registry that asks who you are, the steps as they are bundled, and the program that RUN lines run. */
export async function openBuildPod(): Promise<BuildPod> {
  const directory = mkdtempSync(join(tmpdir(), 'build-pod-'));
  const steps = join(directory, 'steps');
  await bundleInto(
    steps,
    Object.keys(task.steps).map((step) => `${task.name}/${step}`),
  );
  const program = join(directory, 'program');
  const source = join(root, 'tasks/buildah-bootc/fixture/run.c');
  await run(gcc ?? 'gcc', ['-static', '-O1', '-Wall', '-Werror', '-o', program, source]);
  const registry = await startRegistry({ htpasswd: tester.htpasswd });
  const secret = Buffer.from(`${tester.username}:${tester.password}`).toString('base64');
  const client = createRegistryClient({ credentials: async () => ({ ...tester, source: 'the test' }) });

  const build = async ({
    files = {},
    params = {},
    taskSpec,
    step = (own) => own,
    ...options
  }: Build): Promise<Built> => {
    const workspace = mkdtempSync(join(directory, 'source-'));
    // Owned by a user of its own and readable by no other, as a workspace may be.
    for (const [name, content] of Object.entries(files))
      writeFileSync(join(workspace, name), content, { mode: 0o600 });
    cpSync(program, join(workspace, 'program'));
    await run('chown', ['--recursive', '1234', workspace]);
    const lines: string[] = [];
    const collect = (event: RunEvent) =>
      event.type === 'step-log' && lines.push(`${event.step}: ${event.text}`);
    const taskRun = taskRunOf(taskSpec ?? (withToken(step) as object), {
      IMAGE: `${registry.host}/test/image:1`,
      PLATFORM: 'linux/amd64',
      STORAGE_DRIVER: 'vfs',
      ...params,
    });
    const texts = [toYaml(taskRun), credentialsOf(registry.host, secret)];
    const result = await runLocally({
      objects: sortObjects(texts.flatMap((text) => parseObjects(text, 'test.yaml'))),
      choice: { workspaces: { source: workspace } },
      imageMap: [bundledSteps(steps)],
      runsDirectory: join(directory, 'runs'),
      network: 'host',
      sinks: [{ event: (event) => void collect(event) }],
      ...options,
    });
    const values = valuesOf(result.results);
    return { ...result, lines, values };
  };
  return {
    registry,
    steps,
    secret,
    repository: (name) => client.repository(parseReference(`${registry.host}/${name}`)),
    build,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await registry.stop();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function taskRunOf(taskSpec: object, params: Readonly<Record<string, unknown>>): object {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'TaskRun',
    metadata: { name: 'build' },
    spec: {
      serviceAccountName: 'pusher',
      podTemplate: {
        env: [{ name: 'TOKEN_OF_THE_STEP', valueFrom: { secretKeyRef: { name: 'token', key: 'token' } } }],
      },
      taskSpec,
      params: 'params' in taskSpec ? Object.entries(params).map(([name, value]) => ({ name, value })) : [],
      workspaces: [{ name: 'source', emptyDir: {} }],
    },
  };
}

/** The engine gives no tokens of accounts, so that a Secret stands where a cluster mounts one. */
function withToken(change: (own: Step) => Step): TaskSpec {
  const token = { name: 'token', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' };
  const { spec = {} } = taskManifest(task, { image: 'steps' });
  return {
    ...spec,
    volumes: [...(spec.volumes ?? []), { name: 'token', secret: { secretName: 'token' } }],
    steps: (spec.steps ?? []).map((step) => {
      const mounted = { ...step, volumeMounts: [...(step.volumeMounts ?? []), token] };
      return step.name === 'build' ? change(mounted) : mounted;
    }),
  };
}

function credentialsOf(host: string, secret: string): string {
  return `
apiVersion: v1
kind: ServiceAccount
metadata: { name: pusher }
secrets: [{ name: registry }, { name: git }]
---
apiVersion: v1
kind: Secret
metadata: { name: registry }
type: kubernetes.io/dockerconfigjson
stringData: { .dockerconfigjson: '{"auths":{"${host}":{"auth":"${secret}"}}}' }
---
apiVersion: v1
kind: Secret
metadata: { name: git, annotations: { tekton.dev/git-0: "https://git.example.com" } }
type: kubernetes.io/basic-auth
stringData: { username: user, password: ${secret} }
---
apiVersion: v1
kind: Secret
metadata: { name: token }
stringData: { token: ${secret} }`;
}
