import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import * as z from 'zod';
import { releaseFiles } from '#lib/release-files';
import { runStepWith } from '#test/context';
import checkDataKeys from './check-data-keys.ts';

let workdir: string;
const lines: string[] = [];
beforeEach(() => {
  workdir = mkdtempSync(join(tmpdir(), 'check-data-keys-'));
  lines.length = 0;
});
afterEach(() => rmSync(workdir, { recursive: true }));

const files = () =>
  releaseFiles({
    params: { dataDir: join(workdir, 'release'), ociStorage: 'empty' },
    workspaces: { workdir },
  });
const run = (more: Readonly<Record<string, string | readonly string[]>> = {}) =>
  runStepWith(
    checkDataKeys,
    { dataDir: join(workdir, 'release'), dataPath: 'uid/data.json', ...more },
    { workspaces: { workdir }, lines },
  );
const mapping = { components: [{ name: 'a', repository: 'quay.io/a/b' }] };

test('valid data is handed on with its systems', async () => {
  files().write('uid/data.json', { mapping, spelling: 1 });

  await run({ systems: ['[{"systemName": "mapping", "dynamic": false}]'] });

  expect(files().read('uid/data.json', z.unknown(), 'the data')).toEqual({
    mapping,
    spelling: 1,
    systems: [{ systemName: 'mapping', dynamic: false }],
  });
  expect(lines).toEqual([
    'nobody here knows the keys spelling: are they spelled right?',
    'the data of the release is valid',
  ]);
});

test('an error names the resource that brought the key', async () => {
  const metadata = { namespace: 'tenant', name: 'one' };
  files().write('uid/data.json', { mapping: { components: [{ name: 'a' }] } });
  files().write('uid/release.json', { metadata, spec: {} });
  files().write('uid/release_plan.json', {
    metadata,
    spec: { data: { mapping: { components: [{ name: 'a' }] } } },
  });

  await expect(run({ systems: ['mapping'] })).rejects.toThrow(
    'mapping.components[0] (ReleasePlan tenant/one): expected repositories, or repository',
  );
});

test('another schema is refused, and nothing is fetched', async () => {
  files().write('uid/data.json', { mapping });

  await expect(run({ schema: 'https://example.com/own.json' })).rejects.toThrow(
    'no schema is taken from elsewhere: "https://example.com/own.json"',
  );
});

test('data that is not there is an error', async () => {
  await expect(run()).rejects.toThrow('there is no data of the release');
});
