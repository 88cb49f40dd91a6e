import { homedir } from 'node:os';
import { join } from 'node:path';
import { type AuthFile, readAuthFile, readEntry } from './auth-file.ts';
import { findKey, HUB_SERVER } from './auth-keys.ts';
import type { Credential, Credentials } from './credential.ts';
import { askHelper } from './credential-helper.ts';

/**
 * Reads what `docker login`, `podman login` and Tekton leave behind. The first file that knows the registry counts, and
 * in it the most specific entry: registry/namespace/repository, then registry/namespace, then registry
 * (containers-auth.json(5)). The result equals that of podman and skopeo but for what docker alone reads, which README
 * lists.
 */
export function readCredentials(
  environment: Readonly<NodeJS.ProcessEnv> = process.env,
  files: readonly string[] = credentialFiles(environment),
): Credentials {
  // Each file is read once in a run: hundreds of blobs ask the same question.
  const parsed = new Map<string, Promise<AuthFile | undefined>>();
  return async (registry, repository) => {
    for (const path of files) {
      if (!parsed.has(path)) parsed.set(path, readAuthFile(path));
      const file = await parsed.get(path);
      const found = file && (await findIn(file, registry, repository));
      if (found) return found;
    }
    return undefined;
  };
}

/** The files that may hold credentials, in the order in which they are read. */
export function credentialFiles(environment: Readonly<NodeJS.ProcessEnv>): readonly string[] {
  const { DOCKER_CONFIG, REGISTRY_AUTH_FILE, XDG_RUNTIME_DIR, XDG_CONFIG_HOME, HOME } = environment;
  const home = HOME || homedir();
  return [
    ...(DOCKER_CONFIG ? [join(DOCKER_CONFIG, 'config.json')] : []),
    ...(REGISTRY_AUTH_FILE ? [REGISTRY_AUTH_FILE] : []),
    ...(XDG_RUNTIME_DIR ? [join(XDG_RUNTIME_DIR, 'containers/auth.json')] : []),
    join(XDG_CONFIG_HOME || join(home, '.config'), 'containers/auth.json'),
    join(home, '.docker/config.json'),
  ];
}

async function findIn(file: AuthFile, registry: string, repository: string): Promise<Credential | undefined> {
  const { auths, credHelpers, credsStore } = file;
  // Helpers know registries and no namespaces. docker writes Docker Hub as a URL here, too.
  const server = [registry, ...(registry === 'docker.io' ? [HUB_SERVER] : [])].find((key) =>
    credHelpers.has(key),
  );
  const helper = server === undefined ? undefined : credHelpers.get(server);
  if (server !== undefined && helper) return askHelper(helper, server);
  const [key, entry] = findKey(auths, registry, repository) ?? [];
  const known = entry && readEntry(entry, `${file.path} (${key})`);
  // An empty name tells docker that the store does not count for a registry.
  if (known !== undefined || helper === '' || !credsStore) return known;
  // `docker login` with a store leaves an empty entry behind.
  return askHelper(credsStore, registry === 'docker.io' ? HUB_SERVER : registry);
}
