import { expect, test } from 'vitest';
import { parseInputs } from '#lib/step';
import { buildArguments } from './build-arguments.ts';
import { task } from './task.ts';

const argumentsOf = (wire: readonly string[], from = '') => {
  const argv = ['--IMAGE=quay.io/a/b:1', '--PLATFORM=linux/s390x', ...wire];
  const { params } = parseInputs(task.steps.build, [...argv, '--workspace.source=/source']);
  return buildArguments({ params, from, image: 'built', context: '/source', containerfile: '/source/File' });
};

/** What stands after each occurrence of an option. */
const valuesOf = (args: readonly string[], option: string) =>
  args.flatMap((argument, index) => (argument === option ? [args[index + 1]] : []));

test('without a word of its own a build has its platform and format, and no cache', () => {
  expect(argumentsOf([])).toEqual([
    '--platform',
    'linux/s390x',
    '--format',
    'oci',
    '--no-cache',
    '--pull=false',
    '--isolation',
    'chroot',
    '--file',
    '/source/File',
    '--tag',
    'built',
    '/source',
  ]);
});

test('labels are those that are given, the compose and when the image expires', () => {
  const args = argumentsOf([
    '--LABELS[',
    'a=b',
    'c=d e',
    ']',
    '--COMPOSE_ID=Fedora-43',
    '--IMAGE_EXPIRES_AFTER=5d',
  ]);

  expect(valuesOf(args, '--label')).toEqual([
    'a=b',
    'c=d e',
    'redhat.compose-id=Fedora-43',
    'quay.expires-after=5d',
  ]);
});

test('what takes the place of the first FROM is named as buildah has it, not as the param does', () => {
  const args = argumentsOf(['--FROM_IMAGE=quay.io/a/repos:1'], 'quay.io/a/base:1');

  expect(valuesOf(args, '--from')).toEqual(['quay.io/a/base:1']);
  expect(args.join(' ')).not.toContain('repos');
});

test('build arguments, time and format go as they are', () => {
  const args = argumentsOf([
    '--BUILD_ARGS[',
    'A=--tag',
    'IMAGE=oci:/x',
    ']',
    '--SOURCE_DATE_EPOCH=17',
    '--BUILDAH_FORMAT=docker',
  ]);

  expect(valuesOf(args, '--build-arg')).toEqual(['A=--tag', 'IMAGE=oci:/x']);
  expect(valuesOf(args, '--timestamp')).toEqual(['17']);
  expect(valuesOf(args, '--format')).toEqual(['docker']);
});

test('without verification every registry that the Containerfile names is taken as it is', () => {
  expect(argumentsOf(['--TLSVERIFY=false'])).toContain('--tls-verify=false');
});

test.for(['quay.io/a/b:1', `quay.io/a/b@sha256:${'0'.repeat(64)}`, '127.0.0.1:5000/a:1', 'localhost/a'])(
  'FROM_IMAGE may be %s',
  (image) => {
    expect(() => argumentsOf([`--FROM_IMAGE=${image}`])).not.toThrow();
  },
);

test.for([
  'oci:/any/layout',
  'oci:any/layout:tag',
  'oci-archive:/file.tar',
  'docker-archive:/file.tar',
  'docker-daemon:a/b:1',
  'docker://quay.io/a/b:1',
  'dir:/any/directory',
  'dir:directory',
  'containers-storage:a/b',
  'ostree:a/b@/repo',
  'sif:/file',
  '/any/path',
  './path',
  'fedora',
  'fedora/fedora:43',
  '--help',
])('FROM_IMAGE may not be %s', (image) => {
  expect(() => argumentsOf([`--FROM_IMAGE=${image}`])).toThrow(
    'parameter FROM_IMAGE is not valid: expected registry/repository[:tag][@digest]',
  );
});
