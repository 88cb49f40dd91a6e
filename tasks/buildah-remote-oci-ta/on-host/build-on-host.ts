import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { type BuildHost, connectHost } from '#lib/host';
import { type Digest, isDigest } from '#lib/oci';
import type { StepContext } from '#lib/step';
import { HostError, type SshHost } from '../host.ts';
import { readLeftImage } from '../left-image.ts';
import { SHARED } from '../places.ts';
import type { BuildRequest } from '../request.ts';
import { readHostImage } from './host-image.ts';
import { keyFile } from './host-key.ts';
import { openHostLog } from './host-log.ts';
import { hostParams } from './host-params.ts';
import { sent } from './host-places.ts';
import { podmanArguments } from './podman-arguments.ts';
import { prepareHost } from './prepare-host.ts';

type Context = Pick<StepContext, 'log' | 'signal'>;

/**
 * Builds on a host behind ssh: sends there what the pod has, runs this same step in a container there, which pushes the
 * image as in a pod, and takes back what it leaves. Nothing of it stays on the host.
 *
 * @throws {HostError} where what comes back is not what was asked for
 * @throws {ExpectedError} with the message of the step there
 */
export async function buildOnHost(
  host: SshHost,
  { params, image }: BuildRequest,
  { log, signal }: Context,
): Promise<Digest> {
  const hostImage = await readHostImage();
  await using scratch = await makeScratch();
  const { key, ...way } = host;
  const { address } = way;
  const identity = await keyFile(key, scratch.path, signal);
  await using there = await connectHost({ ...way, identity, signal, log });
  const isPrivileged = params.PRIVILEGED_NESTED;
  log.info(`building on ${address}, a machine of ${there.machine}`);
  const volumes = await prepareHost(there, scratch.path, { isPrivileged });
  const environment = { TASKRUN_NAME: process.env.TASKRUN_NAME ?? '', TRUSTED_CA: sent['trusted-ca'] };
  const run = {
    params: hostParams(params),
    image: hostImage,
    directory: there.directory,
    label: there.label,
    volumes,
    environment,
  };
  await runThere(there, ['podman', ...podmanArguments(run)], log);
  const shared = join(scratch.path, 'shared');
  await there.fetch({ from: 'shared', to: shared });
  await cp(shared, SHARED, { recursive: true });
  const left = await readLeftImage().catch((cause: unknown) => {
    throw new HostError(`cannot read what came back from ${address}`, { cause });
  });
  if (left.image === image && isDigest(left.digest)) return left.digest;
  throw new HostError(`what ${address} has built is not ${image}`);
}

async function runThere(host: BuildHost, argv: readonly string[], log: Context['log']): Promise<void> {
  const said = openHostLog(log);
  const job = await host.start({ argv });
  const code = await job.follow(said.line);
  if (code === 0) return;
  throw said.failure() ?? new ExpectedError(`the build on ${host.address} ended with exit code ${code}`);
}

async function makeScratch(): Promise<AsyncDisposable & { readonly path: string }> {
  const path = await mkdtemp(join(tmpdir(), 'for-host-'));
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true }) };
}
