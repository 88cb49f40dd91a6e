import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { run } from '#lib/process';
import { fileNameOf, formatRpmLock, InvalidRpmLockError, parseRpmLock, type RpmLock } from './index.ts';

const PLACE = 'source/rpms.lock.yaml';
const URL = 'https://dl.example/updates/Packages/v/vim-minimal-9.1.1818-1.fc43.x86_64.rpm';
const SHA = `sha256:${'a1'.repeat(32)}`;
const whole = `---
lockfileVersion: 1
lockfileVendor: redhat
arches:
- arch: x86_64
  packages:
  - url: ${URL}
    repoid: updates
    size: 98576
    checksum: ${SHA}
    name: vim-minimal
    evr: 2:9.1.1818-1.fc43
    sourcerpm: vim-9.1.1818-1.fc43.src.rpm
  source: []
  module_metadata: []
`;
const file = {
  url: URL,
  repoid: 'updates',
  size: 98_576,
  checksum: SHA,
  name: 'vim-minimal',
  evr: '2:9.1.1818-1.fc43',
  sourcerpm: 'vim-9.1.1818-1.fc43.src.rpm',
};
const lock: RpmLock = {
  lockfileVersion: 1,
  lockfileVendor: 'redhat',
  arches: [{ arch: 'x86_64', packages: [file], source: [], module_metadata: [] }],
};
/** A lock whose one package has these lines. */
const withPackage = (...fields: readonly string[]) =>
  `lockfileVersion: 1\nlockfileVendor: redhat\narches:\n- arch: x86_64\n  packages:\n  - ${fields.join('\n    ')}\n`;

test('reads what rpm-lockfile-prototype writes', () => {
  expect(parseRpmLock(whole, PLACE)).toEqual(lock);
});

test('an address alone is enough, and null is as good as nothing', () => {
  const text = withPackage(`url: ${URL}`, 'repoid: null', 'size:', 'checksum: ~', 'unknown: [1]');

  const [packages] = parseRpmLock(text, PLACE).arches.map(({ packages }) => packages);

  expect(packages).toEqual([{ url: URL }]);
});

test.for<[what: string, text: string, message: string]>([
  ['nothing', '', 'the document'],
  ['no YAML', 'arches: [', `cannot read ${PLACE}: Flow sequence`],
  ['another version', whole.replace(': 1', ': 2'), 'line 2: lockfileVersion is not 1'],
  ['another vendor', whole.replace('redhat', 'suse'), 'line 3: lockfileVendor is not redhat'],
  ['a field twice', withPackage(`url: ${URL}`, `url: ${URL}`), 'Map keys must be unique at line 7'],
  ['an architecture twice', `${whole}- arch: x86_64\n`, 'it has the architecture x86_64 twice'],
  [
    'an architecture that is a path',
    whole.replace('x86_64\n', '../x\n'),
    'line 5: arches[0].arch is no arch',
  ],
  [
    'a repository that is a path',
    withPackage(`url: ${URL}`, 'repoid: ..'),
    'repoid is no id of a repository',
  ],
  ['a repository that is a section', withPackage(`url: ${URL}`, 'repoid: "a]\\n[b"'), 'repoid is no id'],
  [
    'a file of this machine',
    withPackage('url: file:///etc/passwd'),
    'line 6: arches[0].packages[0].url is no',
  ],
  ['no name of a file', withPackage('url: https://h/a/..'), 'url does not end in the name of a file'],
  ['no address', withPackage('repoid: a'), 'arches[0].packages[0].url'],
  ['a size below nothing', withPackage(`url: ${URL}`, 'size: -1'), 'line 7: arches[0].packages[0].size'],
  ['a size with a fraction', withPackage(`url: ${URL}`, 'size: 1.5'), 'size'],
  ['an unknown checksum', withPackage(`url: ${URL}`, 'checksum: crc32:00000000'), 'checksum is no checksum'],
  ['a checksum cut short', withPackage(`url: ${URL}`, 'checksum: sha256:a1'), 'checksum is no checksum'],
  ['a checksum of the prototype', withPackage(`url: ${URL}`, 'checksum: constructor:a1'), 'is no checksum'],
  ['aliases without end', aliases(), 'more aliases than a lock needs'],
])('refuses %s', ([, text, message]) => {
  expect(() => parseRpmLock(text, PLACE)).toThrow(InvalidRpmLockError);
  expect(() => parseRpmLock(text, PLACE)).toThrow(message);
});

test.for([
  ['https://h/p/a-1-1.fc43.noarch.rpm', 'a-1-1.fc43.noarch.rpm'],
  ['https://h/p/a%5E1.rpm?token=/x#/y', 'a%5E1.rpm'],
  ['https://h/', ''],
] as const)('the file of %s is %j', ([url, name]) => {
  expect(fileNameOf(url)).toBe(name);
});

test('writes each field in the order of rpm-lockfile-prototype', () => {
  expect(formatRpmLock(lock)).toBe(`---
lockfileVersion: 1
lockfileVendor: redhat
arches:
  - arch: x86_64
    packages:
      - url: ${URL}
        repoid: updates
        size: 98576
        checksum: ${SHA}
        name: vim-minimal
        evr: 2:9.1.1818-1.fc43
        sourcerpm: vim-9.1.1818-1.fc43.src.rpm
    source: []
    module_metadata: []
`);
});

test('does not write what it would not read', () => {
  const [arch] = lock.arches;
  const other = {
    ...arch,
    arch: 'x86_64',
    packages: [{ ...file, repoid: '../x' }],
    source: [],
    module_metadata: [],
  };

  expect(() => formatRpmLock({ ...lock, arches: [other] })).toThrow(
    'cannot write a lock of RPMs: arches.0.packages.0.repoid is no id of a repository',
  );
});

test('a reader of YAML 1.1 sees the same', async () => {
  const text = fc.stringMatching(/^[A-Za-z0-9:._~^+-]{1,12}$/);
  const cases = fc.sample(fc.record({ evr: text, name: text, sourcerpm: text }), { numRuns: 300, seed: 1 });
  const many = {
    ...lock,
    arches: lock.arches.map((one) => ({ ...one, packages: cases.map((fields) => ({ ...file, ...fields })) })),
  };

  const written = formatRpmLock(many);

  expect(parseRpmLock(written, PLACE)).toEqual(many);
  const python = 'import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.stdin)))';
  const { stdout } = await run('python3', ['-c', python], { input: written });
  expect(JSON.parse(stdout)).toEqual(JSON.parse(JSON.stringify(many)));
});

function aliases(): string {
  const levels = Array.from({ length: 12 }, (_, index) =>
    index === 0 ? 'a0: &a0 [x, x]' : `a${index}: &a${index} [${`*a${index - 1}, `.repeat(9)}]`,
  );
  return `${levels.join('\n')}\n`;
}
