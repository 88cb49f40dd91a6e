import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type StepDefinition, wireType } from '#lib/tekton';
import { badAddresses, type CanaryPlace, openCanaryPlace } from '#test/canary/canary-place';
import { shareOf } from '#test/share';
import { tasks } from '../../bundles/catalog.ts';

/** As commands.test.ts does for commands: every step and every param, well, badly and ended midway. */
const root = resolve(import.meta.dirname, '../..');
let place: CanaryPlace;

beforeAll(async () => {
  place = await openCanaryPlace();
}, 300_000);
afterAll(() => place[Symbol.asyncDispose]());

const steps = tasks.flatMap(({ name, definition, steps: seen }) =>
  Object.entries(definition.steps)
    .filter(([, step]) => !('image' in step || 'action' in step))
    .map(([step, fields]) => ({
      name: `${name}/${step}`,
      task: name,
      params: Object.entries<StepDefinition>(seen).find(([one]) => one === step)?.[1].params ?? {},
      workspaces: Object.keys(definition.workspaces ?? {}),
      reads: Object.keys(('reads' in fields && fields.reads) || {}),
      file: join(root, 'tasks', name, `${step}.ts`),
    })),
);

test('a repos image of a compose that asks who comes', { timeout: 120_000 }, async () => {
  const step = 'make-repos-image/build';
  const { registry, compose } = place.servers;
  const common = [`--IMAGE=${registry.host}/repos:1`, '--PLATFORMS[', 'linux/s390x', ']'];
  const wrong = compose.replace('//', `//u:${place.canaries.make('wrong password')}@`);

  const good = await place.step(step, [`--COMPOSE=${place.with.compose}`, ...common]);
  const refused = await place.step(step, [`--COMPOSE=${wrong}`, ...common]);
  const led = await place.step(step, [`--COMPOSE=${place.with.compose}/redirect`, ...common]);
  const [, digest = ''] = /result IMAGE_DIGEST=(\S+)/.exec(good) ?? [];
  const checked = await place.step('sanity-check/check', [
    `--COMPOSE=${place.with.compose}`,
    `--IMAGE_URL=${registry.host}/repos:1`,
    `--IMAGE_DIGEST=${digest}`,
  ]);

  expect(good).toContain('result COMPOSE_URL=http://127.0.0.1');
  expect(refused).toContain('the server said 401');
  expect(led).toContain('error: ');
  expect(checked).toContain('result TEST_OUTPUT=');
  expect(await place.found()).toEqual([]);
});

const reasons: Readonly<Record<string, string>> = {
  'buildah-bootc BUILD_ARGS': 'what the build is told is for the build, by whom it is told to buildah',
  'git-clone-oci-ta ociArtifactExpiresAfter': 'an annotation of the artifact, as it is given',
  'git-clone-oci-ta refspec': 'names in the repository, which git is told as they are',
  'git-clone-oci-ta sparseCheckoutDirectories': 'names in the repository, which git is told as they are',
  'git-clone-oci-ta submodulePaths': 'names in the repository, which git is told as they are',
};

/** A name of a file may look like a user and a password. */
const paths = new Set(['buildah-bootc CONTEXT', 'buildah-bootc DOCKERFILE']);

test('every param of every step, with an address that says who asks', { timeout: 300_000 }, async () => {
  const calls = steps.flatMap(({ name, task, params, file, ...places }) =>
    Object.entries(params)
      .filter(([param]) => reasons[`${task} ${param}`] === undefined)
      .flatMap(([param, schema]) => {
        const usual = Object.entries(plausible()).filter(([one]) => one !== param && one in params);
        const args = usual.map(([one, text]) => `--${one}=${text}`);
        const [bad, worse, , reference] = badAddresses(place.canaries.make(`${param} of ${name}`));
        const forms = paths.has(`${task} ${param}`) ? [bad, worse] : [bad, worse, reference];
        return forms.map((value) => ({
          step: file,
          args: [
            ...args,
            ...(wireType(schema) === 'array'
              ? [`--${param}[`, `x=${value}`, value, ']']
              : [`--${param}=${value}`]),
            ...pathsOf(places),
          ],
        }));
      }),
  );
  await place.all(shareOf('calls of steps', calls, Math.ceil(calls.length / 3)));

  expect(calls.length).toBeGreaterThan(100);
  expect(await place.found()).toEqual([]);
});

/** What a build hands over stands on the disk: these ask no server, and are over before they could be ended. */
const askNobody = [
  'apply-mapping/apply-mapping',
  'bootc-lint/report',
  'build-image-index/create-and-push-sbom',
  'buildah-bootc/push',
  'buildah-remote-oci-ta/build',
  'buildah-remote-oci-ta/prepare-and-upload-sboms',
  // There is no cluster to ask, and no file of a release.
  'check-data-keys/check-data-keys',
  'collect-data/check-data-key-sources',
  'collect-data/collect-data',
  'collect-registry-token-secret/collect-secret',
  'collect-signing-params/collect-signing-params',
  'collect-task-params/collect-task-params',
  'filter-already-released-images/filter-already-released-images',
  'init/init',
  'make-repo-public/make-repo-public',
  'prefetch-dependencies-oci-ta/prefetch-rpms',
  'prefetch-dependencies-oci-ta/skip-ta',
  'prepare-build-context/prepare-build-context',
  'push-dockerfile-oci-ta/push',
  'push-snapshot/push-snapshot',
  'reduce-snapshot/ensure-required-labels-present',
  'reduce-snapshot/reduce',
  'sanity-check-snapshot/check',
  'update-cr-status/update-cr-status',
  'verify-access-to-resources/verify-access-to-resources',
];
/** Steps that end well at once with what is given here. */
const endWell = [
  'update-cr-status/update-cr-status',
  'build-image-index/create-and-push-sbom',
  'init/init',
  'prefetch-dependencies-oci-ta/skip-ta',
];

