import { expect, test } from 'vitest';
import { parseInputs } from '#lib/step';
import { task } from '../task.ts';
import type { HostImage } from './host-image.ts';
import { podmanArguments } from './podman-arguments.ts';

const image = { image: 'quay.io/steps@sha256:1' };
const argumentsFor = (
  given: readonly string[],
  { directory = '/home/u/own', image: source = image }: { directory?: string; image?: HostImage } = {},
) => {
  const needed = ['--IMAGE=r.example/a:1'];
  const { params } = parseInputs(task.steps.build, [...needed, ...given]);
  const volumes = { workdir: '/var/workdir' };
  return podmanArguments({
    params,
    image: source,
    directory,
    label: 'l=1',
    volumes,
    environment: { A: 'b c' },
  });
};

test('the build runs as root with the one capability that it has in its pod', () => {
  const args = argumentsFor(['--PLATFORM=linux/s390x']);

  expect(args.slice(0, 2)).toEqual(['run', '--rm']);
  expect(args).toEqual(
    expect.arrayContaining(['l=1', '--user=0', '--tmpfs=/run/secrets', '--cap-add=SETFCAP', 'A=b c']),
  );
  expect(args).toContain('/home/u/own/workdir:/var/workdir:Z');
  expect(args).not.toContain('--privileged');
  const at = args.indexOf('quay.io/steps@sha256:1');
  expect(args.slice(at + 1, at + 2)).toEqual(['/usr/libexec/bootc-catalog/buildah-remote-oci-ta/build']);
  expect(args.slice(at + 2)).toContain('--PLATFORM=linux/s390x');
});

test('PRIVILEGED_NESTED has all rights, and a file system of the host at /var/tmp', () => {
  const args = argumentsFor(['--PLATFORM=linux/s390x', '--PRIVILEGED_NESTED=true']);

  expect(args).toContain('--privileged');
  expect(args).toContain('--mount=type=bind,source=/home/u/own/var-tmp,target=/var/tmp,relabel=shared');
});

test.for([
  ['linux-g6xlarge/amd64', true],
  ['linux-mlarge/amd64', false],
] as const)('%s has GPUs: %s', ([platform, expected]) => {
  const args = argumentsFor([`--PLATFORM=${platform}`]);

  expect(args.includes('--device=nvidia.com/gpu=all')).toBe(expected);
  expect(args.includes('--security-opt=label=disable')).toBe(expected);
});

test('a directory of the host is an overlay, with the steps where the image has them', () => {
  const root = { rootfs: '/', mounts: [{ source: '/dist', path: '/usr/libexec/bootc-catalog' }] };
  const args = argumentsFor(['--PLATFORM=local'], { image: root });

  expect(args).toContain('/dist:/usr/libexec/bootc-catalog:ro');
  expect(args.slice(args.indexOf('--rootfs')).slice(0, 2)).toEqual(['--rootfs', '/:O']);
});

test.for(['/home/a:b', '/home/a,b'])('%s cannot be mounted', (directory) => {
  expect(() => argumentsFor(['--PLATFORM=local'], { directory })).toThrow('it has a colon or a comma in it');
});
