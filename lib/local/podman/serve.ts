import { findInvocation } from './find-invocation.ts';
import type { Invocation } from './invocation.ts';
import { type Service, startService } from './service.ts';

/** Podman as it works here, and its API, for as many runs as want it. */
export interface ServedPodman {
  readonly invocation: Invocation;
  readonly service: Service;
  readonly close: () => Promise<void>;
}

/**
 * Starts podman's API and does not wait until it listens: that takes a tenth of a second, beside other work.
 *
 * @throws {BackendError} when there is no podman that works
 */
export async function servePodman(signal?: AbortSignal): Promise<ServedPodman> {
  const invocation = await findInvocation(signal);
  const service = await startService(invocation);
  return { invocation, service, close: service.close };
}
