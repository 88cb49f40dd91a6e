import pMap from 'p-map';
import * as z from 'zod';
import { keepConnections } from '#lib/http';
import { readTrustedCa } from '#lib/konflux';
import { parseReference } from '#lib/oci';
import { isPublic, MappedSnapshot } from '#lib/release';
import { releaseFiles } from '#lib/release-files';
import { implement } from '#lib/step';
import { quayApi } from './quay.ts';
import { task } from './task.ts';
import { tokensOf } from './tokens.ts';

const Data = z.record(z.string(), z.unknown());
const CONNECTIONS = 4;

export default implement(task.steps['make-repo-public'], async ({ params, workspaces, log, signal }) => {
  const files = releaseFiles({ params, workspaces });
  const data = files.read(params.dataPath, Data, 'the data of the release');
  const { components } = files.read(params.snapshotPath, MappedSnapshot, 'the mapped Snapshot');
  const wanted = components
    .filter((one) => isPublic(data, one))
    .flatMap(({ repositories }) => repositories.map(({ url }) => parseReference(url)));
  const repositories = new Map(wanted.map((one) => [`${one.registry}/${one.repository}`, one]));
  if (repositories.size === 0) {
    log.info('no repository shall be made public');
    return {};
  }
  using connections = keepConnections(CONNECTIONS, await readTrustedCa());
  const quay = quayApi(connections, signal);
  const hosts = [...new Set(Array.from(repositories.values(), ({ registry }) => registry))];
  const answers = await Promise.all(hosts.map((host) => quay.isQuay(host)));
  const quays = hosts.filter((_, index) => answers[index] === true);
  const tokens = tokensOf(workspaces.secrets, params.registrySecret, quays);
  await pMap(
    repositories,
    async ([name, { registry, repository }]) => {
      const token = tokens.get(registry);
      if (token === undefined) return log.warn(`${name} stays as it is: ${registry} is not Quay`);
      const end = await quay.makePublic(registry, repository, token);
      log.info(end === 'made' ? `${name} is public now` : `${name} is public already`);
    },
    { concurrency: CONNECTIONS, signal },
  );
  return {};
});
