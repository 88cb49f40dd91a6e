import { expect, test } from 'vitest';
import type { ContainerRequest } from '../pod/backend.ts';
import { type CommonSpec, containerSpec } from './container-spec.ts';

const request: ContainerRequest = {
  name: 'step-build',
  image: { kind: 'image', reference: 'localhost/steps:1' },
  command: ['/bin/sh', '-c'],
  args: ['echo "$1"'],
  environment: [{ name: 'TOKEN', value: 'two\nlines', secret: true }],
  workingDir: '/workspace',
  mounts: [{ source: '/state/a', path: '/workspace', readOnly: true }],
  security: {},
  limits: {},
  groups: [],
};

const common: CommonSpec = {
  name: 'run-0-step-build',
  labels: { run: 'id' },
  network: 'host',
  pod: {
    name: 'run-pod',
    hostNetwork: false,
    keepsNetwork: false,
    endsSlowly: false,
    hostAliases: [{ ip: '127.0.0.2', hostnames: ['a', 'b'] }],
  },
  invocation: {
    global: [],
    hasInit: true,
    hasSmallLimits: false,
    hasResourceLimits: true,
    overlaysRoot: true,
    podNetwork: 'private',
  },
};

test('a command takes the place of the entrypoint, and what is not given stays with the image', () => {
  expect(containerSpec(request, common)).toMatchObject({
    entrypoint: ['/bin/sh', '-c'],
    command: ['echo "$1"'],
  });
  const bare = containerSpec({ ...request, command: undefined, args: [] }, common);
  expect(bare).not.toHaveProperty('entrypoint');
  expect(bare).not.toHaveProperty('command');
});

test('a root directory is under an overlay, and what is mounted into it is read-only', () => {
  const mounts = [{ source: '/src/dist', path: '/usr/libexec/steps' }];

  const spec = containerSpec({ ...request, image: { kind: 'rootfs', path: '/', mounts, user: '' } }, common);

  expect(spec).toMatchObject({ rootfs: '/', rootfs_overlay: true });
  expect(spec.mounts).toMatchObject([
    { source: '/src/dist', options: ['rbind', 'rprivate', 'ro'] },
    { source: '/state/a', options: ['rbind', 'rprivate', 'ro'] },
  ]);
});

test.for([
  [{}, { cap_add: ['AUDIT_WRITE', 'MKNOD', 'NET_RAW'], cap_drop: [], seccomp_profile_path: 'unconfined' }],
  [
    { capabilities: { drop: ['CAP_MKNOD', 'kill'], add: ['SYS_TIME'] } },
    { cap_add: ['AUDIT_WRITE', 'NET_RAW', 'SYS_TIME'], cap_drop: ['KILL', 'MKNOD'] },
  ],
  [
    { runAsUser: 1, capabilities: { add: ['SYS_TIME'] } },
    { cap_add: [], cap_drop: [] },
  ],
  [{ capabilities: { drop: ['ALL'], add: ['SETFCAP'] } }, { cap_add: ['SETFCAP'], cap_drop: ['ALL'] }],
  [{ privileged: true }, { privileged: true }],
  [{ runAsUser: 1001, runAsGroup: 0 }, { user: '1001:0' }],
  [{ allowPrivilegeEscalation: false }, { no_new_privileges: true }],
  [{ readOnlyRootFilesystem: true }, { read_only_filesystem: true, read_write_tmpfs: false }],
] as const)('security context %j becomes %j', ([security, expected]) => {
  expect(containerSpec({ ...request, security }, common)).toMatchObject(expected);
});

test('the default capabilities are those of the runtime that is asked for', () => {
  const spec = containerSpec(request, { ...common, runtime: 'cri-o' });

  expect(spec).toMatchObject({ cap_add: [], cap_drop: ['SETFCAP', 'SYS_CHROOT'] });
  const security = { capabilities: { add: ['SETFCAP'] } };
  expect(containerSpec({ ...request, security }, { ...common, runtime: 'cri-o' })).toMatchObject({
    cap_add: ['SETFCAP'],
    cap_drop: ['SYS_CHROOT'],
  });
});

test('RuntimeDefault is the profile that podman has by itself', () => {
  const security = { seccompProfile: { type: 'RuntimeDefault' } } as const;

  expect(containerSpec({ ...request, security }, common)).not.toHaveProperty('seccomp_profile_path');
});

test('limits are bytes and microseconds, and left out where the machine has none', () => {
  const limited = { ...request, limits: { memory: 1024, cpu: 0.5 } };

  expect(containerSpec(limited, common)).toMatchObject({
    resource_limits: { memory: { limit: 1024 }, cpu: { quota: 50_000, period: 100_000 } },
  });
  const invocation = { ...common.invocation, hasResourceLimits: false };
  expect(containerSpec(limited, { ...common, invocation })).not.toHaveProperty('resource_limits');
});

test.for([
  ['host', { netns: { nsmode: 'host' } }],
  ['none', { netns: { nsmode: 'none' } }],
  ['container:abc', { netns: { nsmode: 'container', value: 'abc' } }],
  ['ns:/run/netns/x', { netns: { nsmode: 'path', value: '/run/netns/x' } }],
  ['bridge', { netns: { nsmode: 'bridge' } }],
  ['mine', { netns: { nsmode: 'bridge' }, Networks: { mine: {} } }],
] as const)('network %s becomes %j', ([network, expected]) => {
  expect(containerSpec(request, { ...common, network })).toMatchObject(expected);
});

test.for([
  ['65532:0', {}, '65532:0'],
  ['65532:0', { runAsUser: 1_000_650_000 }, '1000650000'],
  ['65532:0', { runAsUser: 0, runAsGroup: 0 }, '0:0'],
] as const)('of a root directory with the user %s, %j runs as %s', ([user, security, expected]) => {
  const image = { kind: 'rootfs', path: '/', mounts: [], user } as const;

  expect(containerSpec({ ...request, image, security }, common)).toMatchObject({ user: expected });
  expect(containerSpec({ ...request, security: {} }, common)).not.toHaveProperty('user');
});
