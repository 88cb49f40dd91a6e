/** A file of credentials as its generator made it, and what is asked with it. */
export interface AuthCase {
  readonly registry: string;
  readonly repository: string;
  readonly file: GeneratedAuthFile;
}

export interface GeneratedAuthFile {
  readonly auths: Readonly<Record<string, GeneratedEntry>>;
  readonly credHelpers?: Readonly<Record<string, string>>;
  readonly credsStore?: string;
}

export type GeneratedEntry = Readonly<Record<string, string>>;

/** Helpers that `writeHelpers` of the test puts on PATH, by what they do. */
export const HELPERS = ['knows', 'token', 'unknown'] as const;
/** After these podman and skopeo give up. */
export const FAILING_HELPERS = ['fails', 'babbles', 'missing'] as const;

const REGISTRIES = ['quay.example', 'quay.example:5000', 'basic.quay.example', 'Upper.example', 'docker.io'];
const REPOSITORIES = ['repo', 'ns/repo', 'ns/sub/repo'];

export function authCase(random: () => number): AuthCase {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const registry = pick(REGISTRIES);
  const plain = pick(REPOSITORIES);
  const repository = registry === 'docker.io' && !plain.includes('/') ? `library/${plain}` : plain;
  const auths: Record<string, GeneratedEntry> = {};
  const urls = new Set<string>();
  const credsStore = random() < 0.2 ? { credsStore: pick(['knows', 'unknown', '']) } : {};
  for (let left = Math.floor(random() * 5); left > 0; left--) {
    const key = pick(keysFor(random() < 0.8 ? registry : pick(REGISTRIES), repository));
    // podman takes any of several URLs of one host, so that a file has one at most.
    const host = hostOf(key);
    if (host !== undefined && urls.has(host)) continue;
    if (host !== undefined) urls.add(host);
    auths[key] = pick(entriesFor(key));
  }
  const helpers = [...HELPERS, ...HELPERS, ...FAILING_HELPERS, ''];
  const helperKeys = [
    registry,
    registry,
    registry.toUpperCase(),
    `${registry}/${repository}`,
    'other.example',
  ];
  return {
    registry,
    repository,
    file: {
      auths,
      ...(random() < 0.4 ? { credHelpers: { [pick(helperKeys)]: pick(helpers) } } : {}),
      ...credsStore,
    },
  };
}

function keysFor(registry: string, repository: string): readonly string[] {
  const parts = repository.split('/');
  const names = parts.map((_, index) => `${registry}/${parts.slice(0, index + 1).join('/')}`);
  const hosts = registry === 'docker.io' ? ['index.docker.io', 'registry-1.docker.io'] : [registry];
  const urls = hosts.flatMap((host) =>
    ['', '/', '/v1', '/v1/', '/v2', '/v2/', '/any/path', `/${repository}`].flatMap((path) => [
      `https://${host}${path}`,
      `http://${host}${path}`,
    ]),
  );
  const strange = [
    `${registry}/`,
    `${registry}/v1/`,
    registry.toUpperCase(),
    `https://https://${registry}`,
    `${registry}:443`,
  ];
  return [
    registry,
    registry,
    ...names,
    ...names,
    ...urls,
    ...strange,
    ...(registry === 'docker.io' ? hosts : []),
  ];
}

/** Whose URL a key is; docker.io's aliases count as its URLs. */
function hostOf(key: string): string | undefined {
  const bare = key.replace(/^https?:\/\//, '').split('/', 1)[0];
  const isHub = bare === 'index.docker.io' || bare === 'registry-1.docker.io';
  return isHub ? 'docker.io' : key.includes('://') ? bare : undefined;
}

function entriesFor(key: string): readonly GeneratedEntry[] {
  const user = key.replaceAll(/[^A-Za-z0-9]/g, '-');
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  const auth = base64(`${user}:secret`);
  return [
    { auth },
    { auth },
    { auth },
    { auth, username: 'another', password: 'password' },
    { auth: base64(`${user}:sec:ret`) },
    { auth: base64(`${user}:secret\0\0`) },
    { auth: base64(`${user}:`) },
    { auth: base64(':secret') },
    { auth: base64(':') },
    { auth: `${auth.slice(0, 8)}\n${auth.slice(8)}` },
    { auth: base64(`${user}:`), identitytoken: `refresh-${user}` },
    { auth, identitytoken: `refresh-${user}` },
    {},
    { auth: '' },
    { auth: base64('nocolon') },
    { auth: `${auth}*` },
    { auth: base64(`${user}:1234`).replace(/=*$/, '=') },
    { identitytoken: `refresh-${user}` },
    { username: user, password: 'plain' },
  ];
}

/**
 * The same as files that podman reads, asked in turn until one knows somebody: what docker, Kubernetes and Tekton write and
 * podman does not read. This is the list of our differences from skopeo, each with its reason.
 */
export function asPodmanReadsIt({ file, registry }: AuthCase): readonly GeneratedAuthFile[] {
  const auths = Object.fromEntries(
    Object.entries(file.auths).map(([key, entry]) => {
      const { auth, username = '', password = '', identitytoken } = entry;
      // Secrets of Kubernetes may have the plain fields alone, and docker writes a token without a name.
      const isPlain = !auth && (username !== '' || password !== '' || identitytoken !== undefined);
      const packed = Buffer.from(`${username}:${password}`).toString('base64');
      return [key, isPlain ? { ...entry, auth: packed } : entry];
    }),
  );
  const { credHelpers = {}, credsStore = '' } = file;
  const helper = credHelpers[registry];
  // docker: no name means that the file counts, and not the store (cli/config/configfile, GetCredentialsStore).
  if (helper === '') return [{ auths }];
  // docker goes on as nobody where a helper fails; if that is refused, we say why.
  if (FAILING_HELPERS.some((name) => name === helper)) return [];
  // docker's store, which podman does not know: here it is asked for what the file does not have.
  const store =
    helper === undefined && credsStore !== '' ? [{ auths: {}, credHelpers: { [registry]: credsStore } }] : [];
  return [{ auths, credHelpers }, ...store];
}
