import * as z from 'zod';
import { isTransientStatus, pause, waitBefore } from '#lib/http';
import { jsonOf } from '#lib/text';
import type { ClusterAccess } from './access.ts';
import { ClusterError } from './errors.ts';
import { type Answer, request } from './request.ts';

const ConfigMap = z.object({
  kind: z.literal('ConfigMap'),
  data: z.record(z.string(), z.string()).default({}),
});

/** What a namespace may be called, and a ConfigMap: a path of the API is made of both. */
const NAME = /^[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?$/;
const RETRY = { attempts: 4, delay: 500, maxDelay: 10_000 };

/** What the API says of a ConfigMap. */
export type ConfigMapAnswer =
  | { readonly kind: 'found'; readonly data: Readonly<Record<string, string>> }
  | { readonly kind: 'absent' }
  /** The account of the pod may not read it; whether it is there is not known. */
  | { readonly kind: 'forbidden' };

/**
 * Asks for the data of a ConfigMap.
 *
 * @throws {ClusterError} after trying again what can succeed later
 */
export async function readConfigMap(
  access: ClusterAccess,
  { namespace, name }: { readonly namespace: string; readonly name: string },
  signal?: AbortSignal,
): Promise<ConfigMapAnswer> {
  const what = `ConfigMap ${namespace}/${name}`;
  if (!NAME.test(namespace) || !NAME.test(name))
    throw new ClusterError(`${what} has a name that none can have`);
  const path = `/api/v1/namespaces/${namespace}/configmaps/${name}`;
  const { status, text } = await patiently(() => request(access, path, signal), what, signal);
  if (status === 404) return { kind: 'absent' };
  if (status === 403) return { kind: 'forbidden' };
  if (status !== 200) {
    throw new ClusterError(`cannot read ${what}: the API of the cluster said ${status}`, {
      hint:
        status === 401 ? 'the token of the pod is not valid there: start the run again' : 'try again later',
    });
  }
  const parsed = ConfigMap.safeParse(jsonOf(text));
  if (!parsed.success)
    throw new ClusterError(`cannot read ${what}: the API of the cluster gave something else`);
  return { kind: 'found', data: parsed.data.data };
}

async function patiently(
  ask: () => Promise<Answer>,
  what: string,
  signal: AbortSignal | undefined,
): Promise<Answer> {
  for (let attempt = 1; ; attempt++) {
    let failure: string | undefined;
    try {
      const answer = await ask();
      if (!isTransientStatus(answer.status) || attempt === RETRY.attempts) return answer;
    } catch (error) {
      signal?.throwIfAborted();
      failure = (error as Error).message;
    }
    if (attempt === RETRY.attempts) {
      throw new ClusterError(`cannot read ${what}: ${failure}`, {
        hint: 'is the API of the cluster reachable from this pod?',
      });
    }
    await pause(waitBefore(attempt, undefined, RETRY) ?? RETRY.maxDelay, signal);
  }
}
