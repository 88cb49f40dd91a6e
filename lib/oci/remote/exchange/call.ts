import type { Content } from '../../model/target.ts';
import type { AuthRequest } from '../auth/authenticator.ts';
import type { Endpoint } from '../http/endpoint.ts';

/** A request to a registry, and what it is for. */
export interface Call extends AuthRequest {
  /** For messages, after "cannot": `push quay.io/a/b@sha256:…`. */
  readonly doing: string;
  readonly method: string;
  readonly url: URL;
  /** Where the registry is: no other origin sees our credentials. */
  readonly endpoint: Endpoint;
  /** For messages, after "there is no": what a 404 means. */
  readonly missing: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Content | undefined;
  readonly size?: number | undefined;
  /** Statuses that the caller handles; every other one is thrown. */
  readonly expect: readonly number[];
  /**
   * The most bytes of a small answer, which is read before the call returns, so that a broken one is requested again.
   */
  readonly limit?: number;
  /**
   * Whether to try again by itself; a caller with a half-sent upload has to look first. `when asked` waits only for a
   * registry that asks for patience, where the caller has another way to find out.
   */
  readonly retry?: boolean | 'when asked';
}
