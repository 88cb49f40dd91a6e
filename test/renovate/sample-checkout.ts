import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { externalFile, readInterface, readUpstream, upstreamFile } from '#lib/catalog';
import type { RegistryClient } from '#lib/oci';
import { definePipeline, definePipelineRun, Text, toYaml } from '#lib/tekton';
import { valid } from '#test/release/custom-resources';
import { bundleRef, type PublishedCatalog, pushSmallImage } from './published-catalog.ts';

const rendered = fileURLToPath(new URL('../../bundles/rendered/', import.meta.url));

const BUILD = 'buildah-build-bootc-multi-platform-oci-ta';
const RELEASE = 'push-to-external-registry';

/** The parameters that matter here of the pipeline that builds the base images. */
const buildPipeline = definePipeline({
  name: 'bootc-compose',
  version: '0.1.0',
  description: 'Builds an image.',
  params: {
    'output-image': Text.describe('What to build.'),
    'build-args': z.array(z.string()).describe('As X=y.'),
  },
  body: () => ({}),
});

/** A repository of images as Fedora has them: PipelineRuns of two releases, a Containerfile, and the tenant's resources. */
export async function writeCheckout(
  checkout: string,
  client: RegistryClient,
  host: string,
  catalog: PublishedCatalog,
): Promise<void> {
  const push = (reference: string) => pushSmallImage(client, host, reference);
  const pinned = catalog.reference('pipeline', 'bootc-compose');
  const [repository = '', digest = ''] = pinned.split(/:[^@:]+@/);
  const compose = await push('quay.io/bootc-devel/fedora-bootc-45-compose:Fedora-45-20261122.n.0');
  const konflux = await push('quay.io/konflux-ci/tekton-catalog/task-init:0.4.3');
  const fedora = await push('quay.io/fedora/fedora:45');
  await push('quay.io/fedora/fedora:rawhide');
  const [pipeline] = catalog.pipelines;
  const files: Record<string, unknown> = {
    '.tekton/fedora-bootc-45-standard-push.yaml': pipelineRun(pinned, [`REPOS_IMAGE=${compose}`]),
    '.tekton/fedora-bootc-rawhide-standard-push.yaml': pipelineRun(`${repository}:latest@${digest}`),
    '.tekton/by-digest.yaml': pipelineRun(`${repository}@${digest}`),
    '.tekton/by-tag.yaml': pipelineRun(pinned.slice(0, pinned.indexOf('@'))),
    '.tekton/pipelines/pipeline.yaml': pipeline,
    '.tekton/build.yaml': {
      apiVersion: 'tekton.dev/v1',
      kind: 'PipelineRun',
      metadata: { name: 'build' },
      spec: {
        pipelineRef: bundleRef('pipeline', BUILD, catalog.reference('pipeline', BUILD)),
      },
    },
    '.tekton/embedded.yaml': {
      apiVersion: 'tekton.dev/v1',
      kind: 'PipelineRun',
      metadata: { name: 'embedded' },
      spec: {
        pipelineSpec: {
          tasks: [
            { name: 'init', taskRef: bundleRef('task', 'init', konflux) },
            { name: 'own', taskSpec: catalog.tasks[0]?.spec },
          ],
          finally: catalog.tasks.map(({ metadata: { name = '' } = {} }) => ({
            name,
            taskRef: bundleRef('task', name, catalog.reference('task', name)),
          })),
        },
      },
    },
    'gitops/tenants/bootc-tenant/release-plan.yaml': valid({
      apiVersion: 'appstudio.redhat.com/v1alpha1',
      kind: 'ReleasePlan',
      metadata: { name: 'bootc' },
      spec: {
        application: 'fedora-bootc',
        tenantPipeline: {
          pipelineRef: bundleRef('pipeline', RELEASE, catalog.reference('pipeline', RELEASE)),
        },
      },
    }),
    'gitops/tenants/bootc-tenant/integration-test.yaml': {
      apiVersion: 'appstudio.redhat.com/v1beta2',
      kind: 'IntegrationTestScenario',
      metadata: { name: 'bootc' },
      spec: { application: 'fedora-bootc', resolverRef: bundleRef('pipeline', 'bootc-compose', pinned) },
    },
  };
  for (const [path, object] of Object.entries(files)) await write(join(checkout, path), toYaml(object));
  const bundle = await push('quay.io/konflux-ci/tekton-catalog/task-scan:0.3');
  await write(join(checkout, 'externals/scan.gen.ts'), externalFile(scanInterface(bundle), 'bootc-catalog'));
  await write(join(checkout, 'bundles/upstream.yaml'), upstreamFile([{ ...scanInterface(bundle), bundle }]));
  await write(join(checkout, 'build-args-45.conf'), `MANIFEST=fedora-standard\nREPOS_IMAGE=${compose}\n`);
  await write(
    join(checkout, 'Containerfile'),
    `ARG REPOS_IMAGE=quay.io/fedora/fedora:rawhide
FROM $REPOS_IMAGE as repos
FROM ${fedora} as builder
RUN --mount=type=bind,from=repos,src=/,dst=/repos true
FROM scratch
COPY --from=builder /target-rootfs/ /
`,
  );
  const presets = 'http://presets.example';
  const configuration = {
    extends: [`${presets}/default.json`, `${presets}/release.json(45)`],
    // A dry run tells the names of branches, and not what becomes of them.
    packageRules: [
      { matchJsonata: ['automerge = true'], branchPrefix: 'automerge/' },
      { matchJsonata: ['enabled = false'], branchPrefix: 'never/' },
    ],
  };
  await write(join(checkout, 'renovate.json'), JSON.stringify(configuration));
  await cp(rendered, join(checkout, 'bundles/rendered'), { recursive: true });
}

