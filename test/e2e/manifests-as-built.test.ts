import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFixture, packageSets } from '#lib/compose-fixture';
import { run } from '#lib/process';
import { manifestDirectory, readTreefile } from '#lib/treefile';
import { images } from '../../gitops/fedora-bootc.ts';
import { cache, root } from '../../scripts/demo/place.ts';

const tree = join(root, 'demo/base-images');
const architectures = ['x86_64', 's390x'] as const;
const manifests = images.images.flatMap(({ name, made }) =>
  made.of === 'manifest' ? [{ name, manifest: made.manifest }] : [],
);
const cases = manifests.flatMap((one) => architectures.map((architecture) => ({ ...one, architecture })));
let scratch: string;
const rootOf = (name: string, architecture: string) => join(scratch, 'roots', `${name}-${architecture}`);

/** Installs every image for every architecture in the demo's builder, as the Containerfile does. */
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'as-built-'));
  const compose = join(scratch, 'compose');
  await makeFixture({ directory: compose, cache, architectures });
  for (const directory of ['roots', 'repos/etc/yum.repos.d', 'repos/etc/dnf/vars', 'repos/usr/lib'])
    mkdirSync(join(scratch, directory), { recursive: true });
  writeFileSync(
    join(scratch, 'repos/etc/yum.repos.d/compose.repo'),
    '[compose]\nname=compose\nbaseurl=file:///compose/compose/Everything/$basearch/os/\ngpgcheck=0\n',
  );
  writeFileSync(join(scratch, 'repos/usr/lib/os-release'), 'ID=fedora\nVERSION_ID=43\n');
  const layout = (await run(join(root, 'scripts/builder-image'), [])).stdout.trim();
  // By a name of its own: buildah makes one of the path, which is none where a folder begins with a dot.
  const image = 'localhost/bootc-catalog-as-built:latest';
  await run('skopeo', ['copy', '--quiet', `oci:${layout}:builder`, `containers-storage:${image}`]);
  const container = (await run('buildah', ['from', '--pull-never', image])).stdout.trim();
  const volumes = [
    `${compose}:/compose:ro`,
    `${join(scratch, 'repos')}:/repos`,
    `${tree}:/src:ro`,
    `${join(scratch, 'roots')}:/roots`,
  ].flatMap((volume) => ['--volume', volume]);
  try {
    for (const { name, manifest, architecture } of cases) {
      const command = `STAND_IN_BASEARCH=${architecture} rpm-ostree compose rootfs --source-root-rw=/repos /src/${manifest}.yaml /roots/${name}-${architecture}`;
      await run('buildah', [
        'run',
        '--isolation',
        'chroot',
        ...volumes,
        container,
        '--',
        'sh',
        '-c',
        command,
      ]);
    }
  } finally {
    await run('buildah', ['rm', container]);
    await run('buildah', ['rmi', image]);
  }
}, 600_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test.for(cases)(
  '$name for $architecture has what its manifest asks for, and what that needs',
  async ({ name, manifest, architecture }) => {
    const treefile = readTreefile(manifestDirectory(tree), `${manifest}.yaml`, architecture);
    const place = rootOf(name, architecture);
    const installed = await query(place, '%{NAME}\n');
    const asked = [...treefile.packages.keys()];

    expect(asked.filter((one) => !installed.includes(one))).toEqual([]);
    expect([...treefile.excluded.keys()].filter((one) => installed.includes(one))).toEqual([]);
    // Some package asks for all else that is there, by a name that it provides.
    const wanted = new Set([
      ...(await query(place, '[%{REQUIRENAME}\n]')),
      ...(treefile.recommends ? await query(place, '[%{RECOMMENDNAME}\n]') : []),
    ]);
    const isWanted = async (one: string) =>
      [one, ...(await query(place, '[%{PROVIDENAME}\n]', one))].some((provided) => wanted.has(provided));
    const others = installed.filter((one) => !asked.includes(one));
    const kept = await Promise.all(others.map(isWanted));
    expect(others.filter((_, index) => kept[index] !== true)).toEqual([]);
    // The builder reads manifests by itself.
    const flat = JSON.parse(readFileSync(join(place, 'usr/share/rpm-ostree/treefile.json'), 'utf8'));
    expect(flat).toMatchObject({ basearch: architecture, packages: asked });
  },
);

test('recommended packages are where the manifest wants them, and what is excluded is not', async () => {
  const standard = await query(rootOf('standard', 's390x'), '%{NAME}\n');
  const iot = await query(rootOf('iot', 's390x'), '%{NAME}\n');

  expect(['netavark', 'toolbox'].map((one) => standard.includes(one))).toEqual([true, false]);
  expect(['netavark', 'toolbox'].map((one) => iot.includes(one))).toEqual([false, false]);
});

test('the package sets of the fixture are those of the manifests', () => {
  for (const [name, packages] of Object.entries(packageSets)) {
    const { packages: asked } = readTreefile(manifestDirectory(tree), `fedora-${name}.yaml`, 's390x');
    expect([...asked.keys()]).toEqual([...packages].sort());
  }
});

async function query(place: string, format: string, name?: string): Promise<string[]> {
  const which = name === undefined ? ['--all'] : [name];
  const { stdout } = await run('rpm', [
    '--root',
    place,
    '--dbpath',
    '/usr/lib/sysimage/rpm',
    '--query',
    ...which,
    '--queryformat',
    format,
  ]);
  return stdout.split('\n').filter((line) => line !== '');
}
