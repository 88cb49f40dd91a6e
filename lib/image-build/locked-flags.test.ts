import { expect, test } from 'vitest';
import { lockedFlags } from './locked-flags.ts';

const mounts = `77 50 0:41 / / rw,nodev,relatime - overlay overlay rw
78 77 0:44 / /usr rw,nosuid,noatime - ext4 /dev/a rw
79 77 0:44 / /usr rw,nosuid,noexec - ext4 /dev/b rw
80 77 0:44 / /usr/my\\040lib rw - ext4 /dev/b rw
`;

test.for([
  ['/lib', ['nodev']],
  ['/usr', ['nosuid', 'noexec']],
  ['/usr/bin', ['nosuid', 'noexec']],
  ['/usrs', ['nodev']],
  ['/usr/my lib/x', []],
] as const)('%s has to keep %j', ([path, flags]) => {
  expect(lockedFlags(path, mounts)).toEqual(flags);
});

test('no line, no flag', () => {
  expect(lockedFlags('/usr', '')).toEqual([]);
});
