import { isLoopback, parseReference } from '#lib/oci';
import { run, ToolError } from '#lib/process';
import { BackendError } from '../model/errors.ts';
import type { Backend, ImageFacts } from '../pod/backend.ts';
import type { ImageSource } from '../pod/image-map.ts';
import type { Invocation } from './invocation.ts';
import { PodmanError, type Service } from './service.ts';

/** Looks at images, each once for a run, and pulls what is not here. */
export function imageStore(
  invocation: Invocation,
  service: Service,
  unverified: readonly string[],
): { readonly inspect: Backend['inspectImage'] } {
  const known = new Map<string, Promise<ImageFacts>>();
  return {
    inspect: (source, pullPolicy, signal) => {
      if (source.kind === 'rootfs') return Promise.resolve(rootfsFacts(source));
      const key = `${source.reference} ${pullPolicy ?? ''}`;
      const facts =
        known.get(key) ?? inspect({ invocation, service, unverified }, source.reference, pullPolicy, signal);
      known.set(key, facts);
      return facts;
    },
  };
}

function rootfsFacts(source: ImageSource & { readonly kind: 'rootfs' }): ImageFacts {
  return { id: `rootfs:${source.path}`, user: source.user, hasCommand: false, entrypoint: [], command: [] };
}

interface Store {
  readonly invocation: Invocation;
  readonly service: Service;
  readonly unverified: readonly string[];
}

async function inspect(
  { invocation, service, unverified }: Store,
  reference: string,
  pullPolicy: string | undefined,
  signal: AbortSignal,
): Promise<ImageFacts> {
  if (pullPolicy !== 'Always') {
    const here = await look(service, reference);
    if (here) return here;
  }
  if (pullPolicy === 'Never') {
    throw pullError(`Container image "${reference}" is not present with pull policy of Never`);
  }
  try {
    const flags = isUnverified(reference, unverified) ? ['--tls-verify=false'] : [];
    await run('podman', [...invocation.global, 'pull', '--quiet', ...flags, reference], { signal });
  } catch (cause) {
    if (!(cause instanceof ToolError)) throw cause;
    throw pullError(`cannot pull the image ${reference}: ${lastLine(cause.stderr)}`, cause);
  }
  const pulled = await look(service, reference);
  if (pulled) return pulled;
  throw pullError(`cannot find the image ${reference} after it was pulled`);
}

/** What is sent to loopback does not leave the machine; for others somebody must have said so. */
function isUnverified(reference: string, unverified: readonly string[]): boolean {
  // A short name is podman's to complete, and of no registry that anybody named.
  if (!/^[^/]*[.:][^/]*\/|^localhost\//.test(reference)) return false;
  const { registry } = parseReference(reference);
  return isLoopback(registry) || unverified.includes(registry);
}

async function look(service: Service, reference: string): Promise<ImageFacts | undefined> {
  try {
    const image = (await service.call('GET', `/images/${encodeURIComponent(reference)}/json`)) as Inspected;
    const { User = '', Entrypoint, Cmd } = image.Config ?? {};
    return {
      id: imageIdOf(image, reference),
      user: User,
      hasCommand: (Entrypoint ?? Cmd ?? []).length > 0,
      entrypoint: Entrypoint ?? [],
      command: Cmd ?? [],
    };
  } catch (error) {
    if (error instanceof PodmanError && error.status === 404) return undefined;
    throw error;
  }
}

/** As the kubelet gives it: the repository with the digest that was asked for, or found; of a bare image its own. */
export function imageIdOf(
  { Id, RepoDigests }: Pick<Inspected, 'Id' | 'RepoDigests'>,
  reference: string,
): string {
  const asked = /@[^@]*$/.exec(reference)?.[0];
  const known = RepoDigests ?? [];
  return known.find((one) => asked !== undefined && one.endsWith(asked)) ?? known[0] ?? `sha256:${Id}`;
}

interface Inspected {
  readonly Id: string;
  readonly RepoDigests?: readonly string[] | null;
  readonly Config?: {
    readonly User?: string;
    readonly Entrypoint?: readonly string[];
    readonly Cmd?: readonly string[];
  };
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}

function pullError(message: string, cause?: unknown): BackendError {
  return new BackendError(message, {
    reason: 'TaskRunImagePullFailed',
    hint: "pull it, or give what runs in its place: --image-map <image>=<image>; without a network, this machine's own root: --image-map '*=rootfs:/'",
    ...(cause === undefined ? {} : { cause }),
  });
}
