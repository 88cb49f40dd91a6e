import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderCatalog } from '#lib/catalog';
import type { ParamValue, Pipeline } from '#lib/tekton';
import { catalog } from '../../bundles/catalog.ts';
import { releasePipelineDifferences } from '../../bundles/release-pipeline-differences.ts';
import { comparePipeline } from './compare-pipeline.ts';
import { type ContractParam, type ContractPipelineTask, readShared } from './contract.ts';
import { judge } from './meant.ts';

/** As ../shared/contract/konflux-release.json has it: tasks by path, params as an object. */
interface ReleasePipeline {
  readonly params: readonly (ContractParam & { readonly required?: boolean })[];
  readonly tasks: readonly (Omit<ContractPipelineTask, 'taskRef' | 'params'> & {
    readonly path: string;
    readonly params: Readonly<Record<string, ParamValue>>;
  })[];
}

const text = readShared('konflux-release.json');
const yaml = renderCatalog(catalog).get('bundles/rendered/pipelines/push-to-external-registry.yaml');

test.skipIf(text === undefined)('the pipeline is what the contract says, but for what is meant', () => {
  const { pipeline } = JSON.parse(text ?? '') as { readonly pipeline: ReleasePipeline };
  const theirs = {
    ...pipeline,
    labels: {},
    results: [],
    workspaces: [],
    finally: [],
    tasks: pipeline.tasks.map(({ path, params, ...task }) => ({
      ...task,
      // Theirs come from their own repository by git; ours of that name are the same tasks.
      taskRef: { name: path.startsWith('tasks/managed/') ? (path.split('/')[2] ?? '') : path },
      params: Object.entries(params).map(([name, value]) => ({ name, value: asJson(value) })),
    })),
  };
  const { spec, ...rest } = parse(yaml ?? '') as Pipeline;
  const tasks = spec?.tasks?.map(({ params = [], ...task }) => ({
    ...task,
    params: params.map(({ name, value }) => ({ name, value: asJson(value) })),
  }));

  const judged = judge(
    comparePipeline(theirs, { ...rest, spec: { ...spec, ...(tasks && { tasks }) } }),
    releasePipelineDifferences,
  );

  expect(judged).toEqual({ unexpected: [], gone: [] });
});

/** JSON in one spacing, and a list of one text, which the contract has as the text. */
function asJson(value: ParamValue): ParamValue {
  const one = Array.isArray(value) && value.length === 1 ? value[0] : value;
  if (typeof one !== 'string' || !/^[[{]/.test(one)) return value;
  return JSON.stringify(JSON.parse(one));
}
