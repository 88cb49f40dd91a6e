import { mkdir, mkdtempDisposable, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ExpectedError } from '#lib/errors';
import { pause, waitBefore } from '#lib/http';
import { parseReference, readCredentials } from '#lib/oci';
import { ToolError } from '#lib/process';
import type { StepContext } from '#lib/step';
import type { SigningServices } from './signing.ts';

/** The image could not be signed. */
export class SigningError extends ExpectedError {
  override readonly name = 'SigningError';
  override readonly kind = 'environment';
}

export interface SigningInput {
  readonly services: SigningServices;
  /** `repository@digest` */
  readonly image: string;
  /** What is attested of the image beside its signature. */
  readonly sbom?: { readonly type: 'spdx' | 'cyclonedx'; readonly content: Uint8Array } | undefined;
  /** Where the kubelet puts the token by which Fulcio knows the pod. */
  readonly token: string;
  readonly tlsVerify: boolean;
  /** Authorities beside the system's, in PEM. */
  readonly ca: readonly string[];
}

/** How cosign calls the two formats; its `spdx` is a text, and not a document. */
const PREDICATES = { spdx: 'spdxjson', cyclonedx: 'cyclonedx' } as const;
/** What cosign says of a registry, and of Fulcio, that will not say anything else later. */
const REFUSED = /unauthorized|forbidden|returned 4\d\d/i;
const RETRY = { attempts: 4, delay: 1000, maxDelay: 10_000 };
/** Where Go's crypto/x509 looks by default (its root_linux.go), as SSL_CERT_DIR takes their place. */
const SYSTEM_AUTHORITIES = ['/etc/ssl/certs', '/etc/pki/tls/certs'];

/**
 * Signs an image, and its SBOM as an attestation, as the account of the pod: cosign itself does it, called as Konflux' task
 * calls it. Neither token nor credentials are arguments.
 *
 * @throws {SigningError} after trying again what can succeed later
 */
export async function signWithCosign(
  { services, image, sbom, token, tlsVerify, ca }: SigningInput,
  { tool, signal, log }: Pick<StepContext, 'tool' | 'signal' | 'log'>,
): Promise<void> {
  await using folder = await mkdtempDisposable(join(tmpdir(), 'cosign-'));
  const path = (name: string) => join(folder.path, name);
  const env = {
    HOME: folder.path,
    TUF_ROOT: path('tuf'),
    DOCKER_CONFIG: await dockerConfig(image, path('docker')),
    ...(ca.length > 0 && { SSL_CERT_DIR: await certificates(ca, path('authorities')) }),
  };
  const cosign = async (what: string, args: readonly string[], needsToken = true) => {
    await patiently(
      async () => {
        // Read each time, as the kubelet renews it.
        const secret = needsToken ? { SIGSTORE_ID_TOKEN: await readToken(token) } : {};
        return tool('cosign', args, { env: { ...env, ...secret } });
      },
      what,
      signal,
    );
  };
  const { tuf, rekor, fulcio, oidcIssuer } = services;
  const where = [
    '--use-signing-config=false',
    `--rekor-url=${rekor}`,
    `--fulcio-url=${fulcio}`,
    `--oidc-issuer=${oidcIssuer}`,
    ...(tlsVerify ? [] : ['--allow-insecure-registry', '--allow-http-registry']),
  ];
  const root = ['initialize', '--root', `${tuf}/root.json`, '--mirror', tuf];
  await cosign(`get the authorities of ${tuf}`, root, false);
  log.info(`signing ${image}`);
  await cosign(`sign ${image}`, ['sign', '-y', ...where, image]);
  if (sbom === undefined) return;
  await writeFile(path('sbom.json'), sbom.content);
  const predicate = ['--type', PREDICATES[sbom.type], '--predicate', path('sbom.json')];
  await cosign(`attest the SBOM of ${image}`, ['attest', '-y', ...predicate, ...where, image]);
}

async function patiently(work: () => Promise<unknown>, what: string, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof ToolError)) throw error;
      const wait = REFUSED.test(error.stderr) ? undefined : waitBefore(attempt, undefined, RETRY);
      if (wait === undefined) throw new SigningError(`cannot ${what}: ${error.message}`, { cause: error });
      await pause(wait, signal);
    }
  }
}

async function readToken(path: string): Promise<string> {
  const token = await readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => '',
  );
  if (token !== '') return token;
  throw new SigningError(`cannot sign: there is no token of the pod's account in ${path}`, {
    hint: 'on a laptop give one by --serviceaccount-token',
  });
}

/** The credentials of this repository as the only ones: cosign looks for them by the registry alone. */
async function dockerConfig(image: string, directory: string): Promise<string> {
  const { registry, repository } = parseReference(image);
  const credential = await readCredentials()(registry, repository);
  const server = registry === 'docker.io' ? 'https://index.docker.io/v1/' : registry;
  const { username = '', password = '', identityToken } = credential ?? {};
  const entry = {
    auth: Buffer.from(`${username}:${password}`).toString('base64'),
    ...(identityToken !== undefined && { identitytoken: identityToken }),
  };
  await mkdir(directory);
  const config = JSON.stringify({ auths: credential === undefined ? {} : { [server]: entry } });
  await writeFile(join(directory, 'config.json'), config, { mode: 0o600 });
  return directory;
}

async function certificates(ca: readonly string[], directory: string): Promise<string> {
  await mkdir(directory);
  await writeFile(join(directory, 'trusted-ca.pem'), `${ca.join('\n')}\n`);
  return [directory, ...SYSTEM_AUTHORITIES].join(':');
}
