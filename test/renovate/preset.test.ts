import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryClient, type RegistryClient } from '#lib/oci';
import { run } from '#lib/process';
import { type Registry, startRegistry } from '#test/registries/registry';
import { renovateFolder } from '#test/renovate';
import { pipelines, tasks } from '../../bundles/catalog.ts';
import { type OutsideProxy, startOutsideProxy } from './outside-proxy.ts';
import { publishCatalog } from './published-catalog.ts';
import { referencesOf } from './references.ts';
import { type Dependency, type RenovateReport, runRenovate } from './run-renovate.ts';
import { publishNewer, writeCheckout } from './sample-checkout.ts';

const catalog = 'quay.io/bootc-devel/tekton-catalog';

let folder: string;
let home: string;
let checkout: string;
let registry: Registry;
let client: RegistryClient;
let proxy: OutsideProxy;
let report: RenovateReport;

beforeAll(async () => {
  folder = await renovateFolder();
  home = await mkdtemp(join(tmpdir(), 'renovate-'));
  checkout = join(home, 'checkout');
  registry = await startRegistry();
  client = createRegistryClient({ credentials: async () => undefined });
  const { host } = registry;
  await writeCheckout(checkout, client, host, await publishCatalog(client, host, '0.1.0'));
  for (const version of ['0.1.1', '0.2.0']) await publishCatalog(client, host, version);
  await publishNewer(client, host);
  proxy = await startOutsideProxy(registry.url);
  report = await runRenovate({ folder, checkout, proxy: proxy.url });
}, 900_000);

afterAll(async () => {
  client?.close();
  await proxy?.stop();
  await registry?.stop();
  await rm(home, { recursive: true, force: true });
});

test.for(['default.json', 'release.json'])("%s passes Renovate's own validator", async (name) => {
  const preset = fileURLToPath(new URL(`../../renovate/${name}`, import.meta.url));
  const validator = join(folder, 'dist/config-validator.js');

  const { stdout } = await run(process.execPath, [validator, '--strict', '--no-global', preset]);

  expect(stdout).toContain('Config validated successfully');
});

test('the validator refuses an option that there is not', async () => {
  const wrong = fileURLToPath(new URL('wrong-preset.json', import.meta.url));
  const validator = join(folder, 'dist/config-validator.js');

  const lines: string[] = [];
  const judging = run(process.execPath, [validator, '--strict', '--no-global', wrong], {
    output: (line) => void lines.push(line),
  });

  await expect(judging).rejects.toThrow('exited with code 1');
  expect(lines.join('\n')).toContain('Invalid configuration option: automergeTyp');
});

test('every reference is found, and nothing else', async () => {
  const found = dependencies().map(({ file, name, dependency: { currentValue, currentDigest } }) => {
    const tag = currentValue === undefined ? '' : `:${currentValue}`;
    return `${file}: ${name}${tag}${currentDigest === undefined ? '' : `@${currentDigest}`}`;
  });

  const there = await referencesOf(checkout);

  expect(there.length).toBeGreaterThan(15);
  expect([...new Set(found)].sort()).toEqual(there);
});

test("the tekton manager finds every reference to a bundle and to a step's image in what is rendered", async () => {
  const found = report.packageFiles.tekton
    ?.filter(({ packageFile }) => packageFile.startsWith('bundles/rendered/tasks/'))
    .map(({ packageFile, deps }) => {
      // The image that bootc-lint looks at is the user's: Renovate leaves variables alone.
      const images = deps.map(({ replaceString }) => replaceString).filter((one) => !one?.startsWith('$('));
      return `${packageFile}: ${[...new Set(images)].join()}`;
    });

  expect(found?.sort()).toEqual(
    tasks
      .map(({ name, definition }) => {
        const images = Object.values(definition.steps).flatMap((step) =>
          'image' in step && typeof step.image === 'string' ? [step.image] : [],
        );
        return `bundles/rendered/tasks/${name}.yaml: ${[`${catalog}/steps:latest`, ...images].join()}`;
      })
      .sort(),
  );
});

test('every one of them can be updated', () => {
  const stuck = dependencies().filter(({ dependency }) => (dependency.updates ?? []).length === 0);

  expect(stuck.map(({ file, name }) => `${file}: ${name}`)).toEqual([]);
});

