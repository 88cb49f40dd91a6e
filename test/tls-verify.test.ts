import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';

const tasks = resolve(import.meta.dirname, '../tasks');
const steps = readdirSync(tasks, { recursive: true, encoding: 'utf8' }).filter((file) =>
  /^[^/]+\/(?!task\.ts$)[^/]+(?<!\.test)\.ts$/.test(file),
);

// What TLSVERIFY means is decided in one place, so that it cannot mean two things in two tasks.
test.for(steps)('%s reaches registries as its TLSVERIFY says', (file) => {
  const text = readFileSync(join(tasks, file), 'utf8');

  expect(text).not.toMatch(/\bcreateRegistryClient\b/);
});

test('some do reach registries', () => {
  const using = steps.filter((file) =>
    readFileSync(join(tasks, file), 'utf8').includes('registryClientFor('),
  );

  expect(using.length).toBeGreaterThanOrEqual(5);
});
