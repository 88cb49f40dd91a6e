import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { findInvocation } from '#lib/local/podman';
import { createLayout, createMemoryTarget, type LayerFile, packLayer, pushImage, readImage } from '#lib/oci';
import { run } from '#lib/process';
import { pushBootcImage } from '#test/images/bootc-image';
import { actionSchema, componentSchema, hooksSchema, jobsSchema } from '#test/schemas/forges';
import { aboutCommand } from '../../scripts/step-image/about.ts';
import { assembleImage } from '../../scripts/step-image/assemble.ts';
import { COMMAND, packCommand } from '../../scripts/step-image/command-layer.ts';

/**
 * The image with the command, and what uses it in a forge. Its layer is the one that is published; what stands in for the
 * tools of a distribution below it is this machine's Node, a shell and their libraries.
 */
const root = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const image = `localhost/bootc-catalog-test:${process.pid}`;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'command-image-'));
  chmodSync(folder, 0o755);
  await run(process.execPath, [join(root, 'scripts/build-cli.ts')]);
  const layout = createLayout(join(folder, 'command'));
  const descriptor = await assembleImage(layout, await standInForTools(), [await packCommand(root)], {
    annotations: aboutCommand,
    entrypoint: [COMMAND],
  });
  await layout.tag(descriptor, 'latest');
  await run('skopeo', [
    'copy',
    '--quiet',
    `oci:${join(folder, 'command')}:latest`,
    `containers-storage:${image}`,
  ]);
  // As the engine has found out that podman works here.
  const { global } = await findInvocation();
  const runtime = global.map((option) => option.replace(/^--runtime=(.*)$/, 'runtime = "$1"')).join('\n');
  writeFileSync(
    join(folder, 'containers.conf'),
    `[containers]\nnetns = "host"\ndefault_ulimits = ["nofile=4096:20000", "nproc=4096:4096"]\n[engine]\n${runtime}\n`,
  );
  const target = createLayout(join(folder, 'workspace/good'));
  await target.tag(await pushBootcImage(target), '1');
  const bad = createLayout(join(folder, 'workspace/bad'));
  await bad.tag(await pushBootcImage(bad, { files: { 'boot/vmlinuz': 'kernel' } }), '1');
  mkdirSync(join(folder, 'workspace/.tekton'));
  writeFileSync(join(folder, 'workspace/.tekton/run.yaml'), PASTED);
}, 300_000);
afterAll(async () => {
  await run('podman', ['rmi', '--force', image]).catch(() => undefined);
  await rm(folder, { recursive: true });
});

const PASTED = `apiVersion: tekton.dev/v1
kind: TaskRun
metadata: { name: pasted }
spec:
  params: [{ name: a, value: b }]
  taskSpec:
    params: [{ name: a }]
    steps:
      - name: say
        image: registry.example/a:1
        script: echo $(params.a)
`;

test('podman runs the command of the image', { timeout: 120_000 }, async () => {
  const mount = ['--volume', `${join(folder, 'workspace')}:/src:ro`, '--workdir', '/src'];
  const podman = (...args: string[]) => outcome('podman', ['run', '--rm', ...mount, image, ...args]);

  const [version, good, bad] = [
    await podman('--version'),
    await podman('check', 'oci:good:1'),
    await podman('check', 'oci:bad:1'),
  ];

  expect(version).toMatchObject({ code: 0, stdout: expect.stringMatching(/^\d+\.\d+\.\d+/) });
  expect(good, good.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('kernel-initramfs') });
  expect(bad).toMatchObject({
    code: 7,
    stdout: expect.stringContaining('/boot/vmlinuz should not be in the image'),
  });
});

test('the image says what it is, and runs as no root', async () => {
  const { config } = await readImage(createLayout(join(folder, 'command')), 'latest');

  expect(config.config).toMatchObject({ User: '65532:0', Entrypoint: [COMMAND] });
  expect(config.config?.Labels).toMatchObject({ 'org.opencontainers.image.title': 'bootc-catalog' });
});

