import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderCatalog } from '#lib/catalog';
import type { Pipeline } from '#lib/tekton';
import { catalog } from '../../bundles/catalog.ts';
import { meantDifferences } from '../../bundles/meant-differences.ts';
import { comparePipeline } from './compare-pipeline.ts';
import { type Contract, readShared } from './contract.ts';
import { judge } from './meant.ts';

const text = readShared('konflux-build.json');
const yaml = renderCatalog(catalog).get(
  'bundles/rendered/pipelines/buildah-build-bootc-multi-platform-oci-ta.yaml',
);

test.skipIf(text === undefined)('the pipeline is what the contract says, but for what is meant', () => {
  const { pipeline } = JSON.parse(text ?? '') as Contract;

  const judged = judge(comparePipeline(pipeline, parse(yaml ?? '') as Pipeline), meantDifferences);

  expect(judged).toEqual({ unexpected: [], gone: [] });
});
