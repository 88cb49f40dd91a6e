import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { manifestFiles } from '#test/images/manifest-files';
import { InvalidTreefileError } from './errors.ts';
import { manifestDirectory } from './files.ts';
import { readTreefile } from './read-treefile.ts';

const inside = 'conditional-include:\n  - if: basearch == "s390x"\n    include:\n      ';
/** The manifest, another one that it may include, and what is said. */
const cases: readonly (readonly [string, string, string, RegExp])[] = [
  ['no YAML', 'packages: [a\n', '', /^image\.yaml:\d: /],
  ['a list', '- a\n', '', /^image\.yaml:1: it is no map$/],
  ['a key twice', 'units: []\nunits: []\n', '', /^image\.yaml:2: Map keys must be unique/],
  [
    'an unknown field',
    'recommends: true\npakages: [a]\n',
    '',
    /^image\.yaml:2: there is no field "pakages"$/,
  ],
  ['an alias', 'packages: &a [b]\nunits: *a\n', '', /^image\.yaml:2: aliases stand in no manifest/],
  ['packages that are no list', 'packages: kernel\n', '', /^image\.yaml:1: packages is no list$/],
  [
    'a number among packages',
    'packages:\n  - kernel\n  - 7\n',
    '',
    /^image\.yaml:3: an entry of packages is no text$/,
  ],
  [
    'a number among those of another architecture',
    'packages-x86_64: [7]\n',
    '',
    /^image\.yaml:1: an entry of packages-x86_64 is no text$/,
  ],
  [
    'a quote that does not end',
    `packages:\n  - "'podman >= 4"\n`,
    '',
    /^image\.yaml:2: a single quote .* does not end$/,
  ],
  [
    'recommends in quotes',
    'recommends: "true"\n',
    '',
    /^image\.yaml:1: recommends is neither true nor false$/,
  ],
  ['an edition that is none', 'edition: 2024\n', '', /^image\.yaml:1: edition is none$/],
  ['another architecture', 'basearch: x86_64\n', '', /^image\.yaml:1: basearch is not s390x$/],
  ['a release that is a fraction', 'releasever: 4.3\n', '', /^image\.yaml:1: releasever is neither/],
  ['a map that is a list', 'variables: [a]\n', '', /^image\.yaml:1: variables is no map$/],
  [
    'a variable that always is',
    'variables:\n  releasever: 3\n',
    '',
    /^image\.yaml:2: the variable releasever is always there$/,
  ],
  ['a variable that is a list', 'variables: {a: [1]}\n', '', /^image\.yaml:1: the variable "a" is no text/],
  [
    'repo-packages without a repo',
    'repo-packages:\n  - packages: [a]\n',
    '',
    /^image\.yaml:2: .* has no repo$/,
  ],
  [
    'a condition of no form',
    'conditional-include:\n  - {if: releasever, include: b.yaml}\n',
    '',
    /^image\.yaml:2: the condition "releasever" has no form/,
  ],
  [
    'a condition with an unknown operator',
    'conditional-include:\n  - {if: basearch =~ "s", include: b.yaml}\n',
    '',
    /has no form that is known$/,
  ],
  [
    'a condition on an unknown variable',
    'conditional-include:\n  - {if: stream == "x", include: b.yaml}\n',
    '',
    /names a variable that is not there$/,
  ],
  [
    'a condition of unlike values',
    'conditional-include:\n  - {if: basearch == 1, include: b.yaml}\n',
    '',
    /compares unlike values$/,
  ],
  [
    'a condition that orders texts',
    'conditional-include:\n  - {if: basearch > "a", include: b.yaml}\n',
    '',
    /orders what is no number$/,
  ],
  [
    'an undecided condition after a false one',
    'conditional-include:\n  - {if: [basearch == "x", a == 1], include: b.yaml}\n',
    '',
    /the condition "a == 1" names a variable/,
  ],
  [
    'conditional-include without if',
    'conditional-include:\n  - include: b.yaml\n',
    '',
    /^image\.yaml:2: .* has no if$/,
  ],
  [
    'an include inside a condition',
    `${inside}include: b.yaml\n`,
    '',
    /^image\.yaml:4: include cannot stand in a manifest inside/,
  ],
  [
    'packages that would not be split',
    `${inside}packages: [a b]\n`,
    '',
    /^image\.yaml:4: packages cannot stand like that/,
  ],
  [
    'those of an architecture inside',
    `${inside}packages-s390x: [a]\n`,
    '',
    /^image\.yaml:4: packages-s390x cannot stand/,
  ],
  [
    'a manifest that is not there',
    'packages: [a]\ninclude:\n  - c.yaml\n',
    '',
    /^image\.yaml:3: there is no manifest c\.yaml$/,
  ],
  ['a way out', 'include: ../c.yaml\n', '', /^image\.yaml:1: .*leads out of the directory/],
  ['a way out from the root', 'include: /etc/passwd\n', '', /^image\.yaml:1: .*leads out of the directory/],
  ['itself', 'include: image.yaml\n', '', /^image\.yaml:1: image\.yaml is included a second time$/],
  [
    'itself by another',
    'include: b.yaml\n',
    'include: image.yaml\n',
    /^b\.yaml:1: image\.yaml is included a second time$/,
  ],
  [
    'one twice',
    'include:\n  - b.yaml\n  - b.yaml\n',
    'packages: [a]\n',
    /^image\.yaml:3: b\.yaml is included a second time$/,
  ],
  [
    'one twice by a link',
    'include:\n  - b.yaml\n  - link.yaml\n',
    'packages: [a]\n',
    /^image\.yaml:3: link\.yaml is included a second time, first as b\.yaml$/,
  ],
  ['a kickstart', 'include: x.ks\n', '', /^image\.yaml:1: kickstart files are not read here$/],
  [
    'a file to add that is not there',
    'add-files:\n  - [motd, /etc/motd]\n',
    '',
    /^image\.yaml:2: there is no file motd$/,
  ],
  [
    'a file to add without a place',
    'add-files:\n  - [motd]\n',
    '',
    /^image\.yaml:2: an entry of add-files is no pair$/,
  ],
  [
    'a list of users that is not there',
    'check-passwd: {type: file, filename: passwd}\n',
    '',
    /there is no file passwd$/,
  ],
  [
    'a package that is excluded, too',
    'include: b.yaml\npackages:\n  - a\n  - vim\n',
    'exclude-packages: [nano, vim]\n',
    /^image\.yaml:4: vim is asked for here and excluded in b\.yaml:1$/,
  ],
];

