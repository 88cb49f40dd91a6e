import { run, ToolError } from '#lib/process';
import type { Backend, ImageFacts } from '../backend.ts';
import { BackendError } from '../errors.ts';
import type { ImageSource } from '../image-map.ts';
import type { Invocation } from './invocation.ts';

/** Looks at images, each once for a run, and pulls what is not here. */
export function imageStore(invocation: Invocation): { readonly inspect: Backend['inspectImage'] } {
  const known = new Map<string, Promise<ImageFacts>>();
  return {
    inspect: (source, pullPolicy, signal) => {
      if (source.kind === 'rootfs') return Promise.resolve(rootfsFacts(source));
      const key = `${source.reference} ${pullPolicy ?? ''}`;
      const facts = known.get(key) ?? inspect(invocation, source.reference, pullPolicy, signal);
      known.set(key, facts);
      return facts;
    },
  };
}

function rootfsFacts(source: ImageSource & { readonly kind: 'rootfs' }): ImageFacts {
  return { id: `rootfs:${source.path}`, user: '', hasCommand: false };
}

async function inspect(
  invocation: Invocation,
  reference: string,
  pullPolicy: string | undefined,
  signal: AbortSignal,
): Promise<ImageFacts> {
  if (pullPolicy !== 'Always') {
    const here = await look(invocation, reference);
    if (here) return here;
  }
  if (pullPolicy === 'Never') {
    throw pullError(`Container image "${reference}" is not present with pull policy of Never`);
  }
  try {
    await run('podman', [...invocation.global, 'pull', '--quiet', reference], { signal });
  } catch (cause) {
    if (!(cause instanceof ToolError)) throw cause;
    throw pullError(`cannot pull the image ${reference}`, cause);
  }
  const pulled = await look(invocation, reference);
  if (pulled) return pulled;
  throw pullError(`cannot find the image ${reference} after it was pulled`);
}

async function look(invocation: Invocation, reference: string): Promise<ImageFacts | undefined> {
  try {
    const { stdout } = await run('podman', [...invocation.global, 'image', 'inspect', reference]);
    const [image] = JSON.parse(stdout) as readonly {
      Id: string;
      Config?: { User?: string; Entrypoint?: string[]; Cmd?: string[] };
    }[];
    const { User = '', Entrypoint, Cmd } = image?.Config ?? {};
    return { id: image?.Id ?? '', user: User, hasCommand: (Entrypoint ?? Cmd ?? []).length > 0 };
  } catch (error) {
    if (error instanceof ToolError) return undefined;
    throw error;
  }
}

function pullError(message: string, cause?: unknown): BackendError {
  return new BackendError(message, {
    reason: 'TaskRunImagePullFailed',
    hint: 'pull it, or give what runs in its place: --image-map <image>=<image>',
    ...(cause === undefined ? {} : { cause }),
  });
}
