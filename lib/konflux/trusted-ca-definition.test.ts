import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  InvalidTrustedCaError,
  readTrustedCa,
  TrustedCaKey,
  TrustedCaName,
  trustedCaMount,
  trustedCaVariable,
  trustedCaVolume,
} from './trusted-ca.ts';

test('the params have the defaults of upstream’s tasks', () => {
  expect(TrustedCaName.parse(undefined)).toBe('trusted-ca');
  expect(TrustedCaKey.parse(undefined)).toBe('ca-bundle.crt');
});

test('the step is told where its volume is, into which it cannot write', () => {
  expect(trustedCaMount).toEqual({ name: 'trusted-ca', mountPath: '/mnt/trusted-ca', readOnly: true });
  expect(trustedCaVariable).toEqual({ name: 'TRUSTED_CA', value: trustedCaMount.mountPath });
  expect(trustedCaVolume('N', 'K').name).toBe(trustedCaMount.name);
});

test('a step that is run by hand has none', async () => {
  expect(await readTrustedCa(undefined)).toEqual([]);
});

test.for<[what: string, make: (path: string) => Promise<unknown>, why: string]>([
  ['a directory', (path) => mkdir(path), 'it cannot be read (EISDIR)'],
  ['no certificate', (path) => writeFile(path, 'x'), 'it holds no certificate in PEM'],
])('%s is refused with the file, the reason, and what belongs there', async ([, make, why]) => {
  const folder = await mkdtemp(join(tmpdir(), 'trusted-ca-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'ca-bundle.crt');
  await make(path);

  const error = await readTrustedCa(folder).catch((one: unknown) => one);

  expect(error).toBeInstanceOf(InvalidTrustedCaError);
  expect(error).toMatchObject({
    message: `cannot trust the authorities in ${path}: ${why}`,
    hint: 'the ConfigMap holds certificates in PEM under the key that the params name',
  });
});
