import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { createRegistryClient, parseReference, pushArtifact, pushIndex, type Repository } from '#lib/oci';
import { FailedStepError } from '#lib/step';
import { type ImageChoice, pushBootcImage } from '#test/images/bootc-image';
import { type Registry, startRegistry } from '#test/registries/registry';
import {
  makeReleaseDirectory,
  mappedComponent,
  type ReleaseDirectory,
} from '#test/release/release-directory';
import { pushTagged } from '#test/release/small-images';
import step from './check.ts';

let registry: Registry;
let directory: ReleaseDirectory;
let count = 0;

beforeAll(async () => {
  registry = await startRegistry();
});
beforeEach(async () => {
  count++;
  directory = await makeReleaseDirectory();
  vi.stubEnv('RELEASE_CLAIM', '');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await directory[Symbol.asyncDispose]();
});
afterAll(() => registry.stop());

const bad: ImageChoice = { files: { 'boot/vmlinuz': 'kernel' } };

test('judges every bootc image, and names the others', async () => {
  const [good, plain, artifact] = [repository('good'), repository('plain'), repository('artifact')];
  const parts = [{ mediaType: 'text/plain', content: Buffer.from('x') }];
  await directory.give([
    component('good', good, (await pushBootcImage(good)).digest),
    component('plain', plain, (await pushTagged(plain, 'x', 'plain')).digest),
    component(
      'artifact',
      artifact,
      (await pushArtifact(artifact, { artifactType: 'application/x', parts })).digest,
    ),
  ]);

  const { results, lines } = await directory.run(step);

  expect(results.TEST_OUTPUT).toMatchObject({
    result: 'SUCCESS',
    note: '1 components passed, 2 are no bootc images',
  });
  expect(lines.join('\n')).toMatch(
    /good +passed +compose.*\nplain +off +no platform has the label containers.bootc=1\nartifact +off/,
  );
  expect(await directory.read('uid/results/sanity-check-results.json')).toMatchObject({
    sanityCheck: [
      // Without a compose its checks are skipped, by name.
      {
        name: 'good',
        result: 'passed',
        failed: [],
        skipped: expect.arrayContaining(['packages-in-compose']),
      },
      { name: 'plain', result: 'off', note: 'no platform has the label containers.bootc=1' },
      { name: 'artifact', result: 'off' },
    ],
  });
});

test('one image that could not boot holds the release back, and all of them are told', async () => {
  const [one, two] = [repository('bad'), repository('also-bad')];
  await directory.give([
    component('one', one, (await pushBootcImage(one, bad)).digest),
    component('two', two, (await pushBootcImage(two, bad)).digest),
  ]);

  const failure = directory.run(step);

  await expect(failure).rejects.toBeInstanceOf(FailedStepError);
  await expect(failure).rejects.toMatchObject({
    message: 'sanity check failed: one (boot-var-empty@aarch64), two (boot-var-empty@aarch64)',
    results: { TEST_OUTPUT: { result: 'FAILURE', failures: 2, note: 'failed: one, two' } },
  });
});

test('a waiver of the data lets a component go, and is told', async () => {
  const to = repository('waived');
  const mapped = component('image', to, (await pushBootcImage(to, bad)).digest);
  const sanityCheck = { waivers: ['boot-var-empty=known;until=2999-01-01'] };
  await directory.give([{ ...mapped, sanityCheck }]);

  const { results } = await directory.run(step);

  expect(results.TEST_OUTPUT).toMatchObject({ result: 'WARNING' });
  expect(await directory.read('uid/results/sanity-check-results.json')).toMatchObject({
    sanityCheck: [{ name: 'image', result: 'passed', waived: ['boot-var-empty=known'] }],
  });
});

test('an image that says of one platform alone that it is a bootc image is refused', async () => {
  const to = repository('mixed');
  const bootc = await pushBootcImage(to);
  const other = await pushBootcImage(to, {
    config: { architecture: 's390x' },
    labels: { 'containers.bootc': '' },
  });
  const { digest } = await pushIndex(to, { manifests: [bootc, other] });
  await directory.give([component('mixed', to, digest)]);

  await expect(directory.run(step)).rejects.toThrow(
    'mixed (linux/arm64 has the label containers.bootc=1, and linux/s390x has not)',
  );
});

test.for([
  [{ waivers: 'all' }, 'component image: sanityCheck.waivers is not valid'],
  [{ waivers: ['boot-var=x'] }, 'cannot waive "boot-var": there is no such check'],
  [{ compose: 'file:///etc' }, 'component image: sanityCheck.compose is not valid'],
  [{ waiver: [] }, 'component image: sanityCheck is not valid'],
] as const)('refuses %j of the data', async ([sanityCheck, message]) => {
  const to = repository('refused');
  await directory.give([{ ...component('image', to, (await pushBootcImage(to)).digest), sanityCheck }]);

  await expect(directory.run(step)).rejects.toThrow(message);
});

function component(name: string, { name: repositoryName }: Repository, digest: string) {
  return mappedComponent({
    name,
    image: `${repositoryName}@${digest}`,
    to: [{ name: 'quay.io/x/y' }],
    tags: ['1'],
  });
}

function repository(name: string): Repository {
  return createRegistryClient().repository(parseReference(`${registry.host}/${name}/${count}`));
}
