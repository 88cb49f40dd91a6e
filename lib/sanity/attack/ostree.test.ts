import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { createMemoryTarget, type Layer, pushImage } from '#lib/oci';
import { checks, inspectImage, type Report, runChecks } from '#lib/sanity';
import { bashRpm, imageConfig, itemsOf, layerOf, rpmdbPlace } from '#test/bootc-image';
import { type Files, goodFiles } from '#test/bootc-root';
import { rpmdbOf, rpmdbWithLog } from '#test/rpmdb-files';
import type { TarItem } from '#test/tar-writer';

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
    const files = { ...goodFiles, [rpmdbPlace]: rpmdbOf([bashRpm]).database, ...change };
    const items = itemsOf(files);
    const [objects, names] = asOstree(items);

    const plain = await report([layerOf(items)]);
    const together = await report([layerOf([...objects, ...names])]);
    const apart = await report([layerOf(objects), layerOf(names)]);

    expect(together).toEqual(plain);
    expect(apart).toEqual(plain);
    expect(plain.some(({ result }) => result === 'fail')).toBe('var/lib/x' in change);
  },
);

/** Files with content as objects, each of which its names are hard links to (bootc, crates/ostree-ext/src/tar/export.rs). */
function asOstree(items: readonly TarItem[]): [objects: TarItem[], names: TarItem[]] {
  const objects = new Map<string, TarItem>();
  const names = items.map((item): TarItem => {
    if (item.content === undefined || item.content.length === 0) return item;
    const id = createHash('sha256').update(item.content).digest('hex');
    const path = `sysroot/ostree/repo/objects/${id.slice(0, 2)}/${id.slice(2)}.file`;
    objects.set(path, { path, content: item.content });
    return { path: item.path, flag: '1', link: path };
  });
  return [[...objects.values()], names];
}

async function report(layers: readonly Layer[]): Promise<Report['checks']> {
  const target = createMemoryTarget();
  const { digest } = await pushImage(target, { config: imageConfig(), layers });
  const facts = await inspectImage(target, { reference: 'a', digest, expected: [], compose: undefined });
  return runChecks(checks, facts).checks;
}
