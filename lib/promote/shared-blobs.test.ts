import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryClient, describe, digestOf, type RegistryClient } from '#lib/oci';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { type Registry, startRegistry } from '#test/registries/registry';
import { writesOf } from '#test/registries/writes';
import { createSharedBlobs } from './shared-blobs.ts';

let registry: Registry;
let proxy: FaultProxy;
let client: RegistryClient;
beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.host);
  client = createRegistryClient();
});
afterAll(async () => {
  client.close();
  await proxy.stop();
  await registry.stop();
});

test.for([['one'], ['one', 'two']])(
  'a blob that several ask for at once is sent once, into %j',
  async (names) => {
    const content = Buffer.from(`what images share, in ${names.join()}`);
    const blob = describe('application/vnd.oci.image.layer.v1.tar', content);
    const source = client.repository(`${registry.host}/source`);
    const shared = createSharedBlobs();
    const targets = [0, 1, 2].map((index) =>
      shared.target({
        source,
        to: client.repository(`${proxy.host}/${names[index % names.length]}`),
        sibling: undefined,
        known: { digest: digestOf('another'), isThere: false },
      }),
    );

    await Promise.all(targets.map((target) => target.push(blob, content)));

    expect(writesOf(proxy.seen).filter((write) => write.endsWith(blob.digest))).toHaveLength(1);
  },
);
