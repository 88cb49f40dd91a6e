import { catalogProblems, generatedFiles } from 'bootc-catalog/catalog';
import { expect, test } from 'vitest';
import { catalog } from './catalog.ts';

test('each step has its file, each task its test and its changelog', () => {
  expect(catalogProblems(catalog)).toEqual([]);
});

test('what is generated is what the definitions give: npm run generate', () => {
  expect(generatedFiles(catalog).stale).toEqual([]);
});
