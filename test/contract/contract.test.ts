import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderCatalog } from '#lib/catalog';
import type { Task } from '#lib/tekton';
import { catalog } from '../../bundles/catalog.ts';
import { meantDifferences } from '../../bundles/meant-differences.ts';
import { compareTask } from './compare-task.ts';
import { type Contract, readShared } from './contract.ts';
import { judge } from './meant.ts';

const text = readShared('konflux-build.json');
const contract = text === undefined ? undefined : (JSON.parse(text) as Contract);
const rendered = renderCatalog(catalog);
/** Upstream's, by pinned bundle. */
const theirs = ['source-build-oci-ta'];
/** Not there yet, or not whole: of these nothing is promised. */
const pending: readonly string[] = [];

test.skipIf(contract !== undefined)(
  '../shared/contract is not there: nothing is held against it',
  ({ skip }) => {
    skip();
  },
);

test.for(Object.values(contract?.reimplement ?? {}).filter(({ name }) => !theirs.includes(name)))(
  '$name is what the contract says, but for what is meant',
  (task, { skip }) => {
    skip(pending.includes(task.name), 'not there yet');
    const yaml = rendered.get(`bundles/rendered/tasks/${task.name}.yaml`);
    expect(yaml).toBeDefined();

    const judged = judge(compareTask(task, parse(yaml ?? '') as Task), meantDifferences, task.name);

    expect(judged).toEqual({ unexpected: [], gone: [] });
  },
);

test('every difference that is meant has its reason, once', () => {
  const places = meantDifferences.map(({ task = 'pipeline', place, what }) => `${task}, ${place}: ${what}`);

  expect(places).toEqual([...new Set(places)]);
  expect(meantDifferences.filter(({ why }) => why.length < 20)).toEqual([]);
});
