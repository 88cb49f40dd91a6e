import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkPolicy, parsePolicy, parseStatement, VERSION_ANNOTATION } from '#lib/conforma';
import { createRegistryClient, fetchManifest, parseReference } from '#lib/oci';
import { run } from '#lib/process';
import { missing } from '#test/build-pod';
import { captured } from '#test/captured';
import { writeEmptyStepImage } from '#test/images/empty-step-image';
import { type Registry, startRegistry } from '#test/registries/registry';
import { makeGitRepository } from '#test/servers/git-repository';
import { type GitServer, serveGit } from '#test/servers/git-server';
import { bundleInto, ownSteps } from '#test/step-image';
import { tasks } from '../../bundles/catalog.ts';
import { runCommandLine } from '../../lib/cli/command-line.ts';
import { pipeline } from '../../pipelines/buildah-build-bootc-multi-platform-oci-ta.ts';

const root = join(import.meta.dirname, '../..');
const policyFile = join(root, 'docs/conforma/fedora-bootc.yaml');
const dataFolder = join(root, 'docs/conforma/data');
const skipped = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', no ')})`;

interface Item {
  readonly kind: string;
  readonly name: string;
  readonly reference: string;
}

interface Answer {
  readonly images: readonly {
    readonly image: string;
    readonly violations: readonly { readonly rule: string; readonly terms: readonly string[] }[];
  }[];
}

let folder: string;
let registry: Registry;
let git: GitServer;
let items: readonly Item[];
let commit: string;

const command = async (...args: readonly string[]) =>
  (await run(join(root, 'bin/bootc-catalog'), args, { cwd: root })).stdout;
const bundleOf = (kind: string, name: string) =>
  items.find((item) => item.kind === kind && item.name === name)?.reference ?? '';

describe.skipIf(missing.length > 0)(`release policy over a run of published bundles${skipped}`, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'release-policy-'));
    await chmod(folder, 0o755);
    registry = await startRegistry({ storage: join(folder, 'registry') });
    await writeEmptyStepImage(join(folder, 'image'));
    const image = ['--step-image', `oci:${join(folder, 'image')}:1`, '--platform', 'linux/amd64'];
    const prefix = ['--prefix', `${registry.host}/bootc`, '--allow-dirty', '-o', 'json'];
    ({ items } = JSON.parse(await command('publish', ...prefix, ...image)) as { readonly items: Item[] });
    const source = await makeGitRepository(join(folder, 'git/source'));
    const containerfile = 'FROM scratch\nCOPY file /\n';
    commit = await source.commit({ Containerfile: containerfile, file: 'x' });
    git = await serveGit(join(folder, 'git'));
  }, 300_000);
  afterAll(async () => {
    git.close();
    await registry.stop();
    await rm(folder, { recursive: true, force: true });
  });

  test('the bundle of each task says its version where the rules read it', async () => {
    using client = createRegistryClient();
    const versions = items
      .filter(({ kind }) => kind === 'task')
      .map(async ({ name, reference }) => {
        const { digest = 'sha256:' } = parseReference(reference);
        const repository = client.repository(parseReference(reference));
        const manifest = await fetchManifest(repository, await repository.resolve(digest));
        return [name, manifest.annotations?.[VERSION_ANNOTATION]] as const;
      });

    expect(Object.fromEntries(await Promise.all(versions))).toEqual(
      Object.fromEntries(tasks.map(({ name, version }) => [name, version])),
    );
  });

  test('the policy trusts each task of the pipeline: ours, and those of upstream', async () => {
    const rendered = await readFile(join(root, `bundles/rendered/pipelines/${pipeline.name}.yaml`), 'utf8');
    const theirs = [...rendered.matchAll(/value: (quay\.io\/konflux-ci\/\S+)/g)].map(([, bundle]) => bundle);
    const ours = [...rendered.matchAll(/taskRef:\n +name: (\S+)/g)].map(([, name = '']) =>
      bundleOf('task', name).replace(`${registry.host}/bootc`, 'quay.io/bootc-devel'),
    );
    expect(theirs.length).toBeGreaterThan(5);
    expect(ours.length).toBeGreaterThan(5);

    const asked = (bundles: readonly (string | undefined)[]) =>
      checkPolicy(
        {
          ...nothing,
          statements: [
            parseStatement({
              ...empty,
              predicate: {
                buildType: 'tekton.dev/v1/PipelineRun',
                buildConfig: { tasks: bundles.map((bundle) => ({ name: `${bundle}`, ref: { bundle } })) },
              },
            }),
          ],
        },
        parsePolicy(policy, policyFile),
      ).filter(({ rule }) => rule === 'trusted_task.trusted');
    const policy = await readFile(policyFile, 'utf8');

    expect(asked([...ours, ...theirs])).toEqual([]);
    expect(asked([`quay.io/me/tekton-catalog/task-init:0.4@sha256:${'0'.repeat(64)}`])).toHaveLength(1);
  });

  // A minute, which .ci/run has and `make test` has not.
  test.skipIf(process.env.RELEASE_POLICY !== '1')(
    'a run passes @slsa3, and of @redhat all but what asks for checks of the image',
    {
      timeout: 300_000,
    },
    async () => {
      await bundleInto(join(folder, 'steps'), ownSteps);
      await writeFile(join(folder, 'run.json'), JSON.stringify(pipelineRun()));
      await writeFile(join(folder, 'slsa3.yaml'), 'sources: [{config: {include: ["@slsa3"]}, ruleData: {}}]');
      const runs = ['--runs-directory', join(folder, 'runs')];
      await command(
        'run',
        '-f',
        join(folder, 'run.json'),
        '--network',
        'host',
        ...runs,
        '--image-map',
        `*=rootfs:/,user=65532:0,mount=${join(folder, 'steps')}:/usr/libexec/bootc-catalog`,
      );
      const trust = ['--trust', `oci://${registry.host}/bootc/tekton-catalog/task-*`];

      const slsa = await command(
        'runs',
        'check',
        ...runs,
        '--policy',
        join(folder, 'slsa3.yaml'),
        '-o',
        'json',
      );
      const redhat = await captured(() =>
        runCommandLine(
          ['runs', 'check', ...runs, ...trust, '--policy', policyFile, '--data', dataFolder, '-o', 'json'],
          undefined,
        ),
      );

      // The index, and its image.
      expect((JSON.parse(slsa) as Answer).images.map(({ violations }) => violations)).toEqual([[], []]);
      expect(redhat).toMatchObject({ code: 7, stderr: '' });
      const { images } = JSON.parse(redhat.stdout) as Answer;
      expect(images).toHaveLength(2);
      for (const { violations } of images) {
        expect(violations.map(({ rule, terms }) => [rule, ...terms].join(' '))).toEqual([
          'tasks.required_tasks_found clair-scan roxctl-scan',
          'tasks.required_tasks_found clamav-scan',
          'tasks.required_tasks_found deprecated-image-check',
          'tasks.required_tasks_found rpms-signature-scan',
          'tasks.required_tasks_found sast-shell-check sast-shell-check-oci-ta',
          'tasks.required_tasks_found sast-snyk-check sast-snyk-check-oci-ta',
          'tasks.required_tasks_found sast-unicode-check sast-unicode-check-oci-ta',
          'test.test_data_found',
        ]);
      }
    },
  );
});

const empty = {
  _type: 'https://in-toto.io/Statement/v0.1',
  predicateType: 'https://slsa.dev/provenance/v0.2',
  subject: [],
};
const nothing = {
  image: `quay.io/a/b@sha256:${'0'.repeat(64)}`,
  isIndex: false,
  labels: {},
  sboms: [],
  sbomBlobs: new Map(),
  bundles: new Map(),
  reachable: new Set<string>(),
};

function pipelineRun(): object {
  const params = {
    'git-url': `${git.url}/source`,
    revision: commit,
    'output-image': `${registry.host}/fedora/image:1`,
    dockerfile: 'Containerfile',
    hermetic: true,
    'skip-checks': true,
    labels: ['containers.bootc=1', 'org.opencontainers.image.version=44'],
    'build-platforms': ['linux/x86_64'],
  };
  const resolver = { bundle: bundleOf('pipeline', pipeline.name), name: pipeline.name, kind: 'pipeline' };
  const list = (values: object) =>
    Object.entries(values).map(([name, value]) => ({ name, value: value as unknown }));
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { generateName: 'fedora-bootc-' },
    spec: { pipelineRef: { resolver: 'bundles', params: list(resolver) }, params: list(params) },
  };
}
