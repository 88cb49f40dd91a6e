import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCertificate } from '#test/registries/certificate';
import { readTrustedCa, trustedCaVolume } from './trusted-ca.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trusted-ca-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('reads each certificate of a bundle, whatever stands between them', async () => {
  const [one, two] = [await createCertificate(folder, 'one'), await createCertificate(folder, 'two')];
  await writeFile(join(folder, 'ca-bundle.crt'), `# One\n${one.pem}\n# Two\r\n${two.pem}`);

  expect(await readTrustedCa(folder)).toEqual([one.pem.trim(), two.pem.trim()]);
});

test('without a ConfigMap, or without anything in it, there are none', async () => {
  expect(await readTrustedCa(folder)).toEqual([]);
  expect(await readTrustedCa(join(folder, 'absent'))).toEqual([]);
  await writeFile(join(folder, 'ca-bundle.crt'), '\n');
  expect(await readTrustedCa(folder)).toEqual([]);
});

test.for<[what: string, content: string, why: string]>([
  ['no certificate', 'secret', 'it holds no certificate in PEM'],
  [
    'a broken one',
    '-----BEGIN CERTIFICATE-----\nc2VjcmV0\n-----END CERTIFICATE-----\n',
    'certificate 1 of 1',
  ],
])('a file with %s is refused, and not shown', async ([, content, why]) => {
  await writeFile(join(folder, 'ca-bundle.crt'), content);

  await expect(readTrustedCa(folder)).rejects.toThrow(why);
  await expect(readTrustedCa(folder)).rejects.toThrow(/^(?!.*secret)/);
});

test('what is no file is refused', async () => {
  await mkdir(join(folder, 'ca-bundle.crt'));

  await expect(readTrustedCa(folder)).rejects.toThrow('it cannot be read (EISDIR)');
});

test('the volume is of the ConfigMap and key that the params name', () => {
  expect(trustedCaVolume('N', 'K').configMap).toEqual({
    name: '$(params.N)',
    optional: true,
    items: [{ key: '$(params.K)', path: 'ca-bundle.crt' }],
  });
});
