import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { testResultsOf } from '#lib/attest';
import { pipelineObject, taskObject } from '#lib/catalog';
import { type ServedCompose, serveCompose } from '#lib/compose-fixture';
import { defineImages } from '#lib/images';
import { type ImageMapping, parseImageMapping } from '#lib/local';
import { createRegistryClient, findTag, parseReference } from '#lib/oci';
import { definePipelineRun, type Pipeline, type Task, toYaml } from '#lib/tekton';
import { type FaultName, faultNames, withFault } from '#test/gate/faults';
import { pushGoodImages, standInBuild, standInLint } from '#test/gate/stand-in-build';
import { goodPackages } from '#test/images/bootc-image';
import { type Registry, startRegistry } from '#test/registries/registry';
import { runYaml } from '#test/run-yaml';
import { shareOf } from '#test/share';
import { writeCompose } from '#test/small-compose';
import { makeStepImage } from '#test/step-image';
import { stepImage, tasks } from '../../bundles/catalog.ts';
import { composePipeline } from '../../pipelines/from-images/compose-pipeline.ts';

/**
 * Every task of every chain goes wrong in turn, in every way. Only buildah and the image's own bootc have stand-ins;
 * registry, engine and all other tasks are real.
 */
const names = ['minimal', 'standard'] as const;
const platforms = ['linux/amd64', 'linux/s390x'];
const pipeline = composePipeline(
  'bootc-compose',
  defineImages({
    name: 'fedora-bootc',
    repository: 'registry.example/bootc',
    flow: { compose: 'registry.example/repos', images: 'registry.example/images', plain: 'standard' },
    platforms,
    images: [{ name: 'compose', compose: true }, ...names.map((name) => ({ name, manifest: name }))],
    streams: [
      {
        name: '43',
        version: '43',
        kind: 'branched',
        composes: [{ role: 'nightly', url: 'https://registry.example/compose' }],
        images: 'all',
      },
    ],
  }),
);

let registry: Registry;
let scratch: string;
let compose: ServedCompose;
let mapping: ImageMapping;
let objects: { readonly pipeline: Pipeline; readonly tasks: readonly Task[] };

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'gate-'));
  registry = await startRegistry();
  const used = new Set(pipeline.tasks.map(({ target }) => target.name));
  const real = tasks.filter(({ name }) => used.has(name));
  mapping = await makeStepImage(
    join(scratch, 'steps'),
    real
      .flatMap(({ name, definition }) => Object.keys(definition.steps).map((step) => `${name}/${step}`))
      .filter((step) => !/^(?:buildah-bootc|bootc-lint)\//.test(step)),
  );
  const [everything = []] = Object.values(goodPackages);
  const written = writeCompose(await mkdtemp(join(scratch, 'compose-')), {
    x86_64: everything,
    s390x: everything,
  });
  compose = await serveCompose(written);
  const repository = `${registry.host}/built`;
  const digests = {
    ...(await pushGoodImages(repository, '-minimal')),
    ...(await pushGoodImages(repository, '')),
  };
  objects = {
    pipeline: pipelineObject(pipeline, { image: stepImage }, {}),
    tasks: real.map((task) => {
      const object = taskObject(task, stepImage);
      if (task.name === 'buildah-bootc') return standInBuild(object, repository, digests);
      return task.name === 'bootc-lint' ? standInLint(object) : object;
    }),
  };
}, 300_000);
afterAll(async () => {
  await Promise.all([registry.stop(), compose.close()]);
  await rm(scratch, { recursive: true, force: true });
});

type Moved = readonly (typeof names)[number][];
const both: Moved = names;

/** What moves where a task of the chain of one image, or one of all, goes wrong. */
function expected(task: string, fault: FaultName, image: string, isFailable: boolean): Moved {
  const others = names.filter((name) => name !== image);
  if (task === 'make-repos-image' || task === 'gate') return [];
  if (task === `push-${image}`) return fault.endsWith('after') ? both : others;
  // What holds back alone is not run for an image that may fail; skipped or silent it holds nothing back.
  if (task === `bootc-lint-${image}`) {
    return isFailable || fault === 'is skipped' || fault === 'loses its results' ? both : [];
  }
  // The verdict stands at the digest by then, whatever becomes of the task that attached it.
  if (task === `sanity-check-${image}` && fault.endsWith('after')) return both;
  // Its results are there, though it failed.
  if (task === `index-${image}` && fault.endsWith('after')) return both;
  if (task === `build-${image}` && fault.endsWith('after')) return both;
  return isFailable ? others : [];
}

const cases = names.flatMap((image) =>
  [
    `build-${image}`,
    `index-${image}`,
    `sanity-check-${image}`,
    `bootc-lint-${image}`,
    `push-${image}`,
    'make-repos-image',
    'gate',
  ].flatMap((task) =>
    faultNames.flatMap((fault) =>
      [false, true].map((isFailable) => ({
        task,
        fault,
        image,
        need: isFailable ? 'may fail' : 'is required',
        moved: expected(task, fault, image, isFailable),
      })),
    ),
  ),
);

test('nothing goes wrong: all of production moves', { timeout: 120_000 }, async () => {
  const { moved, status } = await runWith('whole', objects, []);

  expect(moved, status.lines.slice(-30).join('\n')).toEqual(names);
});

test.for(shareOf('ways around the gate', cases, 8, 32))(
  '$task $fault, and $image $need: $moved moves',
  { timeout: 120_000 },
  async ({ task, fault, image, need, moved }) => {
    const name = [task, fault, image, need].join('-').replaceAll(/[^a-z]+/g, '-');
    const broken = withFault(objects.pipeline, objects.tasks, task, fault);

    const seen = await runWith(name, broken, need === 'may fail' ? [image] : []);

    expect(seen.moved, seen.status.lines.slice(-30).join('\n')).toEqual(moved);
  },
);

/** Runs the pipeline into repositories of its own; says what moved, and holds each of it to its verdict. */
async function runWith(
  name: string,
  { pipeline: object, tasks: used }: typeof objects,
  failable: readonly string[],
) {
  const base = `${registry.host}/${name}`;
  const run = definePipelineRun(pipeline, {
    metadata: { name: 'run' },
    params: {
      compose: compose.url,
      branch: '43',
      timestamp: '1',
      failable,
      'repos-image': `${base}/repos`,
      'output-image': `${base}/images`,
      'production-images': Object.fromEntries(names.map((one) => [one, `${base}/production/${one}`])),
      'production-tags': ['43'],
      gpgcheck: false,
    },
    workspaces: { source: { emptyDir: {} } },
  });
  const yaml = [object, ...used, run].map((one) => toYaml(one)).join('\n---\n');
  const result = await runYaml(yaml, {
    runsDirectory: join(scratch, name),
    imageMap: [mapping, parseImageMapping('*=rootfs:/')],
    network: 'host',
  });
  using client = createRegistryClient();
  const staging = client.repository(parseReference(`${base}/images`));
  const moved: string[] = [];
  for (const one of names) {
    const found = await findTag(client.repository(parseReference(`${base}/production/${one}`)), '43');
    if (found === undefined) continue;
    moved.push(one);
    const uid = result.run.metadata?.uid;
    const verdicts = await testResultsOf(staging, await staging.resolve(found.digest));
    expect(verdicts.map(({ run, result }) => [run, result])).toEqual([
      [uid, expect.stringMatching(/PASSED|WARNED/)],
    ]);
  }
  return { moved, status: result };
}
