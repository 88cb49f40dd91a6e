import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseBuildHosts, readBuildHosts } from './build-hosts.ts';

let directory: string;
beforeAll(() => {
  directory = mkdtempSync(join(tmpdir(), 'build-hosts-'));
  for (const [name, text] of Object.entries({ key: 'private\n', known: 'h ssh-ed25519 A\n', empty: ' \n' }))
    writeFileSync(join(directory, name), text);
});
afterAll(() => rmSync(directory, { recursive: true }));

const read = async (...texts: readonly string[]) =>
  readBuildHosts(parseBuildHosts(texts.map((text) => text.replaceAll('DIR', directory))));

test('a host has a platform, a user, an address, and what its files say', async () => {
  const hosts = await read(
    'linux/s390x=ssh://root@10.0.0.1,key=DIR/key,known-hosts=DIR/known,patience=1m30s',
    'linux-mlarge/arm64=ssh://u-1@[::1]:2222/,key=DIR/key',
  );

  const key = 'private\n';
  expect(Object.fromEntries(hosts)).toEqual({
    'linux/s390x': {
      user: 'root',
      address: '10.0.0.1',
      port: undefined,
      key,
      knownHosts: 'h ssh-ed25519 A\n',
      patience: 90,
    },
    'linux-mlarge/arm64': {
      user: 'u-1',
      address: '[::1]',
      port: '2222',
      key,
      knownHosts: undefined,
      patience: undefined,
    },
  });
});

test.for([
  '',
  'linux/s390x',
  'linux/s390x=root@h,key=DIR/key',
  'linux/s390x=ssh://h,key=DIR/key',
  'linux/s390x=ssh://root@-oProxyCommand=x,key=DIR/key',
  'linux/s390x=ssh://-l@h,key=DIR/key',
  'linux/s390x=ssh://root@h',
  'linux/s390x=ssh://root@h,key=',
  'linux/s390x=ssh://root@h,key=DIR/key,key=DIR/key',
  'linux/s390x=ssh://root@h,key=DIR/key,port=22',
  'linux/s390x=ssh://root@h,key=DIR/key,patience=soon',
  'linux/s390x=ssh://root@h,key=DIR/key,patience=0s',
  'linux/s390x=ssh://root@h:x,key=DIR/key',
  'a/b/c=ssh://root@h,key=DIR/key',
])('%j is no host', async (text) => {
  await expect(read(text)).rejects.toThrow('cannot read the host');
});

test('a password in it is not repeated', async () => {
  await expect(read('linux/s390x=ssh://root:hunter2@h,key=DIR/key')).rejects.toThrow(
    expect.not.objectContaining({ message: expect.stringContaining('hunter2') }),
  );
});

test.for([
  ['linux/s390x=ssh://root@h,key=DIR/none', 'cannot read the key of a host from'],
  ['linux/s390x=ssh://root@h,key=DIR/empty', 'it is empty'],
  ['linux/s390x=ssh://root@h,key=DIR/key,known-hosts=DIR/none', 'cannot read the known hosts from'],
] as const)('%j names the file', async ([text, message]) => {
  await expect(read(text)).rejects.toThrow(message);
});

test('two hosts for one platform are refused', async () => {
  const host = 'linux/s390x=ssh://root@h,key=DIR/key';

  await expect(read(host, host)).rejects.toThrow('there are two hosts for linux/s390x');
});
