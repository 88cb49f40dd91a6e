import { expect, test } from 'vitest';
import type { TaskSpec } from '../model/api.ts';
import type { BuildHost } from '../objects/build-hosts.ts';
import { sortObjects } from '../objects/objects.ts';
import { buildHostOf, buildsElsewhere } from './build-host.ts';
import { type ImageMap, parseImageMapping } from './image-map.ts';

const spec: TaskSpec = {
  volumes: [{ name: 'ssh', secret: { secretName: 'multi-platform-ssh-build' } }],
  steps: [
    { name: 'other', image: 'quay.io/other:1' },
    { name: 'build', image: 'quay.io/steps:1', volumeMounts: [{ name: 'ssh', mountPath: '/ssh' }] },
  ],
};
const host: BuildHost = {
  user: 'root',
  address: '10.9.8.7',
  port: undefined,
  key: 'k',
  knownHosts: undefined,
  patience: undefined,
};
const given = (platform: string, chosen: Partial<BuildHost>, imageMap: ImageMap = []) => {
  const buildHosts = new Map([['linux/s390x', { ...host, ...chosen }]]);
  const params = [{ name: 'PLATFORM', value: platform }];
  return buildHostOf(spec, params, { ...sortObjects([]), buildHosts }, imageMap);
};

test('the Secret has the keys of the controller, and what the step image is there', () => {
  const found = given('linux/s390x', { port: '2222', knownHosts: 'line', patience: 90 });

  expect(found?.name).toBe('root@10.9.8.7:2222');
  expect(found?.secret).toMatchObject({
    metadata: { name: 'multi-platform-ssh-build' },
    stringData: {
      host: 'root@10.9.8.7:2222',
      'user-dir': '/var/tmp',
      id_rsa: 'k',
      known_hosts: 'line',
      patience: '90',
      'step-image.json': '{"image":"quay.io/steps:1"}',
    },
  });
});

test.for([
  [{ host: 'u@10.9.8.7\n', id_rsa: 'k' }, true],
  [{ host: 'localhost\n' }, false],
  [{ error: 'no quota' }, false],
] as const)('with a Secret of %j it builds elsewhere: %s', ([stringData, expected]) => {
  const secret = { apiVersion: 'v1', kind: 'Secret', stringData } as const;

  expect(buildsElsewhere(spec, { secrets: new Map([['multi-platform-ssh-build', secret]]) })).toBe(expected);
});

test('a platform without a host is built here', () => {
  expect(given('linux/amd64', {})?.secret.stringData).toEqual({ host: 'localhost' });
});

test('an image that is mapped to another one is that one there', () => {
  const map = [parseImageMapping('quay.io/steps=localhost/mine:2')];

  expect(given('linux/s390x', {}, map)?.secret.stringData?.['step-image.json']).toBe(
    '{"image":"localhost/mine:2"}',
  );
});

test('a directory of this machine is there only on this machine', () => {
  const map = [parseImageMapping('quay.io/steps=rootfs:/,mount=/dist:/usr/libexec/bootc-catalog')];

  for (const address of ['localhost', '127.0.0.1', '[::1]']) {
    expect(given('linux/s390x', { address }, map)?.secret.stringData?.['step-image.json']).toBe(
      '{"rootfs":"/","mounts":[{"source":"/dist","path":"/usr/libexec/bootc-catalog"}]}',
    );
  }
  expect(() => given('linux/s390x', {}, map)).toThrow('which the host 10.9.8.7 does not have');
});