/** What has appeared since: one of everything. */
export async function publishNewer(client: RegistryClient, host: string): Promise<void> {
  for (const reference of [
    'quay.io/bootc-devel/fedora-bootc-45-compose:Fedora-45-20261123.n.0',
    'quay.io/bootc-devel/fedora-bootc-45-compose:Fedora-46-20261123.n.0',
    'quay.io/konflux-ci/tekton-catalog/task-scan:0.3',
    'quay.io/konflux-ci/tekton-catalog/task-scan:0.4',
    'quay.io/konflux-ci/tekton-catalog/task-init:0.4.4',
    'quay.io/konflux-ci/tekton-catalog/task-init:0.5.0',
    'quay.io/fedora/fedora:45',
    'quay.io/fedora/fedora:46',
    'quay.io/konflux-ci/hermeto:0.55.0',
    ...(await upstreamTags()),
  ])
    await pushSmallImage(client, host, reference);
}

/** The tags of upstream's tasks that our pipelines pin: whatever is pushed there has another digest. */
async function upstreamTags(): Promise<readonly string[]> {
  const list = fileURLToPath(new URL('../../bundles/upstream.yaml', import.meta.url));
  return readUpstream(await readFile(list, 'utf8'), list).flatMap((task) =>
    'bundle' in task ? [task.bundle.replace(/@.*$/, '')] : [],
  );
}

/** What `bundle types` reads from a bundle; its digest is another by the time that Renovate has moved the pin. */
function scanInterface(bundle: string) {
  const task = {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: 'scan', labels: { 'app.kubernetes.io/version': '0.3.1' } },
    spec: { params: [{ name: 'image' }], steps: [{ name: 's', image: 'a' }] },
  };
  return readInterface(task, { bundle }, bundle.slice(bundle.indexOf('@') + 1));
}

function pipelineRun(bundle: string, buildArgs: readonly string[] = []) {
  return definePipelineRun(buildPipeline, {
    metadata: { name: 'fedora-bootc' },
    pipelineRef: bundleRef('pipeline', 'bootc-compose', bundle),
    params: { 'output-image': 'quay.io/bootc-devel/fedora-bootc:{{revision}}', 'build-args': [...buildArgs] },
  });
}

async function write(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
}
