import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import type { Param, Secret, TaskSpec, Volume } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';
import type { BuildHost } from '../objects/build-hosts.ts';
import { secretData } from '../objects/key-value-data.ts';
import type { Objects } from '../objects/objects.ts';
import { type ImageMap, type ImageSource, mapImage } from './image-map.ts';

/** What the Secret of a TaskRun's host says, and how a note names the host. */
export interface GivenHost {
  readonly platform: string;
  readonly name: string;
  readonly secret: Secret;
}

/**
 * The Secret with the host that a TaskRun builds on, as Konflux' multi-platform-controller makes it: for a TaskRun that
 * mounts a Secret `multi-platform-ssh-…` and is given PLATFORM (a default does not count). Its host is the one that is
 * chosen for the platform, else this machine.
 *
 * Beside the controller's keys there may be `known_hosts`, `patience` (seconds), and `step-image.json`: what the image of the step that mounts
 * the Secret is on the host, as `{"image": …}` or `{"rootfs": …, "mounts": [{"source": …, "path": …}]}`.
 *
 * @param spec with everything substituted
 * @returns undefined where it asks for none, or such a Secret is among the objects
 * @throws {InvalidRunError} where that image is a directory of this machine, and the host is another one
 */
export function buildHostOf(
  { volumes = [], steps = [] }: TaskSpec,
  params: readonly Param[],
  { secrets, buildHosts }: Pick<Objects, 'secrets' | 'buildHosts'>,
  imageMap: ImageMap,
): GivenHost | undefined {
  const platform = params.find(({ name }) => name === 'PLATFORM')?.value;
  const volume = hostVolume(volumes);
  const secretName = volume?.secret?.secretName ?? '';
  if (typeof platform !== 'string' || volume === undefined || secrets.has(secretName)) return undefined;
  const secretOf = (stringData: Readonly<Record<string, string>>): Secret => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: secretName },
    stringData,
  });
  const host = buildHosts?.get(platform);
  if (host === undefined) {
    const secret = secretOf({ host: 'localhost' });
    return { platform, name: 'this machine', secret };
  }
  const step = steps.find(({ volumeMounts = [] }) => volumeMounts.some(({ name }) => name === volume.name));
  const image = mapImage(step?.image ?? '', imageMap);
  const name = `${host.user}@${host.address}${host.port === undefined ? '' : `:${host.port}`}`;
  return {
    platform,
    name,
    secret: secretOf({
      host: name,
      // The controller gives each TaskRun a user of its own, whose home this is.
      'user-dir': '/var/tmp',
      id_rsa: host.key,
      ...(host.knownHosts !== undefined && { known_hosts: host.knownHosts }),
      ...(host.patience !== undefined && { patience: String(host.patience) }),
      'step-image.json': JSON.stringify(imageOnHost(image, host)),
    }),
  };
}

/** Whether a TaskRun builds on a host that is reached by ssh: that of `buildHostOf`, or of a Secret among the objects. */
export function buildsElsewhere({ volumes = [] }: TaskSpec, objects: Pick<Objects, 'secrets'>): boolean {
  const host = secretData(objects, hostVolume(volumes)?.secret?.secretName, true)
    ?.get('host')
    ?.toString()
    .trim();
  return host !== undefined && host !== 'localhost';
}

function hostVolume(volumes: readonly Volume[]): Volume | undefined {
  return volumes.find(({ secret }) => secret?.secretName?.startsWith('multi-platform-ssh-'));
}

function imageOnHost(source: ImageSource, { address }: BuildHost): object {
  if (source.kind === 'image') return { image: source.reference };
  if (!isThisMachine(address)) {
    throw new InvalidRunError(
      `the step image is a directory of this machine, which the host ${address} does not have`,
      { hint: 'map it to an image that the host can pull' },
    );
  }
  return { rootfs: source.path, mounts: source.mounts };
}

function isThisMachine(address: string): boolean {
  const bare = address.replace(/^\[|\]$/g, '');
  if (isIP(bare) === 0) return bare === 'localhost';
  const own = Object.values(networkInterfaces()).flatMap((list = []) => list.map((one) => one.address));
  return bare.startsWith('127.') || own.includes(bare);
}
