import { expect, test } from 'vitest';
import { manifestFiles } from '#test/images/manifest-files';
import { differenceOf, filesOf } from './difference.ts';
import { readTreefile } from './read-treefile.ts';
import { reasonsOf } from './why.ts';

const read = (texts: Readonly<Record<string, string>>, architecture = 's390x') =>
  readTreefile(manifestFiles(texts), 'image.yaml', architecture);
const one = (text: string, architecture?: string) => read({ 'image.yaml': text }, architecture);
const names = (...args: Parameters<typeof read>) => [...read(...args).packages.keys()];

test('packages are split at blanks unless they stand in single quotes', () => {
  const text = `packages:\n  - zip  attr\n  - "'podman >= 4.1'"\n  - "a 'b > 1' c"\n`;

  expect([...one(text).packages.keys()]).toEqual(['a', 'attr', 'b > 1', 'c', 'podman >= 4.1', 'zip']);
});

test('those of an architecture are for it alone', () => {
  const text = 'packages: [a]\npackages-s390x: [b]\npackages-x86_64: [c]\nbootstrap_packages: [d]\n';

  expect([...one(text).packages.keys()]).toEqual(['a', 'b', 'd']);
  expect([...one(text, 'x86_64').packages.keys()]).toEqual(['a', 'c', 'd']);
});

test('of single values the outer one stays, and of two that are included the first', () => {
  const texts = {
    'image.yaml': 'include: [a.yaml, b.yaml]\n',
    'a.yaml': 'recommends: false\nreleasever: 43\n',
    'b.yaml': 'recommends: true\nreleasever: "42"\nselinux: false\n',
  };

  expect(read(texts)).toMatchObject({ recommends: false, releasever: 43 });
  expect(read({ ...texts, 'image.yaml': `${texts['image.yaml']}recommends: true\n` }).recommends).toBe(true);
  expect([...read(texts).carried]).toEqual([['selinux', [{ file: 'b.yaml', line: 3, value: false }]]]);
  expect(one('packages: [a]\n').recommends).toBe(true);
});

test('a list begins with what is included, the last of it first', () => {
  const texts = {
    'image.yaml': 'include:\n  - a.yaml\n  - b.yaml\npostprocess: [foo]\nexclude-packages: [x]\n',
    'a.yaml': 'postprocess: [bar]\nexclude-packages: [y]\n',
    'b.yaml': 'postprocess: [baz]\n',
  };

  expect(
    read(texts)
      .carried.get('postprocess')
      ?.map(({ value }) => value),
  ).toEqual(['baz', 'bar', 'foo']);
  expect([...read(texts).excluded]).toEqual([
    ['y', { file: 'a.yaml', line: 2 }],
    ['x', { file: 'image.yaml', line: 5 }],
  ]);
});

test('a package of two repositories comes from the outer one', () => {
  const texts = {
    'image.yaml': 'include: a.yaml\nrepo-packages:\n  - repo: copr\n    packages: [a b]\n',
    'a.yaml': 'repo-packages:\n  - {repo: koji, packages: [b, c]}\n  - {repo: other, packages: [a]}\n',
  };

  expect(read(texts).repoPackages).toEqual([
    { repo: 'koji', packages: ['c'], file: 'a.yaml', line: 2 },
    { repo: 'copr', packages: ['a', 'b'], file: 'image.yaml', line: 3 },
  ]);
});

test('what an architecture includes comes after what all include', () => {
  const texts = {
    'image.yaml': 'arch-include:\n  s390x: [z.yaml]\n  x86_64: efi.yaml\ninclude: base.yaml\n',
    'base.yaml': 'recommends: false\n',
    'z.yaml': 'recommends: true\npackages: [s390utils]\n',
    'efi.yaml': 'packages: [shim]\n',
  };

  expect(names(texts)).toEqual(['s390utils']);
  expect(read(texts).recommends).toBe(false);
  expect(names(texts, 'x86_64')).toEqual(['shim']);
  expect(names(texts, 'aarch64')).toEqual([]);
});