test.for(steps)('$name ended midway', { timeout: 120_000 }, async ({ name, params, ...places }) => {
  const { silent, waiting } = place.servers;
  const before = waiting();
  const secret = place.canaries.make('userinfo of a silent compose');
  const given = {
    ...plausible(),
    IMAGE: `${silent}/x:1`,
    IMAGE_URL: `${silent}/x:1`,
    ...(name === 'buildah-bootc/pull' ? { FROM_IMAGE: `${silent}/base:1` } : {}),
    COMPOSE: `http://u:${secret}@${silent}/compose`,
    url: `http://u:${secret}@${silent}/repository`,
    ociStorage: `${silent}/x:1.git`,
    SOURCE_ARTIFACT: `oci:${silent}/x@${DIGEST}`,
    sourceDataArtifact: `oci:${silent}/x@${DIGEST}`,
    STORAGE_DRIVER: 'vfs',
  };
  await writeFile(join(place.work, 'Containerfile'), `FROM ${silent}/base:1\n`);
  const args = Object.entries(given).flatMap(([name, text]) => (name in params ? [`--${name}=${text}`] : []));
  const lists = Object.entries({
    IMAGES: `${silent}/x@${DIGEST}`,
    TAGS: 'a',
    ADDITIONAL_TAGS: 'a',
    resultArtifacts: `oci:${silent}/x@${DIGEST}`,
    PLATFORMS: 'linux/s390x',
    ...(name === 'compose-gate/gate' ? gateLists(silent) : {}),
  });
  for (const [name, text] of lists) if (name in params) args.push(`--${name}[`, text, ']');
  // A pod gives the steps of a build these two directories; the host's own stay as they are.
  const inside = [
    'unshare',
    '--mount',
    'sh',
    '-c',
    'mount -t tmpfs t /var/lib/containers && exec "$@"',
    'sh',
  ];

  const said = await place.step(name, [...args, ...pathsOf(places)], {
    endWhen: () => waiting() > before,
    inside,
  });

  expect(waiting() > before).toBe(!askNobody.includes(name));
  if (!endWell.includes(name)) expect(said).toContain('error: ');
  expect(await place.found()).toEqual([]);
});

/** What the gate is asked of one image. */
const gateLists = (host: string) => ({
  IMAGES: `a=${host}/x:1`,
  SELECTED: 'a',
  PRODUCTION: `a=${host}/y`,
});

/** Arguments for the one workspace that steps read, and for what they leave for each other, which they may empty. */
const pathsOf = ({ workspaces, reads }: Record<'workspaces' | 'reads', readonly string[]>) => [
  ...workspaces.filter((name) => name === 'source').map((name) => `--workspace.${name}=${place.work}`),
  ...reads.map((name) => `--workspace.${name}=${join(place.work, `left-${name}`)}`),
];

const DIGEST = `sha256:${'0'.repeat(64)}`;

/** With these every step of ours gets beyond its params. */
function plausible(): Readonly<Record<string, string>> {
  const { registry, compose } = place.servers;
  return {
    IMAGE: `${registry.host}/x:1`,
    IMAGE_URL: `${registry.host}/x:1`,
    IMAGE_DIGEST: DIGEST,
    RUN: 'run',
    REPOSITORY: `${registry.host}/y`,
    COMPOSE: compose,
    url: compose,
    ociStorage: `${registry.host}/z:1.git`,
    PLATFORM: 'linux/amd64',
    SOURCE_ARTIFACT: `oci:${registry.host}/x@${DIGEST}`,
    input: 'rpm',
    sourceDataArtifact: `oci:${registry.host}/x@${DIGEST}`,
    dataDir: join(place.work, 'left-workdir/release'),
    release: 'tenant/release',
    releasePlan: 'tenant/plan',
    snapshot: 'tenant/snapshot',
    dataPath: 'data.json',
    resource: 'tenant/release',
    keysToExtract: '[{"resultIndex": 0, "key": ".a", "default": "b"}]',
    SNAPSHOT: 'snapshot_spec.json',
    SNAPSHOT_PATH: 'snapshot_spec.json',
    SINGLE_COMPONENT: 'true',
    SINGLE_COMPONENT_CUSTOM_RESOURCE: 'snapshot/snapshot',
    SINGLE_COMPONENT_CUSTOM_RESOURCE_NS: 'tenant',
    snapshotPath: 'snapshot_spec.json',
    resultsDirPath: 'results',
  };
}
