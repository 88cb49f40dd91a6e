import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createRegistryClient, parseReference, type Repository } from '#lib/oci';
import { type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { type Registry, startRegistry } from '#test/registries/registry';
import {
  makeReleaseDirectory,
  mappedComponent,
  type ReleaseDirectory,
} from '#test/release/release-directory';
import { pushTagged } from '#test/release/small-images';
import step from './filter-already-released-images.ts';

let registry: Registry;
let proxy: FaultProxy;
let directory: ReleaseDirectory;
let count = 0;

beforeAll(async () => {
  registry = await startRegistry();
  proxy = await startFaultProxy(registry.host);
});
beforeEach(async () => {
  count++;
  proxy.fault = () => undefined;
  directory = await makeReleaseDirectory();
  vi.stubEnv('RELEASE_CLAIM', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await directory[Symbol.asyncDispose]();
});
afterAll(async () => {
  await proxy.stop();
  await registry.stop();
});

test('a component is released when all tags of all of its repositories name it', async () => {
  const [a, b] = [target('a'), target('b')];
  const { digest } = await pushTagged(a, '1', 'released');
  await a.tag(await a.resolve('1'), 'latest');
  await pushTagged(b, '1', 'released');
  const whole = mappedComponent({
    name: 'whole',
    image: `${a.name}@${digest}`,
    to: [a],
    tags: ['1', 'latest'],
  });
  // Upstream takes it for released as soon as one of its repositories has it.
  const half = mappedComponent({
    name: 'half',
    image: `${a.name}@${digest}`,
    to: [a, b],
    tags: ['1', 'latest'],
  });
  const other = mappedComponent({
    name: 'other',
    image: `${a.name}@sha256:${'0'.repeat(64)}`,
    to: [a],
    tags: ['1'],
  });
  await directory.give([whole, half, other]);
  const from = proxy.seen.length;

  const { results, lines } = await directory.run(step);

  expect(results).toEqual({ skip_release: false });
  expect(await directory.read('uid/snapshot_spec.json')).toEqual({
    application: 'app',
    components: [half, other],
  });
  expect(proxy.seen.slice(from).map(({ method }) => method)).toEqual(Array.from({ length: 7 }, () => 'HEAD'));
  expect(lines.join('\n')).toMatch(/whole +2 +released: left out\nhalf +4 +to be released/);
});

test('nothing is left to do where all of them are released', async () => {
  const to = target('all');
  const { digest } = await pushTagged(to, '1', 'all');
  await directory.give([mappedComponent({ image: `${to.name}@${digest}`, to: [to], tags: ['1'] })]);

  expect((await directory.run(step)).results).toEqual({ skip_release: true });
  expect(await directory.read('uid/snapshot_spec.json')).toMatchObject({ components: [] });
});

test('a Snapshot without components is none that is released', async () => {
  await directory.give([]);

  expect((await directory.run(step)).results).toEqual({ skip_release: false });
});

test.for([401, 403, 500])(
  'a registry that answers %d is an error, and the Snapshot stays',
  async (status) => {
    const to = target('broken');
    const component = mappedComponent({
      image: `${to.name}@sha256:${'0'.repeat(64)}`,
      to: [to],
      tags: ['1'],
    });
    await directory.give([component]);
    proxy.fault = () => ({ kind: 'answer', status, headers: { 'retry-after': '100000' } });

    await expect(directory.run(step)).rejects.toThrow(`answered ${status}`);
    expect(await directory.read('uid/snapshot_spec.json')).toMatchObject({ components: [component] });
  },
);

function target(name: string): Repository {
  const client = createRegistryClient({ credentials: async () => undefined });
  return client.repository(parseReference(`${proxy.host}/${name}/${count}`));
}
