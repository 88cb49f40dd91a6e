import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRegistryClient, packLayer, pushImage } from '#lib/oci';
import { badAddresses, type CanaryPlace, openCanaryPlace } from '#test/canary/canary-place';
import { tester } from '#test/registries/registry';
import { shareOf } from '#test/share';
import { everyCommand, program } from '../../lib/cli/command-line.ts';

/**
 * Secrets stand where secrets may come in, every command runs, well and badly, and then no secret is anywhere but where
 * it belongs: not in what was printed, written, pushed, or asked of another host, and in no argument of a child.
 */
let place: CanaryPlace;
let prefix: string;

beforeAll(async () => {
  place = await openCanaryPlace();
  prefix = place.servers.registry.host;
  using client = createRegistryClient({ credentials: async () => ({ ...tester, source: 'the test' }) });
  const layer = await packLayer([{ path: 'etc/os-release', content: 'ID=fedora\n' }]);
  const config = { os: 'linux', architecture: 's390x' };
  await pushImage(client.repository(`${prefix}/image`), { config, layers: [layer], tags: ['1'] });
}, 300_000);
afterAll(() => place[Symbol.asyncDispose]());

const tree = everyCommand(await program(undefined)).filter(({ commands }) => commands.length === 0);

/** Arguments with which each command of the command line does something, by its name there. */
const plausible = (): Readonly<Record<string, readonly string[]>> => ({
  check: [`${prefix}/image:1`],
  lint: ['task.yaml'],
  init: ['new-catalog'],
  generate: ['--check', ...CATALOG],
  schema: [...CATALOG],
  // Refused, or it would write into this repository.
  'new task': ['apply-tags', ...CATALOG],
  'new pipeline': ['bootc-compose', '--task', 'sanity-check', ...CATALOG],
  'bundle-steps': ['--directory', 'bundled', ...CATALOG],
  render: ['apply-tags', ...CATALOG],
  publish: [
    '--prefix',
    `${prefix}/dry`,
    '--step-image',
    'oci:steps:1',
    ...PLATFORM,
    ...CATALOG,
    '--allow-dirty',
    '--dry-run',
  ],
  'bundle list': ['task.yaml'],
  'bundle show': ['task.yaml'],
  'bundle diff': ['task.yaml', 'bundle.yaml'],
  'bundle push': [`${prefix}/bundle:1`, 'task.yaml'],
  'bundle types': ['task.yaml', '--bundle', `${prefix}/bundle:1`, '--directory', 'types'],
  run: ['-f', 'secret.yaml', '--dry-run'],
  'release plan': ['--snapshot', 'task.yaml', '--releaseplan', 'task.yaml'],
  'release undo': ['task.yaml'],
  'runs list': [],
  'runs logs': [],
  'runs describe': [],
  'runs open': ['--print'],
  'runs resume': [],
  'runs attest': ['--key', 'task.yaml'],
  'runs check': ['--policy', 'task.yaml'],
  'runs remove': ['no-such-run'],
  'runs prune': ['--keep', '1000'],
  'compose diff': ['none', 'none'],
  'compose fixture': ['fixture', '--arch', 's390x', ...CACHE],
  doctor: ['--registry', prefix],
  'images list': ['--on', '2026-11-27', ...CATALOG],
  'images show': ['43', 'iot', ...CATALOG],
  'images graph': ['-o', 'svg', ...CATALOG],
  'manifest show': ['fedora-standard', '--arch', 's390x', ...MANIFESTS],
  'manifest files': ['fedora-standard', '--arch', 's390x', ...MANIFESTS],
  'manifest diff': ['fedora-standard', '--arch', 's390x', '--from', 'HEAD', ...MANIFESTS],
  version: [],
  completion: ['bash'],
});
const PLATFORM = ['--platform', 'linux/amd64'];
const CATALOG = ['--catalog', join(import.meta.dirname, '../../bundles/catalog.ts')];
const MANIFESTS = ['--directory', join(import.meta.dirname, '../../demo/base-images')];
const CACHE = ['--cache', join(import.meta.dirname, '../../.cache')];

test('every command of the command line is driven', () => {
  expect(Object.keys(plausible()).sort()).toEqual(tree.map(nameOf).sort());
});

