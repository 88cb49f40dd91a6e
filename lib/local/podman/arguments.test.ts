import { expect, test } from 'vitest';
import type { ContainerRequest } from '../backend.ts';
import { runArguments } from './arguments.ts';

const request: ContainerRequest = {
  name: 'step-build',
  image: { kind: 'image', reference: 'localhost/steps:1' },
  command: ['/bin/sh', '-c'],
  args: ['echo "$1"', '--', '--privileged'],
  environment: [],
  workingDir: '/workspace',
  mounts: [{ source: '/state/a', path: '/workspace', readOnly: true }],
  security: {},
  groups: [],
};

test('what a step is given comes after the image, so that podman takes none of it for its own', () => {
  const { args } = runArguments(request, '/state/env');

  const image = args.indexOf('localhost/steps:1');
  expect(args.slice(image + 1)).toEqual(['-c', 'echo "$1"', '--', '--privileged']);
  expect(args.slice(0, image)).toContain('--entrypoint=["/bin/sh"]');
});

test('no value of a variable is among the arguments', () => {
  const environment = [
    { name: 'TOKEN', value: 's3cret\nline', secret: true },
    { name: 'HOME', value: '/s3cret', secret: true },
    { name: 'https_proxy', value: 'http://s3cret@proxy', secret: true },
  ];

  const { args, env, envLines } = runArguments({ ...request, environment }, '/state/env');

  expect(args.join(' ')).not.toContain('s3cret');
  expect(env).toEqual({ TOKEN: 's3cret\nline' });
  expect(envLines).toBe('HOME=/s3cret\nhttps_proxy=http://s3cret@proxy');
  expect(args).toContain('--env=TOKEN');
  expect(args).toContain('--env-file=/state/env');
});

test.for([
  [{}, ['--cap-add=AUDIT_WRITE', '--cap-add=MKNOD', '--cap-add=NET_RAW']],
  [{ capabilities: { drop: ['ALL'], add: ['SETFCAP'] } }, ['--cap-drop=ALL', '--cap-add=SETFCAP']],
  [{ privileged: true }, ['--privileged']],
  [{ runAsUser: 1001, runAsGroup: 0 }, ['--user=1001:0']],
  [{ allowPrivilegeEscalation: false }, ['--security-opt=no-new-privileges']],
  [{ readOnlyRootFilesystem: true }, ['--read-only', '--read-only-tmpfs=false']],
] as const)('security context %j becomes %j', ([security, expected]) => {
  const { args } = runArguments({ ...request, security }, '/state/env');

  expect(args).toEqual(expect.arrayContaining([...expected]));
  if ('capabilities' in security) expect(args).not.toContain('--cap-add=MKNOD');
});

test('a root directory is under an overlay, so that nothing in it changes', () => {
  const { args } = runArguments(
    { ...request, image: { kind: 'rootfs', path: '/', mounts: [] } },
    '/state/env',
  );

  expect(args.slice(args.indexOf('--rootfs'), args.indexOf('--rootfs') + 2)).toEqual(['--rootfs', '/:O']);
});
