import { own, printable, quoted } from '#lib/text';
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

const bool = ['true', 'false'];
const anything = /^/;

/** The values that each flag of Tekton 1.15 may have here; one that would have to act, and does not, is refused. */
const flagValues: Readonly<Record<string, readonly string[] | RegExp>> = {
  // These act in a run.
  'results-from': ['termination-message', 'sidecar-logs'],
  'max-result-size': anything,
  'enable-termination-message-compression': bool,
  coschedule: ['workspaces', 'pipelineruns', 'isolate-pipelinerun', 'disabled'],
  // These say what the webhook takes.
  'enable-api-fields': ['stable', 'beta', 'alpha'],
  'enable-param-enum': bool,
  'enable-cel-in-whenexpression': bool,
  'enable-artifacts': bool,
  'enable-concise-resolver-syntax': bool,
  'disable-inline-spec': anything,
  // These say what a cluster does beside the steps.
  'enable-step-actions': bool,
  'enable-tekton-oci-bundles': bool,
  'enable-kubernetes-sidecar': bool,
  'enable-wait-exponential-backoff': bool,
  'keep-pod-on-cancel': bool,
  'send-cloudevents-for-runs': bool,
  'running-in-environment-with-injected-sidecars': bool,
  'set-security-context': bool,
  'set-security-context-read-only-root-filesystem': bool,
  // These would change what steps find.
  'disable-creds-init': ['false'],
  'await-sidecar-readiness': ['true'],
  'require-git-ssh-secret-known-hosts': ['false'],
  'enforce-nonfalsifiability': ['none'],
  'enable-provenance-in-status': ['true'],
  'trusted-resources-verification-no-match-policy': ['ignore', 'warn'],
};

/** What is off in Tekton as it is installed, and on here unless a flag says otherwise. */
const allOn = {
  'enable-api-fields': 'alpha',
  'enable-param-enum': 'true',
  'enable-cel-in-whenexpression': 'true',
  'enable-artifacts': 'true',
  'enable-concise-resolver-syntax': 'true',
};

/** The flags by which a webhook refuses objects. */
export function webhookFlags(flags: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  return { ...allOn, ...flags };
}

/** @throws {InvalidRunError} for a name that Tekton does not know, and a value that it or a run here would not take */
function checkFlags(flags: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(flags)) {
    // The ConfigMap has an example beside its flags.
    if (name.startsWith('_')) continue;
    const values = own(flagValues, name);
    if (values === undefined) {
      throw new InvalidRunError(`there is no feature flag ${printable(name)}`, {
        hint: `there are: ${Object.keys(flagValues).join(', ')}`,
      });
    }
    if (values instanceof RegExp || values.includes(value)) continue;
    const isKnown = values !== bool && bool.includes(value);
    throw new InvalidRunError(
      isKnown
        ? `the feature flag ${name} cannot be ${value} here`
        : `invalid value for feature flag "${name}": ${quoted(value)}`,
      { hint: `it can be ${values.join(' or ')}` },
    );
  }
}

/**
 * Reads flags by the names and values of that ConfigMap.
 *
 * @throws {InvalidRunError} for a name that Tekton does not know, and a value that it or a run here would not take
 */
export function readFeatureFlags(flags: Readonly<Record<string, string>> = {}): FeatureFlags {
  checkFlags(flags);
  const resultsFrom = flags['results-from'] ?? 'termination-message';
  const maxResultSize = Number(flags['max-result-size'] ?? 4096);
  // Half of what etcd takes, as Tekton has it.
  if (!Number.isInteger(maxResultSize) || maxResultSize <= 0 || maxResultSize >= 1_572_864) {
    throw new InvalidRunError(
      `invalid value for feature flag "max-result-size": "${flags['max-result-size']}"`,
    );
  }
  return {
    resultsFrom: resultsFrom === 'sidecar-logs' ? resultsFrom : 'termination-message',
    maxResultSize,
    compressesMessages: flags['enable-termination-message-compression'] === 'true',
    allowsManyClaims: (flags.coschedule ?? 'workspaces') !== 'workspaces',
  };
}
