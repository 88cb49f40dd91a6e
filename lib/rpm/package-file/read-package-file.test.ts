import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { InvalidRpmHeaderError } from '../header/header-fields.ts';
import { readPackageFile } from './read-package-file.ts';

let scratch: string;
let binary: string;
let source: string;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'package-file-'));
  const spec = join(scratch, 'x.spec');
  writeFileSync(
    spec,
    [
      'Name: x',
      'Epoch: 0',
      'Version: 1~rc1',
      'Release: 1^git.fc43',
      'Summary: Größe, "quoted"',
      'Summary(de): Auf Deutsch',
      'Vendor: Fedora Project',
      'License: MIT',
      'ModularityLabel: x:1:2:3',
      'BuildArch: noarch',
      '%description',
      'x',
      '%files',
    ].join('\n'),
  );
  await run('rpmbuild', ['-ba', '--quiet', '--define', `_topdir ${scratch}`, spec]);
  binary = join(scratch, 'RPMS/noarch/x-1~rc1-1^git.fc43.noarch.rpm');
  source = join(scratch, 'SRPMS/x-1~rc1-1^git.fc43.src.rpm');
});
afterAll(() => rmSync(scratch, { recursive: true }));

test('says what rpm says', async () => {
  const query =
    '%{NAME}|%{VERSION}|%{RELEASE}|%{EPOCH}|%{ARCH}|%{SUMMARY}|%{VENDOR}|%{MODULARITYLABEL}|%{BUILDTIME}';
  const { stdout } = await run('rpm', ['-qp', '--nosignature', '--queryformat', query, binary], {
    env: { LC_ALL: 'C.UTF-8' },
  });

  const read = await readPackageFile(binary);

  const { name, version, release, epoch, arch, summary, vendor, modularityLabel, buildTime } = read;
  expect([name, version, release, epoch, arch, summary, vendor, modularityLabel, buildTime].join('|')).toBe(
    stdout,
  );
  expect(read).toMatchObject({ hasEpoch: true, isSource: false });
});

test('knows a source package', async () => {
  expect(await readPackageFile(source)).toMatchObject({ name: 'x', isSource: true });
});

test('what is cut off or damaged is refused or read, never worse', async () => {
  const bytes = readFileSync(binary);
  const path = join(scratch, 'damaged');
  // Behind these the payload begins, which nobody reads.
  const end = 4_000;
  const damage = fc.array(fc.tuple(fc.nat(end), fc.nat(255)), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(damage, fc.nat(end), async (changes, length) => {
      const damaged = Buffer.from(bytes.subarray(0, length));
      for (const [at, byte] of changes) if (at < length) damaged[at] = byte;
      writeFileSync(path, damaged);
      await readPackageFile(path).catch((error: unknown) =>
        expect(error).toBeInstanceOf(InvalidRpmHeaderError),
      );
    }),
    { numRuns: 300 },
  );
});

test.for([
  ['nothing', Buffer.alloc(0)],
  ['a page of a mirror that is down', Buffer.from('<html>'.padEnd(500, ' '))],
  ['a lead and no header', Buffer.concat([Buffer.from('edabeedb', 'hex'), Buffer.alloc(500)])],
] as const)('%s is no package', async ([, bytes]) => {
  const path = join(scratch, 'none');
  writeFileSync(path, bytes);

  await expect(readPackageFile(path)).rejects.toThrow('is no RPM package');
});
