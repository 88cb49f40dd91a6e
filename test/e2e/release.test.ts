import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { createRegistryClient, type Descriptor, findTag, type RegistryClient } from '#lib/oci';
import { type Pipeline, toYaml } from '#lib/tekton';
import { missing } from '#test/build-pod';
import { type Registry, startRegistry } from '#test/registries/registry';
import { dataObject, snapshotObject } from '#test/release/custom-resources';
import { pushSmallImage } from '#test/release/small-images';
import { bundleInto, ownSteps } from '#test/step-image';
import { pipeline } from '../../pipelines/push-to-external-registry.ts';

const repository = join(import.meta.dirname, '../..');
const rendered = join(repository, 'bundles/rendered/pipelines', `${pipeline.name}.yaml`);
const skipped = missing.length === 0 ? '' : ` (skipped: no ${missing.join(', no ')})`;

interface Ended {
  readonly output: string;
  readonly code: number | undefined;
}

interface ReleaseFile {
  readonly status?: {
    readonly artifacts?: {
      readonly images?: readonly { readonly shasum: string; readonly urls: readonly string[] }[];
      readonly conforma?: { readonly policy: string; readonly verified: boolean };
    };
  };
}

let folder: string;
let registry: Registry;
let client: RegistryClient;
let root: Descriptor;
let count = 0;

/** The release of a tenant as Konflux starts it: three params, and the objects of its namespace, here as files. */
describe.skipIf(missing.length > 0)(
  `a release of a tenant on this machine${skipped}`,
  { timeout: 120_000 },
  () => {
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'release-'));
      registry = await startRegistry();
      client = createRegistryClient();
      const source = client.repository(`${registry.host}/build/image`);
      ({ root } = await pushSmallImage(source, { content: 'released' }));
      const released = parse(await readFile(rendered, 'utf8')) as Pipeline;
      const names = ['use', ...(released.spec?.tasks ?? []).map(({ taskRef }) => taskRef?.name)];
      await bundleInto(
        join(folder, 'steps'),
        ownSteps.filter((step) => names.includes(step.split('/')[0])),
      );
      await writeFile(join(folder, 'pipeline.yaml'), withStandIn(released));
    }, 120_000);
    afterAll(async () => {
      client.close();
      await registry.stop();
      await rm(folder, { recursive: true, force: true });
    });

    test('from three params to tags in production and the status of the Release; again, nothing is left to do', async () => {
      const { run, tag, status } = tenant({ policy: 'none' });

      const first = await run();
      const again = await run();

      expect(first, first.output).toMatchObject({ code: 0 });
      expect((await tag('1'))?.digest).toBe(root.digest);
      expect((await tag('latest'))?.digest).toBe(root.digest);
      const { images, conforma } = (await status(first))?.artifacts ?? {};
      expect(images).toMatchObject([{ shasum: root.digest }]);
      expect(images?.[0]?.urls).toHaveLength(2);
      expect(conforma).toEqual({ policy: 'none', verified: false });
      expect(first.output).toContain('NOTHING VERIFIED what was released');
      expect(again, again.output).toMatchObject({ code: 0 });
      expect(again.output).toMatch(/\[push-snapshot\] skipped/);
    });

    test.for([
      ['a policy that says no', { policy: 'tenant/policy' }, /\[verify-conforma\] StepFailed/],
      ['no policy', {}, /conforma\.policy/],
    ] as const)('%s: no tag moves', async ([, choice, message]) => {
      const { run, tag } = tenant(choice);

      const { output, code } = await run();

      expect(code, output).toBe(5);
      expect(output).toMatch(message);
      expect(await tag('latest')).toBeUndefined();
    });
  },
);

/** Another tenant for each test, with its files, and its repository in production. */
function tenant({ policy }: { readonly policy?: string }) {
  const own = join(folder, `tenant-${count++}`);
  const to = client.repository(`${registry.host}/production/${count}`);
  const data = {
    ...(policy === undefined ? {} : { conforma: { policy } }),
    mapping: {
      defaults: { tags: ['latest'] },
      components: [{ name: 'a', repository: to.name, tags: ['1'] }],
    },
  };
  const release = dataObject({}, 'Release');
  const objects = [
    snapshotObject({ a: `${registry.host}/build/image@${root.digest}` }),
    dataObject(data),
    { ...release, metadata: { name: 'release', namespace: 'tenant' } },
  ];
  const run = async (): Promise<Ended> => {
    await writeFile(`${own}.yaml`, objects.map((object) => JSON.stringify(object)).join('\n---\n'));
    const files = ['-f', join(folder, 'pipeline.yaml'), '-f', `${own}.yaml`, '--pipeline', 'stand-in-policy'];
    const image = `*=rootfs:/,user=65532:0,mount=${join(folder, 'steps')}:/usr/libexec/bootc-catalog`;
    const params = ['release=tenant/release', 'releasePlan=tenant/plan', 'snapshot=tenant/snap'];
    const args = [
      'run',
      '--catalog',
      ...files,
      ...params.flatMap((param) => ['-p', param]),
      '--image-map',
      'stand-in=rootfs:/',
      '--image-map',
      image,
      '--runs-directory',
      own,
      '--network',
      'host',
    ];
    const { all, exitCode } = await execa(join(repository, 'bin/bootc-catalog'), args, {
      cwd: repository,
      reject: false,
      all: true,
    });
    return { output: all, code: exitCode };
  };
  return {
    run,
    tag: (name: string) => findTag(to, name, {}),
    /** Status of the Release as a run left it, which says where that is. */
    status: async ({ output }: Ended) => {
      const file = /was patched: (\S+)/.exec(output)?.[1] ?? '';
      return (parse(await readFile(file, 'utf8')) as ReleaseFile).status;
    },
  };
}

/** The pipeline with a stand-in for upstream's verify-conforma, whose image no test can pull: it says no. */
function withStandIn(released: Pipeline): string {
  const standIn = 'verify-conforma-stand-in';
  const verify = released.spec?.tasks?.find(({ name }) => name === 'verify-conforma');
  if (verify === undefined) throw new Error('the pipeline verifies nothing');
  const params = verify.params?.map(({ name }) => ({ name }));
  const task = {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name: standIn },
    spec: { params, steps: [{ name: 'validate', image: 'stand-in', script: 'exit 1' }] },
  };
  const tasks = released.spec?.tasks?.map((one) =>
    one === verify ? { ...one, taskRef: { name: standIn } } : one,
  );
  const pipelineHere = {
    ...released,
    metadata: { name: 'stand-in-policy' },
    spec: { ...released.spec, tasks },
  };
  return `${toYaml(pipelineHere)}---\n${toYaml(task)}`;
}