test('the GitHub Action annotates, writes summary and SARIF, and fails as the check does', {
  timeout: 120_000,
}, async () => {
  const action = parse(read('action.yml'));
  const validate = new Ajv({ allErrors: true }).compile(actionSchema);
  expect(validate(action), JSON.stringify(validate.errors)).toBe(true);
  const [lint, check] = action.runs.steps;
  const inputs = {
    image,
    lint: '.tekton',
    check: 'oci:good:1\noci:bad:1',
    waive: 'var-log=a b, #1',
    sarif: 'out.sarif',
  };
  const env = {
    GITHUB_WORKSPACE: join(folder, 'workspace'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary.md'),
    XDG_RUNTIME_DIR: folder,
  };
  const step = (one: { env: Record<string, string>; run: string }) =>
    outcome('bash', ['-c', one.run], {
      ...env,
      ...filled(one.env, { ...defaultsOf(action.inputs), ...inputs }),
    });

  const [linted, checked] = [await step(lint), await step(check)];

  expect(linted).toMatchObject({
    code: 1,
    stdout: expect.stringMatching(/^::warning file=\.tekton\/run\.yaml,line=11,/m),
  });
  expect(checked, checked.stderr).toMatchObject({
    code: 7,
    stdout: expect.stringContaining('FAIL boot-var-empty'),
  });
  expect(await readFile(env.GITHUB_STEP_SUMMARY, 'utf8')).toContain('## oci:bad:1');
  const { runs } = JSON.parse(await readFile(join(folder, 'workspace/out.sarif'), 'utf8'));
  expect(runs[0].results).toContainEqual(
    expect.objectContaining({ ruleId: 'boot-var-empty', level: 'error' }),
  );
});

test.for([
  [
    'check',
    { images: 'oci:good:1 oci:bad:1', waive: "var-log=it's a log" },
    7,
    'bootc-catalog.xml',
    '<testsuites',
  ],
  ['lint', { places: '.tekton' }, 1, undefined, ''],
] as const)(
  'the GitLab component %s runs in the image',
  { timeout: 120_000 },
  async ([name, inputs, code, file, text]) => {
    const [header, jobs] = parseAllDocuments(read(`templates/${name}.yml`)).map((document) =>
      document.toJS(),
    );
    for (const [schema, value] of [
      [componentSchema, header],
      [jobsSchema, jobs],
    ] as const) {
      const validate = new Ajv({ allErrors: true }).compile(schema);
      expect(validate(value), JSON.stringify(validate.errors)).toBe(true);
    }
    const job = jobs[`bootc-catalog-${name}`];
    const given: Record<string, string> = { ...defaultsOf(header.spec.inputs), image, ...inputs };
    const variables = filled(job.variables, given);
    const workspace = join(folder, 'workspace');
    chmodSync(workspace, 0o777);

    const options = Object.entries(variables).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
    const mount = [
      '--volume',
      `${workspace}:/src`,
      '--workdir',
      '/src',
      '--entrypoint',
      '["/bin/sh", "-ec"]',
    ];
    const ended = await outcome('podman', [
      'run',
      '--rm',
      ...mount,
      ...options,
      image,
      job.script.join('\n'),
    ]);

    expect(ended.code).toBe(code);
    expect(filled({ name: job.image.name }, given)).toEqual({ name: image });
    if (file !== undefined) expect(await readFile(join(workspace, file), 'utf8')).toContain(text);
  },
);

test('the pre-commit hook is the command, on the files that it names', async () => {
  const hooks = parse(read('.pre-commit-hooks.yaml'));
  const validate = new Ajv({ allErrors: true }).compile(hooksSchema);
  expect(validate(hooks), JSON.stringify(validate.errors)).toBe(true);
  const [{ entry, files, language_version: version }] = hooks;
  const [program = '', ...args] = entry.split(' ');

  const given = ['.tekton/run.yaml', 'README.md', 'tasks/.tekton/a.txt'].filter((path) =>
    new RegExp(files).test(path),
  );
  const ended = await outcome(join(root, 'bin', program), [...args, ...given], {}, join(folder, 'workspace'));

  expect(Object.keys(JSON.parse(read('package.json')).bin)).toContain(program);
  expect(read('package-lock.json')).toContain(`"node_modules/node": {\n      "version": "${version}"`);
  expect(given).toEqual(['.tekton/run.yaml']);
  expect(ended).toMatchObject({ code: 1, stdout: expect.stringContaining('.tekton/run.yaml:11:') });
});

async function outcome(
  program: string,
  args: readonly string[],
  env: Record<string, string> = {},
  cwd = folder,
) {
  const { exitCode, stdout, stderr } = await execa(program, args, {
    env: { CONTAINERS_CONF: join(folder, 'containers.conf'), ...env },
    cwd,
    reject: false,
    timeout: 100_000,
  });
  return { code: exitCode, stdout, stderr };
}

/** What both forges make of `${{ inputs.x }}` and `$[[ inputs.x ]]`. */
function filled(
  texts: Readonly<Record<string, string>>,
  inputs: Readonly<Record<string, string>>,
): Record<string, string> {
  const value = (text: string) =>
    text.replaceAll(
      /\$(?:\{\{|\[\[) inputs\.(?<name>[\w-]+) (?:\}\}|\]\])/g,
      (_, name: string) => inputs[name] ?? '',
    );
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, value(text)]));
}

function defaultsOf(inputs: Readonly<Record<string, { default?: string }>>): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([key, input]) => [key, input.default ?? '']));
}

async function standInForTools() {
  const target = createMemoryTarget();
  const programs = [process.execPath, '/bin/sh', '/usr/bin/env'];
  const libraries = await Promise.all(programs.map(async (path) => (await run('ldd', [path])).stdout));
  const paths = new Set(libraries.join('\n').match(/\/\S+\.so\S*/g));
  const file = (path: string, source: string): LayerFile => ({
    path,
    mode: 0o755,
    content: readFileSync(source),
  });
  const layer = await packLayer([
    file('usr/libexec/bootc-catalog/node', process.execPath),
    file('bin/sh', '/bin/sh'),
    file('usr/bin/env', '/usr/bin/env'),
    ...[...paths].filter((path) => existsSync(path)).map((path) => file(path.slice(1), path)),
    { path: 'tmp', directory: true, mode: 0o1777 },
  ]);
  const config = { os: 'linux', architecture: ARCHITECTURE, config: { User: '65532:0', Env: ['HOME=/tmp'] } };
  const pushed = await pushImage(target, { config, layers: [layer], tags: ['base'] });
  return { from: target, image: await readImage(target, pushed.digest) };
}
const ARCHITECTURE = { x64: 'amd64', arm64: 'arm64', ppc64: 'ppc64le', s390x: 's390x' }[
  process.arch as 'x64'
];
