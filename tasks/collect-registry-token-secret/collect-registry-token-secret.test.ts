import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { runStepWith } from '#test/context';
import collectSecret from './collect-secret.ts';

let workdir: string;
beforeEach(() => {
  workdir = mkdtempSync(join(tmpdir(), 'collect-secret-'));
});
afterEach(() => rmSync(workdir, { recursive: true }));

function run(data: unknown) {
  const dataDir = join(workdir, 'release');
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(join(dataDir, 'data.json'), JSON.stringify(data));
  return runStepWith(collectSecret, { dataPath: 'data.json', dataDir }, { workspaces: { workdir } });
}

const one = (component: object, mapping: object = {}) => ({
  mapping: { components: [component], ...mapping },
});

test.for([
  ['a component', one({ public: true }, { registrySecret: 'quay' })],
  ['a component by the text true', one({ public: 'TRUE' }, { registrySecret: ' quay ' })],
  ['the defaults', one({}, { registrySecret: 'quay', defaults: { public: true } })],
  ['the defaults, without components', { mapping: { registrySecret: 'quay', defaults: { public: true } } }],
] as const)('%s asks for the Secret', async ([, data]) => {
  expect(await run(data)).toEqual({ registrySecret: 'quay' });
});

test.for([
  ['nothing says public', one({}, { registrySecret: 'quay' })],
  ['there is no mapping', {}],
  ['a component says it is not', one({ public: false }, { registrySecret: 'quay' })],
] as const)('none is needed where %s', async ([, data]) => {
  expect(await run(data)).toEqual({ registrySecret: '' });
});

test.for([
  [one({ public: true }), 'mapping.registrySecret is not there'],
  [
    one({ public: true }, { registrySecret: '../x' }),
    'mapping.registrySecret is "../x", which no Secret is called',
  ],
  [one({ public: [] }), 'the data (data.json) is not valid: mapping.components[0].public'],
  [[], 'the data (data.json) is not valid'],
] as const)('%j is refused', async ([data, message]) => {
  await expect(run(data)).rejects.toThrow(message);
});
