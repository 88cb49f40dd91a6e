import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readManifest } from './manifest.ts';
import { sourceFiles } from './source-files.ts';

let source: string;
beforeEach(() => {
  source = mkdtempSync(join(tmpdir(), 'manifest-'));
});
afterEach(() => {
  rmSync(source, { recursive: true });
});

async function read(texts: Readonly<Record<string, string>>, arch = 's390x') {
  for (const [name, text] of Object.entries(texts)) {
    mkdirSync(dirname(join(source, name)), { recursive: true });
    writeFileSync(join(source, name), text);
  }
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  return { ...(await readManifest(await sourceFiles(source), '.', { arch, warn })), warnings };
}

test('repositories of all that is included, and the release of the outermost', async () => {
  const manifest = await read({
    'manifest.yaml':
      'variables: {prod: false}\nreleasever: 43\nrepos: [fedora, updates]\ninclude: parts/a.yaml\n',
    'parts/a.yaml': 'releasever: 42\ninclude: [b.yaml]\nlockfile-repos: [pool]\npackages: [x]\n',
    'parts/b.yaml': 'repos: [fedora, base]\n',
  });

  expect(manifest).toEqual({
    repos: ['fedora', 'base', 'updates'],
    lockfileRepos: ['pool'],
    releasever: '43',
    warnings: [],
  });
});

test.for<[arch: string, repos: readonly string[]]>([
  ['s390x', ['old', 'fedora']],
  ['x86_64', ['old', 'fast', 'fedora']],
])('what is included on %s under a condition', async ([arch, repos]) => {
  const manifest = await read(
    {
      'manifest.yaml': `releasever: 40
repos: [fedora]
conditional-include:
  - if: releasever < 41
    include: old.yaml
  - if: releasever >= 41
    include: new.yaml
  - if: [basearch != "s390x", releasever == 40]
    include: [fast.yaml]
  - if: id == "fedora"
    include: packages.yaml
`,
      'old.yaml': 'repos: [old]',
      'fast.yaml': 'repos: [fast]',
      'packages.yaml': 'packages: [y]',
    },
    arch,
  );

  expect([manifest.repos, manifest.warnings]).toEqual([repos, []]);
});

test('a manifest that the source does not have is told', async () => {
  const manifest = await read({
    'manifest.yaml': 'repos: [a]\ninclude: [/usr/share/doc/x.yaml, none.yaml]\n',
  });

  expect(manifest.warnings).toEqual([
    'manifest.yaml includes "/usr/share/doc/x.yaml", which the source does not have',
    'manifest.yaml includes "none.yaml", which the source does not have',
  ]);
});

test.for<[what: string, texts: Readonly<Record<string, string>>, message: string]>([
  ['none', {}, 'there are locks of rpm-ostree and no manifest.yaml'],
  ['no YAML', { 'manifest.yaml': 'repos: [' }, 'cannot read manifest.yaml: Flow sequence'],
  ['a list', { 'manifest.yaml': '- a' }, 'cannot read manifest.yaml: the document'],
  ['a repository that is none', { 'manifest.yaml': 'repos: ["a b"]' }, 'repos.0: is no id of a repository'],
  ['a release that is a path', { 'manifest.yaml': 'releasever: ../x' }, 'releasever: is no release'],
  ['itself', { 'manifest.yaml': 'include: manifest.yaml' }, 'manifest.yaml is included by itself'],
  ['a file above', { 'manifest.yaml': 'include: ../../../etc/hostname' }, 'leads out of the source'],
  [
    'a condition that nobody here knows',
    { 'manifest.yaml': 'conditional-include: [{if: id == "x", include: a.yaml}]', 'a.yaml': 'repos: [a]' },
    'cannot tell whether manifest.yaml includes "a.yaml": "id == \\"x\\"" is not known here',
  ],
])('refuses %s', async ([, texts, message]) => {
  await expect(read(texts)).rejects.toThrow(message);
});

test('a link out of the source is refused', async () => {
  symlinkSync('/etc/hostname', join(source, 'manifest.yaml'));

  await expect(read({})).rejects.toThrow('cannot read "manifest.yaml": it leads out of the source');
});
