import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderCatalog } from '#lib/catalog';
import type { Task } from '#lib/tekton';
import { catalog } from '../../bundles/catalog.ts';
import { releaseDifferences } from '../../bundles/release-differences.ts';
import { releasePipelineDifferences } from '../../bundles/release-pipeline-differences.ts';
import { compareTask } from './compare-task.ts';
import { type ContractTask, readShared } from './contract.ts';
import { judge } from './meant.ts';

interface ReleaseContract {
  readonly tasks: Readonly<Record<string, ContractTask>>;
}

const text = readShared('konflux-release.json');
const contract = text === undefined ? undefined : (JSON.parse(text) as ReleaseContract);
const rendered = renderCatalog(catalog);
/** Tasks of the pipeline of 2024, which no pipeline has any more. */
const gone = ['cleanup-workspace'];
/** Tasks that are not there yet: of these nothing is promised. */
const pending: readonly string[] = Object.keys(contract?.tasks ?? {}).filter(
  (name) => !rendered.has(`bundles/rendered/tasks/${name}.yaml`),
);

test.skipIf(contract !== undefined)(
  '../shared/contract is not there: nothing is held against it',
  ({ skip }) => {
    skip();
  },
);

test.for(Object.values(contract?.tasks ?? {}).filter(({ name }) => !gone.includes(name)))(
  '$name is what the contract says, but for what is meant',
  (task, { skip }) => {
    skip(pending.includes(task.name), 'not there yet');
    const yaml = rendered.get(`bundles/rendered/tasks/${task.name}.yaml`);

    // The contract has neither labels nor volumes of these.
    const judged = judge(
      compareTask({ ...task, labels: {}, volumes: [] }, parse(yaml ?? '') as Task),
      releaseDifferences,
      task.name,
    );

    expect(judged).toEqual({ unexpected: [], gone: [] });
  },
);

test('every difference that is meant has its reason, once', () => {
  const all = [...releaseDifferences, ...releasePipelineDifferences];
  const places = all.map(({ task, place, what }) => `${task}, ${place}: ${what}`);

  expect(places).toEqual([...new Set(places)]);
  expect(all.filter(({ why }) => why.length < 20)).toEqual([]);
});
