import { afterAll, beforeAll, expect, test } from 'vitest';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { type Registry, startRegistry } from '#test/registries/registry';
import type { Descriptor } from '../../model/descriptor.ts';
import { NotFoundError } from '../../model/errors.ts';
import { packLayer } from '../../write/pack.ts';
import { pushArtifact } from '../../write/push-artifact.ts';
import { pushImage } from '../../write/push-image.ts';
import { createRegistryClient } from '../registry-client.ts';
import type { Repository } from '../repository.ts';

const INDEX = 'application/vnd.oci.image.index.v1+json';

// None of the servers at hand lists referrers: the proxy answers as one that does.
let registry: Registry;
let proxy: FaultProxy;
let repository: Repository;
let subject: Descriptor;

beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.host);
  repository = createRegistryClient({ credentials: async () => undefined }).repository(`${proxy.host}/a`);
  const layer = await packLayer([{ path: 'file', content: 'content' }]);
  subject = await pushImage(repository, { config: { os: 'linux', architecture: 'amd64' }, layers: [layer] });
});

afterAll(async () => {
  await proxy.stop();
  await registry.stop();
});

test('keeps no tag where the registry says that it knows subjects', async () => {
  proxy.fault = ({ method }) =>
    method === 'PUT' ? { kind: 'header', name: 'OCI-Subject', value: subject.digest } : undefined;

  await attach('a/b');

  await expect(repository.resolve(subject.digest.replace(':', '-'))).rejects.toThrow(NotFoundError);
});

test('reads the list of the registry, page by page', async () => {
  const [one, two] = ['1', '2'].map((digit) => ({
    mediaType: INDEX,
    digest: `sha256:${digit.repeat(64)}`,
    size: 1,
    artifactType: `a/${digit}`,
  }));
  const answer = (manifests: unknown[], headers = {}) => ({
    kind: 'answer' as const,
    status: 200,
    headers: { 'content-type': INDEX, ...headers },
    body: JSON.stringify({ schemaVersion: 2, mediaType: INDEX, manifests }),
  });
  const next = { link: `</v2/a/referrers/${subject.digest}?page=2>; rel="next"` };
  proxy.fault = ({ path }) => {
    if (!path.includes('/referrers/')) return undefined;
    return path.endsWith('page=2') ? answer([two]) : answer([one], next);
  };

  expect(await repository.referrers(subject)).toEqual([one, two]);
  expect(await repository.referrers(subject, { artifactType: 'a/2' })).toEqual([two]);
});

test('takes a page for people for no list, and looks at the tag', async () => {
  proxy.fault = () => undefined;
  const attached = await attach('a/c');
  proxy.fault = ({ path }) =>
    path.includes('/referrers/')
      ? { kind: 'answer', status: 200, headers: { 'content-type': 'text/html' }, body: '<html>' }
      : undefined;

  expect(await repository.referrers(subject)).toMatchObject([
    { digest: attached.digest, artifactType: 'a/c' },
  ]);
});

const attach = (artifactType: string) => pushArtifact(repository, { artifactType, subject, parts: [] });
