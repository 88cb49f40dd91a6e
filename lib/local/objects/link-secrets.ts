import { readFile } from 'node:fs/promises';
import type { Secret } from '../model/api.ts';
import { InvalidRunError } from '../model/errors.ts';
import type { Objects } from './objects.ts';

/**
 * Gives secrets to whatever ServiceAccount a step runs as, which Tekton then makes credentials of.
 *
 * @param secrets names of Secrets among the objects, or paths of files like `~/.docker/config.json`
 * @throws {InvalidRunError} for what is neither
 */
export async function linkSecrets(objects: Objects, secrets: readonly string[]): Promise<Objects> {
  const all = new Map(objects.secrets);
  const linkedSecrets = await Promise.all(
    secrets.map(async (given, index) => {
      if (objects.secrets.has(given)) return given;
      const name = `registries-${index}`;
      all.set(name, await secretOfFile(given, name));
      return name;
    }),
  );
  return { ...objects, secrets: all, linkedSecrets };
}

async function secretOfFile(path: string, name: string): Promise<Secret> {
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InvalidRunError(`there is no Secret ${path} among the files, and no such file`, {
      hint: 'name a Secret that is given with -f, or a file with credentials of docker or podman',
      cause,
    });
  });
  if (!hasAuths(text)) {
    throw new InvalidRunError(`${path} has no credentials of registries`, {
      hint: 'expected {"auths": {…}}, as podman login writes it; credential helpers do not work in a step',
    });
  }
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name },
    type: 'kubernetes.io/dockerconfigjson',
    stringData: { '.dockerconfigjson': text },
  };
}

function hasAuths(text: string): boolean {
  try {
    const { auths } = JSON.parse(text) as { readonly auths?: unknown };
    return typeof auths === 'object' && auths !== null;
  } catch {
    return false;
  }
}
