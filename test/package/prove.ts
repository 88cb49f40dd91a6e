// Proves that the package is all that somebody else's catalog needs: packs it, installs the tarball in directories outside
// of the checkout, and takes what `init` writes, and examples/hello-catalog, from their tests to a run from the bundle.
// What they share with the checkout is Node and this machine's base image.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { explain } from '#lib/errors';
import { run, ToolError } from '#lib/process';
import { startRegistry } from '#test/registries/registry';

const root = join(import.meta.dirname, '../..');
const work = mkdtempSync(join(tmpdir(), 'bootc-catalog-package-'));
const started = performance.now();
const quiet = ['--no-audit', '--no-fund', '--loglevel=error'];

/** Neither the checkout's programs nor its packages can be found by what runs there; how npm reaches its registry can. */
const env = {
  PATH: `${join(work, 'bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
  NODE_OPTIONS: '',
  NODE_PATH: '',
  NO_COLOR: '1',
  BUILDAH_ISOLATION: 'chroot',
  GIT_CEILING_DIRECTORIES: work,
  XDG_STATE_HOME: join(work, 'state'),
};

try {
  await prove();
  say('the package is all that a catalog needs');
} catch (error) {
  const output = error instanceof ToolError ? `\n${error.stderr}` : '';
  console.error(`the package does not work: ${explain(error)}${output}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function prove(): Promise<void> {
  mkdirSync(join(work, 'bin'));
  symlinkSync(process.execPath, join(work, 'bin/node'));
  const tarball = await pack();
  const base = (await run(join(root, 'scripts/base-image'), [])).stdout.trim();
  await using registry = await startRegistry({ storage: join(work, 'registry') });
  const installed = join(work, 'global');
  await call(work, 'npm', 'install', '--global', '--prefix', installed, ...quiet, tarball);
  await worksAnywhere(join(installed, 'bin/bootc-catalog'));

  const written = join(work, 'written');
  await call(work, join(installed, 'bin/bootc-catalog'), 'init', written, '--name', 'my-tasks');
  const example = join(work, 'hello-catalog');
  cpSync(join(root, 'examples/hello-catalog'), example, { recursive: true });
  // Beside each other, since most of the time goes into waiting; each to its end, so that nothing is left.
  const proofs = Object.entries({ 'my-tasks': written, 'hello-catalog': example }).map(([name, directory]) =>
    proveCatalog({ name, directory, tarball, base, host: registry.host }),
  );
  for (const outcome of await Promise.allSettled(proofs)) {
    if (outcome.status === 'rejected') throw outcome.reason;
  }
}

/** What the package has is built first, as for a release. */
async function pack(): Promise<string> {
  await run('npm', ['pack', '--pack-destination', work], { cwd: root });
  const file = readdirSync(work).find((name) => name.endsWith('.tgz'));
  if (file === undefined) throw new Error('npm pack has made no tarball');
  say(`packed ${file}`);
  return join(work, file);
}

async function worksAnywhere(command: string): Promise<void> {
  const empty = join(work, 'empty');
  mkdirSync(empty);
  for (const name of [
    'run',
    'runs',
    'bundle',
    'lint',
    'check',
    'init',
    'compose',
    'render',
    'publish',
    'generate',
  ]) {
    const { stdout } = await call(empty, command, name, '--help');
    expect(stdout.includes(`Usage: bootc-catalog ${name}`), `${name} --help works`);
  }
  for (const name of ['render', 'publish', 'generate', 'bundle-steps']) {
    const { exitCode, stderr } = await failure(empty, command, name);
    expect(
      exitCode === 2 && stderr.includes('has no catalog'),
      `${name} without a catalog ends with 2: ${stderr}`,
    );
  }
  const task = join(work, 'task.yaml');
  writeFileSync(
    task,
    `{apiVersion: tekton.dev/v1, kind: TaskRun, metadata: {name: t}, spec: {taskSpec: {steps: [{name: s, image: any, script: 'echo ran'}]}}}`,
  );
  const ran = await call(empty, command, 'run', '-f', task, '--image-map', '*=rootfs:/');
  expect(ran.stdout.includes('ran'), 'a TaskRun runs');
  await call(empty, command, 'runs', 'list');
  await call(empty, command, 'lint', task, '--waive', 'image-digest', '--waive', 'image-latest').catch(
    () => undefined,
  );
  // What `runs check --help` names is there.
  const policy = join(dirname(command), '../lib/node_modules/bootc-catalog/docs/conforma');
  for (const file of ['fedora-bootc.yaml', 'data', '../conforma.md'])
    expect(existsSync(join(policy, file)), `the package has docs/conforma/${file}`);
  say('the command works where there is no catalog, and says where it needs one');
}

interface Proof {
  readonly name: string;
  readonly directory: string;
  readonly tarball: string;
  readonly base: string;
  readonly host: string;
}

async function proveCatalog({ name, directory, tarball, base, host }: Proof): Promise<void> {
  const here = (program: string, ...args: string[]) => call(directory, program, ...args);
  const command = (...args: string[]) => here('npx', '--no-install', 'bootc-catalog', ...args);
  await here('npm', 'install', ...quiet, tarball);
  say(`${name}: installed`);
  await here('npm', 'test');
  await here('npm', 'run', 'check');
  await everyExport(directory);
  const { stdout: yaml } = await command('render');
  expect(yaml.includes('kind: Pipeline') && yaml.includes(`/usr/libexec/${name}/hello/greet`), 'it renders');
  say(`${name}: tested, checked, rendered`);

  const image = `localhost/${name}-steps`;
  try {
    await here('npm', 'run', 'build');
    const limits = ['--ulimit', 'nofile=4096:4096', '--ulimit', 'nproc=4096:4096'];
    await here('npm', 'run', 'image', '--', '--build-arg', `BASE=${base}`, ...limits);
    await here('buildah', 'push', '--quiet', image, 'oci:dist/image:latest');
  } finally {
    await run('buildah', ['rmi', '--force', image], { env }).catch(() => undefined);
  }
  say(`${name}: image built`);

  await here('git', 'init', '--quiet');
  await here('git', 'add', '.');
  await here(
    'git',
    '-c',
    'user.name=a',
    '-c',
    'user.email=a@example.com',
    'commit',
    '--quiet',
    '-m',
    'first',
  );
  const publish = [
    'publish',
    '--prefix',
    `${host}/${name}`,
    '--step-image',
    'oci:dist/image:latest',
    '-o',
    'json',
  ];
  const { items } = JSON.parse((await command(...publish)).stdout) as Report;
  const again = JSON.parse((await command(...publish)).stdout) as Report;
  expect(
    items.every(({ pushed }) => pushed),
    'everything is pushed',
  );
  expect(!again.items.some(({ pushed }) => pushed), 'nothing is pushed twice');
  say(`${name}: published`);

  const bundle = items.find(({ kind }) => kind === 'pipeline')?.reference ?? '';
  await command('bundle', 'list', bundle);
  writeFileSync(join(work, `${name}.json`), JSON.stringify(pipelineRun(bundle)));
  try {
    const ran = await command('run', '-f', join(work, `${name}.json`));
    expect(
      ran.stdout.includes('Good morning, Hello, world!!'),
      `the pipeline runs from its bundle: ${ran.stdout}`,
    );
  } finally {
    const steps = items.find(({ kind }) => kind === 'step-image')?.reference ?? '';
    await run('podman', ['rmi', '--force', steps], { env }).catch(() => undefined);
  }
  say(`${name}: ran from its bundle`);
  expect(
    readFileSync(join(directory, 'package.json'), 'utf8').includes('file:'),
    'it is the tarball that was used',
  );
}

/** Each name of `exports` can be imported, and its declarations hold by themselves. */
async function everyExport(directory: string): Promise<void> {
  const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { exports: object };
  const names = Object.keys(exports).filter((name) => !name.endsWith('.json'));
  const lines = names.map((name, index) => `import * as e${index} from 'bootc-catalog${name.slice(1)}';`);
  const use = `console.log([${names.map((_, index) => `Object.keys(e${index}).length > 0`).join(', ')}].every(Boolean));`;
  const file = join(directory, 'every-export.ts');
  writeFileSync(file, `${[...lines, use].join('\n')}\n`);
  await call(directory, 'npx', '--no-install', 'tsc', '--skipLibCheck', 'false');
  const { stdout } = await call(directory, 'node', file);
  expect(stdout === 'true\n', 'every export has something');
  rmSync(file);
}

interface Report {
  readonly items: readonly { readonly kind: string; readonly reference: string; readonly pushed: boolean }[];
}

function pipelineRun(bundle: string): object {
  const params = Object.entries({ bundle, name: 'hello', kind: 'pipeline' });
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'PipelineRun',
    metadata: { name: 'hello' },
    spec: {
      pipelineRef: { resolver: 'bundles', params: params.map(([name, value]) => ({ name, value })) },
      params: [{ name: 'NAME', value: 'world' }],
    },
  };
}

function call(cwd: string, program: string, ...args: string[]) {
  return run(program, args, { cwd, env, timeout: 300_000 });
}

async function failure(
  cwd: string,
  program: string,
  ...args: string[]
): Promise<{ exitCode: unknown; stderr: string }> {
  try {
    await call(cwd, program, ...args);
  } catch (error) {
    if (error instanceof ToolError) return error;
    throw error;
  }
  return { exitCode: 0, stderr: '' };
}

function expect(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`not so: ${what}`);
}

function say(what: string): void {
  console.log(`${((performance.now() - started) / 1_000).toFixed(1).padStart(6)} s  ${what}`);
}