test.for(cases)('%s is refused with file, line and hint', ([, image, other, message]) => {
  const files = manifestFiles({ 'image.yaml': image, 'b.yaml': other, 'link.yaml': '->b.yaml', 'x.ks': '' });
  const failure = failureOf(() => readTreefile(files, 'image.yaml', 's390x'));

  expect(failure).toBeInstanceOf(InvalidTreefileError);
  expect(failure).toMatchObject({
    message: expect.stringMatching(message),
    hint: expect.stringMatching(/\w/),
  });
});

test('a slip is named', () => {
  const failure = failureOf(() =>
    readTreefile(manifestFiles({ 'i.yaml': 'pakages: [a]\n' }), 'i.yaml', 's390x'),
  );

  expect(failure).toMatchObject({ hint: 'is it meant to be packages?' });
});

test('in JSON an unknown field is carried, as rpm-ostree does', () => {
  const treefile = readTreefile(
    manifestFiles({ 'i.json': '{"packages": ["a"], "comment": "x"}' }),
    'i.json',
    's390x',
  );

  expect([...treefile.carried.keys()]).toEqual(['comment']);
});

const chain = (length: number) =>
  manifestFiles(
    Object.fromEntries(
      Array.from({ length }, (_, index) => [
        `${index}.yaml`,
        index + 1 < length ? `include: ${index + 1}.yaml\n` : 'packages: [last]\n',
      ]),
    ),
  );

test('51 manifests may stand in a chain, 52 may not', () => {
  expect([...readTreefile(chain(51), '0.yaml', 's390x').packages.keys()]).toEqual(['last']);
  expect(() => readTreefile(chain(52), '0.yaml', 's390x')).toThrow('50.yaml:1: more than 50 manifests');
});

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'treefile-'));
  for (const folder of ['tree/a/deep', 'tree/b', 'tree/finalize.d', 'outside'])
    mkdirSync(join(directory, folder), { recursive: true });
  const write = (path: string, text: string, mode = 0o644) =>
    writeFileSync(join(directory, path), text, { mode });
  write('outside/secret.yaml', 'packages: [secret]\n');
  write('tree/a/deep/manifest.yaml', 'include: ../near.yaml\n');
  write('tree/a/near.yaml', 'packages: [near]\n');
  write('tree/b/near.yaml', 'packages: [far]\n');
  write('tree/finalize.d/program', '#!/bin/sh\n', 0o755);
  write('tree/finalize.d/README', '');
  symlinkSync('../a/deep', join(directory, 'tree/b/link'));
  symlinkSync('../outside/secret.yaml', join(directory, 'tree/out.yaml'));
  write('tree/image.yaml', 'include: b/link/manifest.yaml\n');
  write('tree/leak.yaml', 'include: out.yaml\n');
});
afterAll(() => rmSync(directory, { recursive: true }));

test('a link to a directory is followed before what stands behind it, as the system does', () => {
  const treefile = readTreefile(manifestDirectory(join(directory, 'tree')), 'image.yaml', 's390x');

  expect([...treefile.packages.keys()]).toEqual(['near']);
  expect(treefile.others.map(({ value }) => value)).toEqual(['finalize.d/program']);
});

test('no link leads out', () => {
  const files = manifestDirectory(join(directory, 'tree'));

  expect(() => readTreefile(files, 'leak.yaml', 's390x')).toThrow(
    'leak.yaml:1: ./out.yaml leads out of the directory',
  );
  expect(() => readTreefile(files, 'out.yaml', 's390x')).toThrow('leads out of the directory');
});

test('a manifest that nothing includes is asked for by name', () => {
  expect(() => readTreefile(manifestFiles({}), 'x.yaml', 's390x')).toThrow('there is no manifest x.yaml');
});

function failureOf(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return undefined;
}
