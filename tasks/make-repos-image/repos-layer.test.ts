import { expect, test } from 'vitest';
import { parseRepoFile } from '#lib/rpm';
import { fakeCompose, onlyCompose } from '#test/fake-compose';
import { missingArchitectures, type RepoOptions, reposFiles } from './repos-layer.ts';

const options: RepoOptions = {
  variants: ['Everything'],
  gpgcheck: true,
  gpgkeys: ['file:///a', 'file:///b'],
  releasever: '43',
};

test('holds the repositories, the variable and an os-release', () => {
  const files = contents(onlyCompose({}), options);

  expect(Object.keys(files)).toEqual([
    'etc/yum.repos.d/Fedora-43-20261123.n.0.repo',
    'etc/dnf/vars/releasever',
    'usr/lib/os-release',
  ]);
  expect(parseRepoFile(files['etc/yum.repos.d/Fedora-43-20261123.n.0.repo'] ?? '')).toEqual([
    {
      id: 'Fedora-43-20261123.n.0-Everything',
      name: 'Compose Fedora-43-20261123.n.0 (RPMs) - Everything',
      baseurl: ['https://kojipkgs.example/compose/43/compose/Everything/$basearch/os/'],
      enabled: true,
      gpgcheck: true,
      gpgkey: ['file:///a', 'file:///b'],
    },
  ]);
  expect(files['etc/dnf/vars/releasever']).toBe('43\n');
});

test('several composes are sections of one file, by precedence, called by the newest', () => {
  const release = fakeCompose({ id: 'Fedora-43-20251021.0', location: 'https://h/r' });
  const updates = fakeCompose({ id: 'Fedora-43-updates-20261123.0', location: 'https://h/u' });
  const [file, ...others] = Object.entries(
    contents(
      [
        { role: 'updates', compose: updates },
        { role: 'release', compose: release },
      ],
      options,
    ),
  ).filter(([path]) => path.endsWith('.repo'));

  expect(others).toEqual([]);
  expect(file?.[0]).toBe('etc/yum.repos.d/Fedora-43-updates-20261123.0.repo');
  expect(parseRepoFile(file?.[1] ?? '').map(({ id }) => id)).toEqual([
    'Fedora-43-updates-20261123.0-Everything',
    'Fedora-43-20251021.0-Everything',
  ]);
  expect(file?.[1].match(/^priority=\d+$/gm)).toEqual(['priority=1', 'priority=2']);
});

test('without gpgcheck there is no key', () => {
  const files = contents(onlyCompose({}), { ...options, gpgcheck: false, gpgkeys: [] });

  expect(files['etc/yum.repos.d/Fedora-43-20261123.n.0.repo']).not.toContain('gpgkey');
});

test("os-release holds a compose's words as text", () => {
  const files = contents(onlyCompose({ name: 'Fe$(id)`x`"\n\x1bX', short: 'Fe/../dora' }), options);

  expect(files['usr/lib/os-release']?.split('\n').slice(0, 3)).toEqual([
    'NAME="Fe\\$(id)\\`x\\`\\" X"',
    'ID=fe-..-dora',
    'VERSION_ID=43',
  ]);
});

test('a variant must have a repository for each architecture, not only list it', () => {
  const both = fakeCompose({});
  const one = fakeCompose({ repository: { x86_64: 'Everything/x86_64/os' } });

  expect(missingArchitectures(both, ['Everything'], ['x86_64', 's390x', 'aarch64'])).toEqual([
    'Everything for aarch64',
  ]);
  expect(missingArchitectures(one, ['Everything'], ['x86_64', 's390x'])).toEqual(['Everything for s390x']);
});

function contents(...args: Parameters<typeof reposFiles>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    reposFiles(...args).flatMap((file) =>
      'content' in file && typeof file.content === 'string' ? [[file.path, file.content]] : [],
    ),
  );
}

test('every directory stands before what is in it, and os-release is where it is looked for', () => {
  const files = reposFiles(onlyCompose({}), options);
  const directories = files.flatMap((file) => ('directory' in file && file.directory ? [file.path] : []));

  expect(directories).toEqual(
    expect.arrayContaining([
      'etc',
      'etc/dnf',
      'etc/dnf/vars',
      'etc/pki/rpm-gpg',
      'etc/yum.repos.d',
      'usr/lib',
    ]),
  );
  for (const path of directories.filter((one) => one.includes('/')))
    expect(directories.indexOf(path.replace(/\/[^/]*$/, ''))).toBeLessThan(directories.indexOf(path));
  expect(files).toContainEqual({ path: 'etc/os-release', link: '../usr/lib/os-release' });
});

test('os-release tells the compose, and that it is one of repositories', () => {
  const files = contents(onlyCompose({}), options);

  expect(files['usr/lib/os-release']?.split('\n').slice(3)).toEqual([
    expect.stringMatching(/^PRETTY_NAME="Fedora.* 43 \(Fedora-43-20261123\.n\.0\)"$/),
    'VARIANT_ID=repos',
    '',
  ]);
});

test('each variant is a repository of its own', () => {
  const files = contents(onlyCompose({}), { ...options, variants: ['Everything', 'Everything'] });
  const text = files['etc/yum.repos.d/Fedora-43-20261123.n.0.repo'] ?? '';

  expect(text.match(/^\[/gm)).toHaveLength(2);
});
