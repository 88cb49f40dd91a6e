import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { renderCatalog } from '#lib/catalog';
import { parseImageMapping, parseObjects, planRun, sortObjects } from '#lib/local';
import { type PipelineRun, validate } from '#lib/tekton';
import { pipelines, stepImage, tasks } from '../bundles/catalog.ts';

const text = readFileSync(join(import.meta.dirname, 'examples/bootc-compose.yaml'), 'utf8');
const documents = parseAllDocuments(text).map((document) => document.toJS() as Object_);
const run = documents.find(({ kind }) => kind === 'PipelineRun') as unknown as PipelineRun;
const rendered = [...renderCatalog({ tasks, pipelines, stepImage })].flatMap(([path, yaml]) =>
  path.endsWith('.yaml') ? [yaml] : [],
);

interface Object_ {
  readonly kind: string;
  readonly metadata: { readonly name?: string };
  readonly secrets?: readonly { readonly name: string }[];
  readonly automountServiceAccountToken?: boolean;
}

test('the webhooks take the example', () => {
  expect(validate(run)).toEqual([]);
});

test('it gives the pipeline all that it asks for, and runs it in the order that is meant', async () => {
  const objects = [...rendered, text].flatMap((yaml) => parseObjects(yaml, 'example'));

  const plan = await planRun({
    objects: sortObjects(objects),
    imageMap: [parseImageMapping('*=rootfs:/')],
  });

  const order = plan.tasks.map(({ name }) => name);
  for (const variant of ['minimal', 'minimal-plus', 'standard']) {
    expect(order.indexOf(`bootc-lint-${variant}`)).toBeGreaterThan(order.indexOf(`index-${variant}`));
    expect(order.indexOf(`bootc-lint-${variant}`)).toBeLessThan(order.indexOf('gate'));
  }
  // The example lets all of iot fail, and what a pod of the image says would fail the run.
  expect(plan.tasks.find(({ name }) => name === 'bootc-lint-iot')).toMatchObject({ state: 'skipped' });
});

test('whatever runs the image that is judged has no token and no Secret to push with', () => {
  const pipeline = pipelines.find(({ name }) => name === 'bootc-compose');
  const lints = pipeline?.tasks.filter(({ target }) => target.name === 'bootc-lint').map(({ name }) => name);

  const specs = run.spec?.taskRunSpecs ?? [];
  expect(specs.map(({ pipelineTaskName }) => pipelineTaskName)).toEqual(lints);
  for (const { serviceAccountName, podTemplate } of specs) {
    const account = documents.find(({ metadata }) => metadata.name === serviceAccountName);
    expect(podTemplate?.automountServiceAccountToken).toBe(false);
    expect(account).toMatchObject({ kind: 'ServiceAccount', automountServiceAccountToken: false });
    expect(account).not.toHaveProperty('secrets');
  }
});
