import { expect, test } from 'vitest';
import {
  createMemoryTarget,
  createRegistryClient,
  digestOf,
  packLayer,
  parseReference,
  pushImage,
} from '#lib/oci';
import { startFaultProxy } from '#test/registries/fault-proxy';
import { startRegistry } from '#test/registries/registry';
import { attach, jsonAttachment, provenance } from './index.ts';

const digest = digestOf(Buffer.from('subject'));
const subject = { reference: parseReference('quay.io/org/catalog/task-a'), digest };
const SPDX = 'application/spdx+json';
const stepImage = `quay.io/org/catalog/steps:0.1.0@${digestOf(Buffer.from('image'))}`;

test.for(['https://user:SECRET@h/r', 'https://SECRET@h/r'])('provenance with %s is none', (address) => {
  const known = { subject, dependencies: [], parameters: {}, builder: 'https://b' };
  const source = { url: 'https://h/r', revision: 'a'.repeat(40) };

  expect(() => provenance({ ...known, source: { ...source, url: address } })).toThrow('holds credentials');
  expect(() => provenance({ ...known, source, builder: address })).toThrow(
    /^(?!.*SECRET).*holds credentials/,
  );
});

// https://slsa.dev/spec/v1.0/provenance
test('provenance says what was made from what, and no more than is known', () => {
  const statement = provenance({
    subject,
    source: { url: 'https://example.com/catalog', revision: `${'a'.repeat(40)}-dirty` },
    dependencies: [stepImage],
    parameters: { name: 'a' },
    builder: 'https://example.com/builder',
  });

  expect(statement).toEqual({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: 'quay.io/org/catalog/task-a', digest: { sha256: digest.slice(7) } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'https://example.com/catalog#publish',
        externalParameters: { name: 'a' },
        internalParameters: { isDirty: true },
        resolvedDependencies: [
          { uri: 'git+https://example.com/catalog', digest: { gitCommit: 'a'.repeat(40) } },
          { uri: 'oci://quay.io/org/catalog/steps:0.1.0', digest: { sha256: stepImage.split('sha256:')[1] } },
        ],
      },
      runDetails: { builder: { id: 'https://example.com/builder' } },
    },
  });
});

test('attaching is found from the subject, and is done once', async () => {
  const target = createMemoryTarget();
  const layers = [await packLayer([{ path: 'a', content: 'a' }])];
  const image = await pushImage(target, { config: { os: 'linux', architecture: 'amd64' }, layers });
  const attachment = jsonAttachment(SPDX, 'a.spdx.json', { spdxVersion: 'SPDX-2.3' });

  const first = await attach(target, image, attachment);
  const again = await attach(target, image, attachment);
  const other = await attach(target, image, jsonAttachment(SPDX, 'a.spdx.json', {}));

  expect([first.isNew, again.isNew, other.isNew]).toEqual([true, false, true]);
  expect(again.descriptor.digest).toBe(first.descriptor.digest);
  const found = await target.referrers(image, { artifactType: SPDX });
  expect(found.map((referrer) => referrer.digest)).toEqual([
    first.descriptor.digest,
    other.descriptor.digest,
  ]);
});

test.for([400, 404, 406, 500, 503])('attaching does not depend on a list that answers %i', async (status) => {
  await using registry = await startRegistry();
  const proxy = await startFaultProxy(registry.host);
  proxy.fault = ({ path }) => (path.includes('/referrers/') ? { kind: 'answer', status } : undefined);
  using client = createRegistryClient({ credentials: async () => undefined, retry: { delay: 1 } });
  const target = client.repository(`${proxy.host}/a`);
  const layers = [await packLayer([{ path: 'a', content: 'a' }])];
  const image = await pushImage(target, { config: { os: 'linux', architecture: 'amd64' }, layers });
  const attachment = jsonAttachment(SPDX, 'a.spdx.json', { spdxVersion: 'SPDX-2.3' });

  const first = await attach(target, image, attachment);
  const again = await attach(target, image, attachment);

  expect([first.isNew, again.isNew]).toEqual([true, false]);
  expect(again.descriptor.digest).toBe(first.descriptor.digest);
  await proxy.stop();
});
