import { expect, test } from 'vitest';
import { createMemoryTarget, pushImage } from '#lib/oci';
import { checks, inspectImage, type Report, runChecks } from '#lib/sanity';
import { bashRpm, imageConfig, layerOf, rpmdbPlace } from '#test/images/bootc-image';
import { type Files, goodFiles, plant } from '#test/images/bootc-root';
import { type ImageFiles, ostreeLayers, plainLayer } from '#test/images/ostree-layer';
import { rpmdbOf, rpmdbWithLog } from '#test/images/rpmdb-files';

const evil = { name: 'evil', version: '1', release: '1', arch: 'aarch64' } as const;
const withLog = rpmdbWithLog([bashRpm], [evil]);
const bad = 'baseurl=http://x/compose/Everything/aarch64/os/\n';

test.for<[name: string, change: Files]>([
  ['that is right', {}],
  [
    'that is not',
    {
      'etc/yum.repos.d/c.repo': `[c]\n${bad}`,
      'etc/yum.repos.d/same.repo': `[c]\n${bad}`,
      'etc/passwd': 'root:x:0:0:::\nalice:x:1:1:::\n',
      'usr/lib/bootc/kargs.d/1.toml': 'karg = 1\n',
      'usr/lib/tmpfiles.d/x.conf': 'd /var/lib/x\n',
      'var/lib/x': '/',
      'var/lib/y': '/',
      'var/log/x': 'log',
      'usr/lib/os-release': '-> os',
      'usr/lib/os': 'ID=fedora\n',
      [rpmdbPlace]: withLog.database,
      [`${rpmdbPlace}-wal`]: withLog.wal,
    },
  ],
])(
  'an image %s gives the same report in plain layers and as the ostree exporter packs it',
  async ([, change]) => {
    const files = plant({ ...goodFiles, [rpmdbPlace]: rpmdbOf([bashRpm]).database, ...change }) as ImageFiles;

    // The exporter writes /sysroot itself, and a name may be in a layer only once.
    const { sysroot: _, ...exported } = files;

    const plain = await report([plainLayer(files)]);

    for (const layout of ['whole', 'chunked', 'apart'] as const) {
      expect(await report(ostreeLayers(exported, layout)), layout).toEqual(plain);
    }
    expect(plain.some(({ result }) => result === 'fail')).toBe('var/lib/x' in change);
  },
);

async function report(archives: readonly Buffer[]): Promise<Report['checks']> {
  const target = createMemoryTarget();
  const { digest } = await pushImage(target, {
    config: imageConfig(),
    layers: archives.map(layerOf),
  });
  const facts = await inspectImage(target, { reference: 'a', digest, expected: [], composes: [] });
  return runChecks(checks, facts).checks;
}
