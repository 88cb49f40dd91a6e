import { clusterConfig } from '#lib/konflux';
import { type ConfigMapAnswer, inCluster, readConfigMap } from '#lib/kube';
import { ToolMissingError } from '#lib/process';
import type { StepContext } from '#lib/step';
import { UnsupportedBuildError } from './buildah.ts';

/** The services by which an image is signed without a key of one's own. */
export interface SigningServices {
  readonly oidcIssuer: string;
  readonly rekor: string;
  readonly fulcio: string;
  readonly tuf: string;
}

/**
 * Asks the cluster, if there is one, whether images are to be signed: by ConfigMap konflux-info/cluster-config.
 *
 * @returns undefined where they are not: outside a cluster, without the ConfigMap, and, as in Konflux' task, where the
 *   account of the pod may not read it, which is told
 * @throws {UnsupportedBuildError} as `signingServices` does
 */
export async function clusterSigning(
  { signal, log }: Pick<StepContext, 'signal' | 'log'>,
  ask: (signal: AbortSignal) => Promise<ConfigMapAnswer | undefined> = askCluster,
): Promise<SigningServices | undefined> {
  const answer = await ask(signal);
  if (answer?.kind === 'forbidden') {
    log.warn(
      `nothing is signed: the account of this pod may not read ConfigMap ${clusterConfig.namespace}/${clusterConfig.name}, which would say whether the cluster asks for signatures`,
    );
  }
  return signingServices(answer?.kind === 'found' ? answer.data : {});
}

async function askCluster(signal: AbortSignal): Promise<ConfigMapAnswer | undefined> {
  const access = await inCluster();
  return access && readConfigMap(access, clusterConfig, signal);
}

/**
 * What the ConfigMap says: none of the four settings is off. Of a service the address inside the cluster comes first.
 *
 * @throws {UnsupportedBuildError} with those that are missing, or what is no address
 */
export function signingServices(config: Readonly<Record<string, string>>): SigningServices | undefined {
  const settings = {
    oidcIssuer: ['defaultOIDCIssuer'],
    rekor: ['rekorInternalUrl', 'rekorExternalUrl'],
    fulcio: ['fulcioInternalUrl', 'fulcioExternalUrl'],
    tuf: ['tufInternalUrl', 'tufExternalUrl'],
  } as const;
  const keyOf = (names: readonly string[]) => names.find((name) => (config[name] ?? '') !== '');
  const missing = Object.values(settings).filter((names) => keyOf(names) === undefined);
  if (missing.length === Object.keys(settings).length) return undefined;
  if (missing.length > 0) {
    const names = missing.map((one) => one.join(' or ')).join(', ');
    throw new UnsupportedBuildError(
      `the cluster is set up for keyless signing in part: there is no ${names}`,
      { hint: 'set all of them in ConfigMap konflux-info/cluster-config, or none' },
    );
  }
  const address = (names: readonly string[]) => {
    const key = keyOf(names) ?? '';
    const url = URL.parse(config[key] ?? '');
    if (url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '')
      return url.href.replace(/\/$/, '');
    throw new UnsupportedBuildError(
      `${key} of ConfigMap konflux-info/cluster-config is no address of a server`,
      {
        hint: 'it has to be https://host, without a name or password',
      },
    );
  };
  return {
    oidcIssuer: address(settings.oidcIssuer),
    rekor: address(settings.rekor),
    fulcio: address(settings.fulcio),
    tuf: address(settings.tuf),
  };
}

/**
 * Looks before anything is built whether what the cluster asks for can be done: nothing may be pushed that would have to
 * be signed, and is not.
 *
 * @throws {UnsupportedBuildError} as `signingServices` does, or where cosign is missing
 */
export async function checkSigning(
  { signal, log, tool }: Pick<StepContext, 'signal' | 'log' | 'tool'>,
  ask: (signal: AbortSignal) => Promise<ConfigMapAnswer | undefined> = askCluster,
): Promise<void> {
  if ((await clusterSigning({ signal, log }, ask)) === undefined) return;
  await tool('cosign', ['version'], { output: () => undefined }).catch((error: unknown) => {
    if (!(error instanceof ToolMissingError)) throw error;
    throw new UnsupportedBuildError(
      'the cluster asks for keyless signatures, and the step image has no cosign',
      {
        cause: error,
        hint: 'the published step image has it; one of your own gets it by scripts/image --cosign',
      },
    );
  });
}