test.for([
  [
    '.tekton/fedora-bootc-45-standard-push.yaml',
    `${catalog}/pipeline-bootc-compose`,
    [
      'patch to 0.1.1 on automerge/fedora-45/patch-bootc-catalog-pipelines',
      'minor to 0.2.0 on renovate/fedora-45/bootc-catalog-pipelines',
    ],
  ],
  [
    '.tekton/fedora-bootc-rawhide-standard-push.yaml',
    `${catalog}/pipeline-bootc-compose`,
    ['digest to latest on renovate/bootc-catalog-pipelines'],
  ],
  [
    '.tekton/by-digest.yaml',
    `${catalog}/pipeline-bootc-compose`,
    ['digest to undefined on renovate/bootc-catalog-pipelines'],
  ],
  [
    '.tekton/by-tag.yaml',
    `${catalog}/pipeline-bootc-compose`,
    [
      'patch to 0.1.1 on automerge/patch-bootc-catalog-pipelines',
      'minor to 0.2.0 on renovate/bootc-catalog-pipelines',
      'pinDigest to 0.1.0 on automerge/bootc-catalog-pipelines',
    ],
  ],
  [
    '.tekton/embedded.yaml',
    'quay.io/konflux-ci/tekton-catalog/task-init',
    ['patch to 0.4.4 on automerge/patch-konflux-references', 'minor to 0.5.0 on renovate/konflux-references'],
  ],
  [
    'gitops/tenants/bootc-tenant/integration-test.yaml',
    `${catalog}/pipeline-bootc-compose`,
    [
      'patch to 0.1.1 on automerge/patch-bootc-catalog-pipelines',
      'minor to 0.2.0 on renovate/bootc-catalog-pipelines',
    ],
  ],
  [
    'externals/scan.gen.ts',
    'quay.io/konflux-ci/tekton-catalog/task-scan',
    ['minor to 0.4 on never/konflux-references', 'digest to 0.3 on automerge/konflux-references'],
  ],
  [
    'bundles/upstream.yaml',
    'quay.io/konflux-ci/tekton-catalog/task-scan',
    ['minor to 0.4 on never/konflux-references', 'digest to 0.3 on automerge/konflux-references'],
  ],
  // Another release of Fedora is a decision, and not an update.
  [
    'Containerfile',
    'quay.io/fedora/fedora',
    [
      'pinDigest to rawhide on automerge/base-images',
      'major to 46 on never/major-base-images',
      'digest to 45 on automerge/base-images',
    ],
  ],
  [
    'build-args-45.conf',
    'quay.io/bootc-devel/fedora-bootc-45-compose',
    [
      'major to Fedora-45-20261123.n.0 on automerge/fedora-45/compose-of-quay.iobootc-develfedora-bootc-45-compose',
    ],
  ],
] as const)('%s: %s is updated', ([file, name, updates]) => {
  const found = dependencies().filter((one) => one.file === file && one.name === name);

  expect(found.flatMap(({ dependency }) => updatesOf(dependency))).toEqual(updates);
});

test('every task and pipeline of the catalog is of a family, and updated with it', () => {
  const groups = new Map(
    dependencies().flatMap(({ name, dependency }) =>
      (dependency.updates ?? [])
        .filter(({ updateType }) => updateType === 'patch')
        .map(({ branchName }) => [name, branchName] as const),
    ),
  );

  const families = [
    ...tasks.map(({ name }) => `task-${name}`),
    ...pipelines.map(({ name }) => `pipeline-${name}`),
  ].map((name) => [name, groups.get(`${catalog}/${name}`)?.replace(/.*patch-/, '')]);

  expect(families.length).toBeGreaterThan(6);
  expect(
    families.filter(
      ([, group]) => !/^bootc-catalog-(?:pipelines|(?:build|check|release)-tasks)$/.test(group ?? ''),
    ),
  ).toEqual([]);
});

interface Found {
  readonly file: string;
  readonly name: string;
  readonly dependency: Dependency;
}

/** Without what the tekton manager lists for a task that is referred to by its name in the cluster. */
function dependencies(): readonly Found[] {
  return Object.values(report.packageFiles)
    .flat()
    .flatMap(({ packageFile, deps }) =>
      deps.flatMap((dependency) =>
        dependency.depName === undefined ? [] : [{ file: packageFile, name: dependency.depName, dependency }],
      ),
    );
}

function updatesOf({ updates = [] }: Dependency): readonly string[] {
  return updates.map(
    ({ updateType, newValue, branchName }) => `${updateType} to ${newValue} on ${branchName}`,
  );
}
