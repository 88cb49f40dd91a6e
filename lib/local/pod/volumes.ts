import { chmod, chown, mkdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { KeyToPath, Volume, VolumeProjection } from '../model/api.ts';
import { BackendError } from '../model/errors.ts';
import { configMapData, secretData } from '../objects/key-value-data.ts';
import type { Objects } from '../objects/objects.ts';
import { type PodFacts, podField } from './environment.ts';
import { type Container, credentialsVolume, internal, type Pod } from './pod.ts';

/** A volume as a directory of this machine. */
export interface Directory {
  readonly path: string;
  readonly readOnly: boolean;
}

export interface VolumeContext {
  readonly objects: Objects;
  /** Where the pod's own volumes are made. */
  readonly directory: string;
  /** The directory of a PersistentVolumeClaim, which several TaskRuns share. */
  readonly claim: (name: string) => Promise<string>;
  /** User id that a container runs as; undefined where it is not known by number. */
  readonly userOf: (container: Container) => number | undefined;
}

/**
 * Makes the directories behind a pod's volumes, with the scripts and the places where steps report.
 *
 * @throws {BackendError} for a ConfigMap, Secret or claim that is not there
 */
export async function makeVolumes(pod: Pod, context: VolumeContext): Promise<ReadonlyMap<string, Directory>> {
  const used = new Set(
    [...pod.steps, ...pod.sidecars].flatMap(({ mounts }) => mounts.map(({ volume }) => volume)),
  );
  const directories = new Map<string, Directory>();
  for (const name of [...used, internal.results, internal.run, internal.steps, internal.artifacts]) {
    const volume = pod.volumes.get(name);
    if (!volume) throw new BackendError(`there is no volume ${name} to mount`);
    if (!directories.has(name)) directories.set(name, await makeVolume(volume, pod.facts, context));
  }
  await Promise.all([
    placeScripts(pod, directories.get(internal.scripts)?.path),
    placeStepDirectories(pod, directories),
    placeCredentials(pod, directories, context.userOf),
  ]);
  return directories;
}

async function makeVolume(volume: Volume, facts: PodFacts, context: VolumeContext): Promise<Directory> {
  const { configMap, secret, projected, downwardAPI, persistentVolumeClaim, hostPath } = volume;
  if (persistentVolumeClaim) {
    const { claimName, readOnly = false } = persistentVolumeClaim;
    return { path: await context.claim(claimName), readOnly };
  }
  if (hostPath) return { path: hostPath.path, readOnly: false };
  const path = join(context.directory, volume.name);
  if (configMap) return writeFiles(path, configMapFiles(configMap, context.objects), configMap.defaultMode);
  if (secret)
    return writeFiles(
      path,
      secretFiles({ ...secret, name: secret.secretName }, context.objects),
      secret.defaultMode,
    );
  if (projected) {
    const files = (projected.sources ?? []).flatMap((source) =>
      projectedFiles(source, facts, context.objects),
    );
    return writeFiles(path, files, projected.defaultMode);
  }
  if (downwardAPI)
    return writeFiles(path, downwardFiles(downwardAPI as VolumeProjection['downwardAPI'], facts));
  // Anything may write into an emptyDir, whoever it runs as.
  await mkdir(path, { recursive: true });
  await chmod(path, 0o777);
  return { path, readOnly: false };
}

interface VolumeFile {
  readonly path: string;
  readonly content: Buffer;
  readonly mode: number | undefined;
}

interface KeySource {
  readonly name?: string | undefined;
  readonly optional?: boolean | undefined;
  readonly items?: readonly KeyToPath[] | undefined;
}

function configMapFiles({ name, optional, items }: KeySource, objects: Objects): readonly VolumeFile[] {
  return filesOf(configMapData(objects, name, optional), items, `ConfigMap ${name}`, optional);
}

function secretFiles({ name, optional, items }: KeySource, objects: Objects): readonly VolumeFile[] {
  return filesOf(secretData(objects, name, optional), items, `Secret ${name}`, optional);
}

function filesOf(
  data: ReadonlyMap<string, Buffer> | undefined,
  items: readonly KeyToPath[] | undefined,
  source: string,
  optional = false,
): readonly VolumeFile[] {
  if (!data) return [];
  if (!items) return Array.from(data, ([path, content]) => ({ path, content, mode: undefined }));
  return items.flatMap(({ key, path, mode }) => {
    const content = data.get(key);
    if (content) return [{ path, content, mode }];
    if (optional) return [];
    throw new BackendError(`${source} has no key ${key}`, { reason: 'CreateContainerConfigError' });
  });
}

function projectedFiles(source: VolumeProjection, facts: PodFacts, objects: Objects): readonly VolumeFile[] {
  const { configMap, secret, downwardAPI, serviceAccountToken: token } = source;
  return [
    ...(configMap ? configMapFiles(configMap, objects) : []),
    ...(secret ? secretFiles(secret, objects) : []),
    ...(downwardAPI ? downwardFiles(downwardAPI, facts) : []),
    ...(token
      ? [{ path: token.path ?? '', content: tokenFor(token.audience, objects), mode: undefined }]
      : []),
  ];
}

/** An API server makes one for each audience; here there is its own, and one of the user's, or none. */
function tokenFor(
  audience: string | undefined,
  { apiToken, serviceAccountToken = Buffer.alloc(0) }: Objects,
): Buffer {
  return audience === undefined || audience === '' ? (apiToken ?? serviceAccountToken) : serviceAccountToken;
}

function downwardFiles(source: VolumeProjection['downwardAPI'], facts: PodFacts): readonly VolumeFile[] {
  return (source?.items ?? []).map(({ path, fieldRef, mode }) => ({
    path,
    content: Buffer.from(fieldRef ? podField(fieldRef.fieldPath, facts) : ''),
    mode,
  }));
}

async function writeFiles(
  root: string,
  files: readonly VolumeFile[],
  defaultMode = 0o644,
): Promise<Directory> {
  await mkdir(root, { recursive: true });
  for (const { path, content, mode } of files) {
    if (path.split('/').includes('..')) throw new BackendError(`${path}: must not contain '..'`);
    const file = join(root, path);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
    await chmod(file, mode ?? defaultMode);
  }
  return { path: root, readOnly: true };
}

async function placeScripts(pod: Pod, directory: string | undefined): Promise<void> {
  if (directory === undefined) return;
  await Promise.all(
    pod.scripts.map(async ({ name, content }) => {
      await writeFile(join(directory, name), content);
      await chmod(join(directory, name), 0o755);
    }),
  );
}

/** Each step has its own, which only its user can read. */
async function placeCredentials(
  pod: Pod,
  directories: ReadonlyMap<string, Directory>,
  userOf: VolumeContext['userOf'],
): Promise<void> {
  if (pod.credentials.files.length === 0) return;
  for (const [index, step] of pod.steps.entries()) {
    const root = directories.get(credentialsVolume(index))?.path ?? '';
    for (const { path, content } of pod.credentials.files) {
      await mkdir(dirname(join(root, path)), { recursive: true, mode: 0o700 });
      await writeFile(join(root, path), content, { mode: 0o600 });
    }
    const user = userOf(step);
    if (user !== 0) await giveTo(root, user, pod.credentials.files);
  }
}

/** To a user whose number is not known, or whose files only root can make, by what everybody in the container may. */
async function giveTo(
  root: string,
  user: number | undefined,
  files: Pod['credentials']['files'],
): Promise<void> {
  const directories = new Set(files.map(({ path }) => dirname(path)));
  const give = async (path: string, open: number) => {
    const isGiven =
      user !== undefined &&
      (await chown(path, user, -1).then(
        () => true,
        () => false,
      ));
    if (!isGiven) await chmod(path, open);
  };
  for (const { path } of files) await give(join(root, path), 0o644);
  for (const path of directories) if (path !== '.') await give(join(root, path), 0o755);
}

/** /tekton/run/<i>/status, and in /tekton/steps a link to it under the step's name and its index. */
async function placeStepDirectories(pod: Pod, directories: ReadonlyMap<string, Directory>): Promise<void> {
  const run = directories.get(internal.run)?.path ?? '';
  const steps = directories.get(internal.steps)?.path ?? '';
  for (const [index, { name }] of pod.steps.entries()) {
    for (const part of ['', 'status', 'status/results', 'status/artifacts']) {
      await mkdir(join(run, String(index), part), { recursive: true });
      // A step may run as anyone.
      await chmod(join(run, String(index), part), 0o777);
    }
    await symlink(`/tekton/run/${index}/status`, join(steps, name));
    await symlink(`/tekton/run/${index}/status`, join(steps, String(index))).catch(() => undefined);
  }
}
