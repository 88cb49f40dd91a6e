import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { readTrustedCa } from '#lib/konflux';
import { parseReference } from '#lib/oci';
import { InvalidReleaseError, isPublic, MappedSnapshot } from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { quayAt } from './quay.ts';
import { task } from './task.ts';

export default implement(task.steps['make-repo-public'], async (context) => {
  const { params, workspaces, log, signal } = context;
  const files = releaseFiles(context);
  const data = files.read(params.dataPath, z.record(z.string(), z.unknown()), 'the data of the release');
  const { components } = files.read(params.snapshotPath, MappedSnapshot, 'the mapped Snapshot');
  const urls = components
    .filter((component) => isPublic(data, component))
    .flatMap(({ repositories }) => repositories.map(({ url }) => url));
  // One of several components is asked for once.
  const wanted = Map.groupBy(
    new Set(urls.map((url) => url.replace(/\/+$/, ''))).values().map(parseReference),
    ({ registry }) => registry,
  );
  const ca = await readTrustedCa();
  const quays: (readonly [string, ReturnType<typeof quayAt>])[] = [];
  for (const registry of wanted.keys()) {
    const quay = quayAt(registry, ca, signal);
    if (await quay.isQuay()) quays.push([registry, quay]);
    else log.warn(`${registry} is no Quay: its repositories stay as they are`);
  }
  const tokens = tokensOf(
    workspaces.secret,
    params.registrySecret,
    quays.map(([registry]) => registry),
  );
  for (const [registry, quay] of quays) {
    for (const { repository } of wanted.get(registry) ?? []) {
      const token = tokens.get(registry) ?? '';
      if (await quay.isPublic(repository, token)) {
        log.info(`${registry}/${repository} is public already`);
        continue;
      }
      await quay.makePublic(repository, token);
      log.info(`${registry}/${repository} is public now`);
    }
  }
  return {};
});

/**
 * The token of each registry: of the key that is named as it is, else of `token`, which is that of the only one. Nobody
 * is shown a token that may be another's.
 */
function tokensOf(
  directory: string,
  secret: string,
  registries: readonly string[],
): ReadonlyMap<string, string> {
  const read = (key: string) => {
    const path = join(directory, key);
    return existsSync(path) ? readFileSync(path, 'utf8').trim() : '';
  };
  return new Map(
    registries.map((registry) => {
      const key = registry.replaceAll(':', '_');
      const token = read(key) || (registries.length === 1 ? read('token') : '');
      if (token !== '') return [registry, token];
      throw new InvalidReleaseError(
        registries.length === 1
          ? `the Secret ${secret} has no token for ${registry}`
          : `repositories are at ${registries.join(' and ')}, and the Secret ${secret} has no token for ${registry}`,
        { hint: `give it under the key ${registries.length === 1 ? 'token' : key}` },
      );
    }),
  );
}
