import { DownloadError, get } from '#lib/http';
import { CredentialsError, credentialFiles, isLoopback, readAuthFile } from '#lib/oci';
import { printable } from '#lib/text';
import { type Finding, ok, warn } from './finding.ts';

const PATIENCE = 5_000;

/** Whether each answers at all, as distribution-spec v1.1.1 ("Determining Support") asks: 200, or 401 to a stranger. */
export async function lookAtRegistries(hosts: readonly string[]): Promise<readonly Finding[]> {
  return Promise.all(
    hosts.map(async (host) => {
      const failure = await noAnswer(host);
      return failure === undefined
        ? ok('registry', `${printable(host)} answers`)
        : warn(
            'registry',
            failure,
            `look at the network, HTTPS_PROXY and the certificate of ${printable(host)}`,
          );
    }),
  );
}

async function noAnswer(host: string): Promise<string | undefined> {
  const scheme = isLoopback(host) ? 'http' : 'https';
  try {
    await get(new URL(`${scheme}://${host}/v2/`), { limit: 65_536, attempts: 1, idleTimeout: PATIENCE });
    return undefined;
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    return error.status === 401 ? undefined : error.message;
  }
}

/** Which files podman, docker and this command take credentials from, and for whom; nothing of what is in an entry. */
export async function lookAtLogins(environment = process.env): Promise<{
  readonly findings: readonly Finding[];
  readonly hosts: readonly string[];
}> {
  const all = await Promise.all(credentialFiles(environment).map(lookAtFile));
  const findings = all.flatMap((one) => (one === undefined ? [] : [one.finding]));
  return {
    findings: findings.length > 0 ? findings : [ok('logins', 'none: what is public is read')],
    hosts: [...new Set(all.flatMap((one) => one?.hosts ?? []))],
  };
}

async function lookAtFile(path: string) {
  try {
    const file = await readAuthFile(path);
    if (file === undefined) return undefined;
    const names = [...file.auths.keys(), ...file.credHelpers.keys()];
    const whom = names.length === 0 ? 'nobody' : names.map((name) => printable(name)).join(', ');
    const store = file.credsStore === undefined ? '' : `, and the helper ${printable(file.credsStore)}`;
    const hosts = names.map((name) => name.replace(/^https?:\/\//, '').replace(/\/.*$/, '')).filter(isHost);
    return { finding: ok('logins', `${path}: ${whom}${store}`), hosts };
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    const mend = error.hint ?? 'podman logout --all and podman login write it anew';
    return { finding: warn('logins', error.message, mend), hosts: [] };
  }
}

function isHost(text: string): boolean {
  return /^[\w.-]+(?::\d+)?$/.test(text) && text !== 'docker.io' && text !== 'index.docker.io';
}
