import { InvalidRunError } from './errors.ts';

/** The keys of Tekton's ConfigMap feature-flags that change a run here; all else that it switches is on. */
export interface FeatureFlags {
  /** `sidecar-logs` lifts the limit on all results together, and has one for each. */
  readonly resultsFrom: 'termination-message' | 'sidecar-logs';
  /** Bytes of one result with `sidecar-logs`. */
  readonly maxResultSize: number;
  /** Lets more results into a termination message. */
  readonly compressesMessages: boolean;
  /** Without the affinity assistant, a task may use several claims (`coschedule`). */
  readonly allowsManyClaims: boolean;
}

const known = ['results-from', 'max-result-size', 'enable-termination-message-compression', 'coschedule'];
/** Harmless: everything that these switch on is on. */
const others =
  /^(?:enable-|disable-|await-|require-|running-|send-|set-|enforce-|keep-|default-|trusted-|custom-|embedded-|performance|verbose)/;

/**
 * Reads flags by the names and values of that ConfigMap.
 *
 * @throws {InvalidRunError} for a name that Tekton does not know, or a value that it would not take
 */
export function readFeatureFlags(flags: Readonly<Record<string, string>> = {}): FeatureFlags {
  const unknown = Object.keys(flags).find((name) => !known.includes(name) && !others.test(name));
  if (unknown !== undefined) {
    throw new InvalidRunError(`there is no feature flag ${unknown}`, {
      hint: `there are: ${known.join(', ')}`,
    });
  }
  const resultsFrom = flags['results-from'] ?? 'termination-message';
  if (resultsFrom !== 'termination-message' && resultsFrom !== 'sidecar-logs') {
    throw new InvalidRunError(`invalid value for feature flag "results-from": "${resultsFrom}"`);
  }
  const maxResultSize = Number(flags['max-result-size'] ?? 4096);
  // Half of what etcd takes, as Tekton has it.
  if (!Number.isInteger(maxResultSize) || maxResultSize <= 0 || maxResultSize >= 1_572_864) {
    throw new InvalidRunError(
      `invalid value for feature flag "max-result-size": "${flags['max-result-size']}"`,
    );
  }
  return {
    resultsFrom,
    maxResultSize,
    compressesMessages: flags['enable-termination-message-compression'] === 'true',
    allowsManyClaims: (flags.coschedule ?? 'workspaces') !== 'workspaces',
  };
}