test.for([
  ['releasever >= 43', true],
  ['releasever>=9', true],
  ['releasever < 43', false],
  ['releasever != 42', true],
  ['stream == "production"', true],
  ['stream != "production"', false],
  ['dev == true', false],
  ['dev != true', true],
  ['basearch == "s390x"', true],
] as const)('%s is %s', ([condition, expected]) => {
  const texts = {
    'image.yaml': `variables: {stream: production, dev: false}\nreleasever: 43\nconditional-include:\n  - if: ${condition}\n    include: more.yaml\n`,
    'more.yaml': 'packages: [more]\n',
  };

  expect(names(texts)).toEqual(expected ? ['more'] : []);
});

test('all conditions have to hold, a variable of the outer manifest stays, and a manifest can stand in place', () => {
  const texts = {
    'image.yaml': 'variables: {a: 1}\ninclude: inner.yaml\n',
    'inner.yaml':
      'variables: {a: 2, b: x}\nconditional-include:\n  - if: [a == 1, b == "x"]\n    include: {packages: [both], recommends: false}\n  - if: [a == 2, b == "x"]\n    include: {packages: [one]}\n',
  };

  expect(names(texts)).toEqual(['both']);
  expect(read(texts).recommends).toBe(false);
  expect(reasonsOf(read(texts), 'both')).toMatchObject([{ asked: { file: 'inner.yaml', line: 4 } }]);
});

const tree = {
  'image.yaml': '->standard.yaml',
  'standard.yaml': 'include:\n  - standard/manifest.yaml\n',
  'standard/manifest.yaml': 'include: ../minimal/manifest.yaml\npackages-ppc64le:\n  - irqbalance\n',
  'minimal/manifest.yaml':
    'packages: [irqbalance kernel]\nadd-files: [[motd, /etc/motd]]\npostprocess-script: post.sh\n',
  'minimal/motd': '',
  'minimal/post.sh': '',
  'minimal/finalize.d/10-last': '',
};

test('each place that asks for a package is told, with the way to it', () => {
  expect(reasonsOf(read(tree, 'ppc64le'), 'irqbalance')).toEqual([
    {
      asked: { file: 'standard/manifest.yaml', line: 3, field: 'packages-ppc64le' },
      includes: [{ file: 'image.yaml', line: 2 }],
    },
    {
      asked: { file: 'minimal/manifest.yaml', line: 1, field: 'packages' },
      includes: [
        { file: 'standard/manifest.yaml', line: 1 },
        { file: 'image.yaml', line: 2 },
      ],
    },
  ]);
  expect(reasonsOf(read(tree, 'ppc64le'), 'vim')).toEqual([]);
});

test('every file that an image reads is told', () => {
  expect(filesOf(read(tree))).toEqual([
    'image.yaml',
    'standard/manifest.yaml',
    'minimal/manifest.yaml',
    'minimal/post.sh',
    'minimal/motd',
    'minimal/finalize.d/10-last',
  ]);
});

test('what differs between two readings is told, lines do not', () => {
  const before = read(tree);
  const after = read({
    ...tree,
    'standard.yaml':
      '# moved\n\nrecommends: false\nreleasever: 44\nexclude-packages: [toolbox]\ninclude:\n  - standard/manifest.yaml\n  - new.yaml\n',
    'new.yaml': 'packages: [vim]\nselinux: false\nrepo-packages: [{repo: copr, packages: [bootc]}]\n',
  });

  expect(differenceOf(before, after)).toEqual({
    added: ['vim'],
    removed: [],
    newlyExcluded: ['toolbox'],
    noLongerExcluded: [],
    recommends: [true, false],
    releasever: [undefined, 44],
    repoPackages: { added: ['copr: bootc'], removed: [] },
    files: { added: ['new.yaml'], removed: [] },
    carried: ['selinux'],
  });
  expect(differenceOf(after, before)).toMatchObject({ removed: ['vim'], noLongerExcluded: ['toolbox'] });
});
