import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openCompose } from '#lib/compose';
import { run } from '#lib/process';
import { productmd } from '#test/composes/productmd';
import { makeFixture } from './make-fixture.ts';

const cache = resolve(import.meta.dirname, '../../.cache');
const arch = 's390x';
const ids = {
  rawhide: 'Fedora-Rawhide-20261123.n.0',
  branched: 'Fedora-45-20261123.n.1',
  release: 'Fedora-43-20251021.0',
  updates: 'Fedora-43-updates-20261120.0',
  testing: 'Fedora-43-updates-testing-20261120.0',
} as const;
let scratch: string;
const directoryOf = (name: string) => join(scratch, name);

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'composes-'));
  for (const [name, composeId] of Object.entries(ids))
    await makeFixture({ directory: directoryOf(name), cache, composeId, architectures: [arch] });
}, 300_000);
afterAll(() => rmSync(scratch, { recursive: true }));

const packagesOf = async (name: string) => [...(await (await openCompose(directoryOf(name))).packages(arch))];

test('a compose of a release has all packages, with the number of the release in them', async () => {
  for (const [name, number] of [
    ['rawhide', '45'],
    ['branched', '45'],
    ['release', '43'],
  ] as const) {
    const packages = await packagesOf(name);
    expect(packages).toEqual(
      expect.arrayContaining([
        `fedora-release-0:${number}-1.fc${number}.noarch`,
        `bootc-0:1.8.0-1.fc${number}.${arch}`,
        `greenboot-0:0.15.8-1.fc${number}.noarch`,
        `irqbalance-0:1.9.4-3.fc${number}.${arch}`,
      ]),
    );
    expect(packages.filter((one) => !one.includes(`.fc${number}.`))).toEqual([]);
  }
});

test('a compose of updates has what is newer alone', async () => {
  expect((await packagesOf('updates')).sort()).toEqual([
    `bootc-0:1.9.0-1.fc43.${arch}`,
    `systemd-0:258.2-1.fc43.${arch}`,
  ]);
  expect((await packagesOf('testing')).sort()).toEqual([
    `bootc-0:1.10.0-1.fc43.${arch}`,
    `systemd-0:258.3-1.fc43.${arch}`,
  ]);
});

const SCRIPT = `
import json, sys
from productmd.composeinfo import ComposeInfo
from productmd.rpms import Rpms
info, rpms = ComposeInfo(), Rpms()
info.load(sys.argv[1] + '/compose/metadata/composeinfo.json')
rpms.load(sys.argv[1] + '/compose/metadata/rpms.json')
listed = [nevra for arch in rpms.rpms['Everything'].values() for source in arch.values() for nevra in source]
print(json.dumps({'created': info.create_compose_id(), 'written': info.compose.id, 'rpms': rpms.compose.id,
  'version': info.release.version, 'type': info.release.type, 'listed': sorted(listed)}))
`;

test.for(Object.entries(ids))(
  'productmd reads %s, and its id is the one that productmd makes',
  async ([name, id], { skip }) => {
    const found = await productmd();
    if ('missing' in found) return skip(found.missing);

    const { stdout } = await run(found.python, ['-c', SCRIPT, directoryOf(name)]);

    expect(JSON.parse(stdout)).toEqual({
      created: id,
      written: id,
      rpms: id,
      version: name === 'rawhide' ? 'Rawhide' : id.split('-')[1],
      type: name === 'updates' ? 'updates' : name === 'testing' ? 'updates-testing' : 'ga',
      listed: (await packagesOf(name)).sort(),
    });
  },
);

test('a package cannot be installed where that is asked for, and nowhere else', async () => {
  const directory = directoryOf('uninstallable');
  const architectures = [arch, 'aarch64'] as const;
  const defects = [`uninstallable:podman@${arch}`];
  await makeFixture({ directory, cache, composeId: ids.release, architectures, defects });
  const requiresOf = async (one: string) => {
    const rpm = `compose/Everything/${one}/os/Packages/p/podman-5.6.2-1.fc43.${one}.rpm`;
    return (await run('rpm', ['-qp', '--nosignature', '--requires', join(directory, rpm)])).stdout;
  };

  expect(await requiresOf(arch)).toContain('what-no-package-provides');
  expect(await requiresOf('aarch64')).not.toContain('what-no-package-provides');
});

test.for([
  ['uninstallable:greenboot@s390x', 'one package for all architectures'],
  ['uninstallable:emacs@s390x', 'the fixture has no package emacs'],
  ['uninstallable:podman', 'not a defect'],
  ['uninstallable:podman@mips', 'not a defect'],
] as const)('refuses the defect %s', async ([defect, message]) => {
  const failure = makeFixture({
    directory: directoryOf('x'),
    cache,
    composeId: ids.release,
    architectures: [arch],
    defects: [defect],
  });

  await expect(failure).rejects.toThrow(message);
});
