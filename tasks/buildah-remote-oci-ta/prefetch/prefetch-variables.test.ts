import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { prefetchVariables, variablesFile } from './prefetch-variables.ts';

function prefetched(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), 'prefetched-'));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  return directory;
}

test('prefetch-env.json counts where it is there', async () => {
  const json = JSON.stringify([{ name: 'GOPROXY', value: 'file:///cachi2/output/deps/gomod' }]);
  const directory = prefetched({ 'prefetch-env.json': json, 'cachi2.env': 'export OTHER=1\n' });

  expect([...(await prefetchVariables(directory))]).toEqual([
    ['GOPROXY', 'file:///cachi2/output/deps/gomod'],
  ]);
  expect(variablesFile(directory)).toBe(join(directory, 'cachi2.env'));
});

test('else the file for a shell, as Python quotes it', async () => {
  const directory = prefetched({
    'prefetch.env': `export A=file:///cachi2/output\nexport B='a b; $(c)'\n\nexport C='it'"'"'s'\nexport D=''\n`,
    'cachi2.env': 'export OTHER=1\n',
  });

  expect(Object.fromEntries(await prefetchVariables(directory))).toEqual({
    A: 'file:///cachi2/output',
    B: 'a b; $(c)',
    C: "it's",
    D: '',
  });
  expect(variablesFile(directory)).toBe(join(directory, 'prefetch.env'));
});

test('nothing prefetched is no variable', async () => {
  const directory = prefetched({});

  expect((await prefetchVariables(directory)).size).toBe(0);
  expect(variablesFile(directory)).toBeUndefined();
});

test.for<[Record<string, string>, string]>([
  [{ 'cachi2.env': 'export A=$(id)\n' }, 'the prefetched variables have the line "export A=$(id)"'],
  [{ 'cachi2.env': '. /other\n' }, 'the prefetched variables have the line ". /other"'],
  [{ 'prefetch-env.json': '{"A":"1"}' }, 'prefetch-env.json of the prefetched artifact is no list'],
  [{ 'prefetch-env.json': '[' }, 'prefetch-env.json of the prefetched artifact is no list'],
  [{ 'prefetch-env.json': '[{"name":"A=B","value":""}]' }, 'prefetch-env.json of the prefetched'],
])('%j is refused', async ([files, message]) => {
  await expect(prefetchVariables(prefetched(files))).rejects.toThrow(message);
});
