import { expect, test } from 'vitest';
import { createMemoryTarget } from '#lib/oci';
import { layerOf, pushBootcImage } from '#test/images/bootc-image';
import { shareOf } from '#test/share';
import { checks, inspectImage, type Report, runChecks } from './index.ts';

/** A file of each kind that is read, and how a line of it begins. */
const places: Readonly<Record<string, string>> = {
  'usr/lib/os-release': 'ID="',
  'etc/passwd': 'root:',
  'etc/group': 'root:',
  'etc/ostree/prepare-root.conf': '[composefs]\nenabled',
  'usr/lib/bootc/kargs.d/1.toml': 'kargs = ["',
  'usr/lib/tmpfiles.d/a.conf': 'd /var',
  'usr/lib/sysusers.d/a.conf': 'u a "',
  'etc/yum.repos.d/c.repo': '[c]\nbaseurl=http://a',
  'etc/yum.repos.d/d.repo': '[d]\nmirrorlist=file:///usr/share/dnf5/x\n[',
  'etc/dnf/dnf.conf': '[main]\nreposdir=/',
  'etc/dnf/vars/a': 'a',
  'etc/ostree/remotes.d/a.conf': '[remote "a"]\nurl=http://a',
  'usr/share/containers/systemd/a.image': '[Image]\nImage=a',
  'usr/lib/rpm/macros.d/macros.x': '%_dbpath /a',
  'etc/rpm/macros': '%a {',
};

/** Pieces of long texts, with which a program that begins anew at each place never ends. */
const pieces = [
  ' ',
  '\t',
  '\r',
  '/',
  './',
  '\\',
  '"',
  '[',
  '{',
  '%{',
  '$\x7ba:-',
  '$\x7ba:x',
  'a.',
  '-',
  ',',
  '\n ',
];
const LENGTH = 200_000;

const some = shareOf('pieces of long texts', pieces, 3);

test.for(Object.entries(places))(
  '%s costs what its length does, whatever is in it',
  { timeout: 240_000 },
  async ([path, start]) => {
    for (const piece of some) {
      const content = `${start}${piece.repeat(LENGTH / piece.length)}x`;

      const { seconds } = await judge([{ path, content }]);

      // A quadratic reader takes minutes, or hours.
      expect(seconds, JSON.stringify(piece)).toBeLessThan(10);
    }
  },
);

const boundImage = {
  path: 'usr/lib/bootc/bound-images.d/a.image',
  flag: '2',
  link: '/usr/share/containers/systemd/a.image',
};

const MiB = 1024 * 1024;

type Lines = readonly [path: string, line: (index: number) => string];
const manyFiles: readonly Lines[] = [
  ['usr/lib/bootc/kargs.d/%.toml', (index) => `a${index} = 1\n`],
  ['etc/yum.repos.d/%.repo', (index) => `[c${index}]\nbaseurl=http://a/$basearch\n`],
  ['usr/lib/tmpfiles.d/%.conf', (index) => `d /var/lib/a${index}\n`],
  ['usr/lib/rpm/macros.d/macros.%', (index) => `%a${index} b\n`],
];

test.for(shareOf('kinds of many files', manyFiles, 1))(
  'as many files as are kept, %s, are read in seconds',
  { timeout: 240_000 },
  async ([path, line]) => {
    const lines: string[] = [];
    for (let index = 0, size = 0; size < MiB - 100; index++)
      size += lines[lines.push(line(index)) - 1]?.length ?? 0;
    const content = lines.join('');

    const { seconds, report } = await judge(
      Array.from({ length: 40 }, (_, index) => ({ path: path.replace('%', String(index)), content })),
    );

    expect(seconds).toBeLessThan(20);
    expect(report.checks.flatMap(({ messages }) => messages).length).toBeLessThan(10_000);
  },
);

/** Seconds of the processor that a verdict takes. */
async function judge(
  items: readonly { readonly path: string; readonly content: string }[],
): Promise<{ seconds: number; report: Report }> {
  const target = createMemoryTarget();
  const { digest } = await pushBootcImage(target, { layers: [layerOf([boundImage, ...items])] });
  const before = process.cpuUsage();
  const facts = await inspectImage(target, { reference: 'a', digest, expected: [], composes: [] });
  const report = runChecks(checks, facts);
  const { user, system } = process.cpuUsage(before);
  return { seconds: (user + system) / 1_000_000, report };
}
