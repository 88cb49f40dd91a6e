import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readHostImage } from './host-image.ts';

let secret: string;
beforeEach(() => {
  secret = mkdtempSync(join(tmpdir(), 'host-image-'));
});
afterEach(() => rmSync(secret, { recursive: true }));

const give = (
  json?: string,
  environment: Readonly<Record<string, string>> = { STEP_IMAGE: 'quay.io/steps@d' },
) => {
  if (json !== undefined) writeFileSync(join(secret, 'step-image.json'), json);
  return readHostImage(secret, environment);
};

test("on a cluster it is the Task's own", async () => {
  expect(await give()).toEqual({ image: 'quay.io/steps@d' });
});

test('the local engine says what it is', async () => {
  const root = { rootfs: '/', mounts: [{ source: '/dist', path: '/usr/libexec' }] };

  expect(await give('{"image":"localhost/mine"}')).toEqual({ image: 'localhost/mine' });
  expect(await give(JSON.stringify(root))).toEqual(root);
});

test.for(['', '{}', '{"image":""}', '{"rootfs":"x","mounts":[]}', '{"rootfs":"/"}', '[]'])(
  '%j is understood by nobody',
  async (text) => {
    await expect(give(text)).rejects.toThrow('cannot read the key step-image.json');
  },
);

test('nothing says it', async () => {
  await expect(give(undefined, {})).rejects.toThrow('no variable STEP_IMAGE');
});
