import { rootCertificates } from 'node:tls';
import * as z from 'zod';
import { ExpectedError } from '#lib/errors';
import { askOnce, isTransientStatus, pause, waitBefore } from '#lib/http';
import { jsonOf, printable } from '#lib/text';

/** Milliseconds for an answer. */
const TIMEOUT = 30_000;
const MOST = 4 * 1024 * 1024;
const RETRY = { attempts: 4, delay: 400, maxDelay: 10_000 };

/** A registry by its `host[:port]`, whose own API is asked. */
export interface Quay {
  /** Whether it is a Quay: it has Quay's discovery. */
  isQuay(): Promise<boolean>;
  isPublic(repository: string, token: string): Promise<boolean>;
  makePublic(repository: string, token: string): Promise<void>;
}

const Discovery = z.looseObject({ apis: z.record(z.string(), z.unknown()) }).or(
  // Older ones have swagger 2.0.
  z.looseObject({ swagger: z.string(), paths: z.record(z.string(), z.unknown()) }),
);
const Repository = z.looseObject({ is_public: z.boolean() });

/**
 * @param ca authorities that vouch for it beside the system's, in PEM
 * @throws {ExpectedError} each method, for no answer and one that is a refusal, after trying again what can succeed later
 */
export function quayAt(registry: string, ca: readonly string[], signal?: AbortSignal): Quay {
  const ask = async (path: string, cannot: string, token?: string, body?: object) => {
    for (let attempt = 1; ; attempt++) {
      const timeout = AbortSignal.timeout(TIMEOUT);
      let failure: string;
      let retryAfter: string | undefined;
      try {
        const answer = await askOnce(new URL(`https://${registry}/api/v1${path}`), {
          ca: [...rootCertificates, ...ca].join('\n'),
          headers: {
            accept: 'application/json',
            ...(token !== undefined && { authorization: `Bearer ${token}` }),
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          limit: MOST,
          signal: signal === undefined ? timeout : AbortSignal.any([signal, timeout]),
        });
        if (!isTransientStatus(answer.status)) return answer;
        failure = `it said ${answer.status}`;
        ({ retryAfter } = answer);
      } catch (error) {
        signal?.throwIfAborted();
        failure = printable(error instanceof Error ? error.message : String(error));
      }
      const wait = attempt === RETRY.attempts ? undefined : waitBefore(attempt, retryAfter, RETRY);
      if (wait === undefined) throw new ExpectedError(`${cannot}: ${failure}`, { hint: 'try again later' });
      await pause(wait, signal);
    }
  };
  const refused = (cannot: string, status: number) =>
    new ExpectedError(`${cannot}: ${registry} said ${status}`, {
      hint: 'the Secret has a token of this registry with the permission Administer Repositories',
    });
  return {
    isQuay: async () => {
      const { status, text } = await ask('/discovery', `cannot find out whether ${registry} is a Quay`);
      return status === 200 && Discovery.safeParse(jsonOf(text)).success;
    },
    isPublic: async (repository, token) => {
      const cannot = `cannot find out whether ${registry}/${repository} is public`;
      const { status, text } = await ask(`/repository/${repository}?includeTags=false`, cannot, token);
      if (status !== 200) throw refused(cannot, status);
      const { data } = Repository.safeParse(jsonOf(text));
      if (data === undefined) throw new ExpectedError(`${cannot}: its answer says nothing of that`);
      return data.is_public;
    },
    makePublic: async (repository, token) => {
      const cannot = `cannot make ${registry}/${repository} public`;
      const path = `/repository/${repository}/changevisibility`;
      const { status } = await ask(path, cannot, token, { visibility: 'public' });
      if (status < 200 || status > 299) throw refused(cannot, status);
    },
  };
}
