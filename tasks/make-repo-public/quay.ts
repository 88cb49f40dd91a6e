import * as z from 'zod';
import { ExpectedError } from '#lib/errors';
import {
  askOnce,
  type Connections,
  isTransientStatus,
  pause,
  type RetryOptions,
  waitBefore,
  whyNoAnswer,
} from '#lib/http';
import { jsonOf } from '#lib/text';

/** The API of Quay, of one registry or another. */
export interface Quay {
  /** Whether a registry says that it is Quay. */
  isQuay(host: string): Promise<boolean>;
  /** Makes a repository public where it is not; `already` where it is. */
  makePublic(host: string, repository: string, token: string): Promise<'made' | 'already'>;
}

interface Call {
  readonly host: string;
  readonly path: string;
  /** What fails, for an error. */
  readonly cannot: string;
  readonly token?: string;
  readonly body?: object;
}

const Repository = z.looseObject({ is_public: z.boolean() });

/** Milliseconds for an answer, and bytes of it: that to a discovery lists the whole API. */
const [TIMEOUT, LIMIT] = [30_000, 8 * 1024 * 1024];
const RETRY: RetryOptions = { attempts: 4, delay: 500, maxDelay: 30_000 };

export function quayApi(connections: Connections, signal: AbortSignal): Quay {
  const call = (one: Call) => patiently(one, connections, signal);
  return {
    async isQuay(host) {
      const cannot = `cannot ask ${host} whether it is Quay`;
      const { status } = await call({ host, path: '/api/v1/discovery', cannot });
      return status === 200;
    },
    async makePublic(host, repository, token) {
      const path = `/api/v1/repository/${repository}`;
      const cannot = `cannot make ${host}/${repository} public`;
      const seen = await call({ host, path, cannot, token });
      const found = seen.status === 200 ? Repository.safeParse(jsonOf(seen.text)) : undefined;
      if (found?.success !== true) throw refused(seen.status, cannot);
      if (found.data.is_public) return 'already';
      const body = { visibility: 'public' };
      const { status } = await call({ host, path: `${path}/changevisibility`, cannot, token, body });
      if (status !== 200 && status !== 201) throw refused(status, cannot);
      return 'made';
    },
  };
}

async function patiently(
  call: Call,
  connections: Connections,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly text: string }> {
  for (let attempt = 1; ; attempt++) {
    let failure: string;
    let retryAfter: string | undefined;
    try {
      const answer = await once(call, connections, signal);
      if (!isTransientStatus(answer.status)) return answer;
      failure = `it said ${answer.status}`;
      ({ retryAfter } = answer);
    } catch (error) {
      signal.throwIfAborted();
      failure = error instanceof Error ? whyNoAnswer(error) : String(error);
    }
    const wait = attempt === RETRY.attempts ? undefined : waitBefore(attempt, retryAfter, RETRY);
    if (wait === undefined)
      throw new ExpectedError(`${call.cannot}: ${failure}`, { hint: 'try again later' });
    await pause(wait, signal);
  }
}

function once({ host, path, token, body }: Call, { agentFor }: Connections, signal: AbortSignal) {
  const url = new URL(path, `https://${host}`);
  return askOnce(url, {
    agent: agentFor(url),
    headers: {
      accept: 'application/json',
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    limit: LIMIT,
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT)]),
  });
}

function refused(status: number, cannot: string): ExpectedError {
  const isToken = status === 401 || status === 403;
  const why = status === 200 ? 'its answer says nothing of that' : `it said ${status}`;
  return new ExpectedError(`${cannot}: ${why}`, {
    hint: isToken
      ? 'the token in registrySecret needs the right to administer repositories, and not to have expired'
      : 'is the repository there?',
  });
}