test('commands that go well', { timeout: 300_000 }, async () => {
  const { with: urls } = place;
  const publish = [
    'publish',
    '--prefix',
    `${prefix}/p`,
    '--step-image',
    'oci:steps:1',
    ...PLATFORM,
    ...CATALOG,
  ];
  const inRun = ['run', '-f', 'secret.yaml', '--image-map', '*=rootfs:/'];

  const said = [
    await place.command([...publish, '--allow-dirty', '--source', urls.source, '--builder', urls.builder]),
    await place.command([
      ...publish,
      '--allow-dirty',
      '--source',
      urls.source,
      '-d',
      'objects',
      '-o',
      'json',
    ]),
    await place.command([...inRun, '-p', `where=${urls.web}`]),
    await place.command([...inRun, '-p', 'fail=yes', '-o', 'json']),
    await place.command([...inRun, '-p', 'wait=yes'], { endWhen: (text) => text.includes('ok') }),
    await place.command(['runs', 'rm', await newest()]),
    await place.command(['check', `${prefix}/image:1`, '--compose', urls.compose, '-o', 'json']),
    await place.command(['compose', 'fixture', 'fixture', '--arch', 's390x', ...CACHE]),
  ];
  await place.all(
    [
      ['run', '-f', 'git.yaml', '--dry-run'],
      ['run', '-f', 'http.yaml', '--dry-run', '-o', 'json'],
      ['run', '-f', '.tekton/push.yaml', '--dry-run'],
      ['render', 'apply-tags', ...CATALOG],
      ['render', '-d', 'rendered', ...CATALOG],
      ['runs', 'list'],
      ['runs', 'describe'],
      ['runs', 'describe', '-o', 'yaml'],
      ['runs', 'describe', '--html', 'run.html'],
      ['runs', 'logs'],
      ['runs', 'open', '--print'],
      ['runs', 'prune', '--keep', '1'],
      ['bundle', 'push', `${prefix}/b:1`, 'task.yaml'],
      ['bundle', 'list', `${prefix}/b:1`],
      ['bundle', 'show', `${prefix}/b:1`, 't'],
      ['bundle', 'diff', `${prefix}/b:1`, 'task.yaml'],
      ['completion', 'bash'],
      ['check', '--explain'],
      ['images', 'list', '--on', '2026-11-27', ...CATALOG],
      ['images', 'show', '43', 'iot', ...CATALOG],
      ['images', 'graph', ...CATALOG],
      ['manifest', 'show', 'fedora-standard', '--arch', 's390x', ...MANIFESTS],
      ['manifest', 'files', 'fedora-standard', '--arch', 's390x', ...MANIFESTS],
      ['manifest', 'diff', 'fedora-standard', '--arch', 's390x', '--from', 'HEAD', ...MANIFESTS],
    ].map((args) => ({ args })),
  );

  for (const [index, wanted] of [
    /moved/,
    /"pushed":false/,
    /ok/,
    /Failed/,
    /ancelled/,
    /^c-/,
    /"checks"/,
    /n\.0/,
  ].entries())
    expect(said[index]).toMatch(wanted);
  expect(await place.found()).toEqual([]);
});

test('every argument and option of every command, with an address that says who asks', {
  timeout: 300_000,
}, async () => {
  const calls = tree.flatMap((command) => {
    const name = nameOf(command);
    const words = name.split(' ');
    const usual = plausible()[name] ?? [];
    const positional = command.registeredArguments.map((argument, index) => {
      const [, bad] = badAddresses(place.canaries.make(`${name} ${argument.name()}`));
      return [
        ...words,
        ...command.registeredArguments.map((_, other) => (other === index ? bad : 'task.yaml')),
      ];
    });
    const options = command.options
      .filter(({ required, optional }) => required || optional)
      .filter(({ long }) => reasons[`${name} ${long}`] === undefined)
      .flatMap(({ long = '', flags }) => {
        const [bad, worse, , reference] = badAddresses(place.canaries.make(`${name} ${long}`));
        const forms = flags.includes('=') ? [bad, `a=${bad}`, `a=${worse}`] : [bad, worse, reference];
        return forms.map((value) => [...words, ...usual, long, value]);
      });
    return [...positional, ...options];
  });
  const some = shareOf('calls of commands', calls, Math.ceil(calls.length / 3));
  await place.all(some.map((args) => ({ args })));

  expect(calls.length).toBeGreaterThan(100);
  expect(await place.found()).toEqual([]);
});

/** Options that are not tried, and why. */
const reasons: Readonly<Record<string, string>> = {
  'bundle-steps --directory': 'a directory, into which all steps would be bundled anew',
  'compose fixture --cache': 'a directory, where all packages would be built anew',
};

async function newest(): Promise<string> {
  const names = await place.command(['runs', 'list', '-o', 'name']);
  return names.split('\n')[0] ?? '';
}

/** As it is called: `runs list`. */
function nameOf(command: Command): string {
  const { parent } = command;
  return parent?.parent ? `${nameOf(parent)} ${command.name()}` : command.name();
}
