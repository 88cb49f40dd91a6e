import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeFixture, serveCompose } from '#lib/compose-fixture';
import { run } from '#lib/process';
import { wireType } from '#lib/tekton';
import { commandLines, createCanaries, readTree, USER, watchPrograms } from '#test/canaries';
import { serveGit } from '#test/git-server';
import { startRegistry, tester } from '#test/registry';
import { tasks } from '../bundles/catalog.ts';

/**
 * Secrets stand where secrets may come in, every command and step runs, well and badly, and then no secret is anywhere but
 * where it belongs: not in what was printed, written, pushed, or asked of another host, and in no argument of a child.
 */
const root = resolve(import.meta.dirname, '..');
const command = join(root, 'bin/bootc-catalog');
const runner = join(root, 'test/support/run-step.ts');
const canaries = createCanaries();
const places = {
  registry: canaries.make('auth.json, of another registry'),
  compose: canaries.make('userinfo of a compose'),
  git: canaries.make('userinfo of a git repository'),
  http: canaries.make('userinfo of a web server'),
  proxy: canaries.make('password of a proxy'),
  secret: canaries.make('Secret of a run'),
  environment: canaries.make('environment'),
  source: canaries.make('--source'),
  builder: canaries.make('--builder'),
  remote: canaries.make('remote of a clone'),
};
const login = (secret: string) => `${USER}:${secret}`;
const withLogin = (url: string, secret: string) => url.replace('//', `//${login(secret)}@`);

let scratch: string;
let argumentsLog: string;
let env: NodeJS.ProcessEnv;
const closers: (() => unknown)[] = [];
let registry: Awaited<ReturnType<typeof startRegistry>>;
let compose: string;
let git: string;
let web: string;
/** Requests at a host that none of them belongs to. */
const foreign: string[] = [];
let foreignUrl: string;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'canary-'));
  argumentsLog = await watchPrograms(join(scratch, 'programs'), ['git', 'buildah', 'skopeo', 'podman']);
  await startServers();
  const auth = Buffer.from(`${tester.username}:${tester.password}`).toString('base64');
  const other = Buffer.from(login(places.registry)).toString('base64');
  await mkdir(join(scratch, 'given'));
  await writeFile(
    join(scratch, 'given/auth.json'),
    JSON.stringify({ auths: { [registry.host]: { auth }, 'other.invalid': { auth: other } } }),
  );
  env = {
    ...process.env,
    PATH: `${join(scratch, 'programs')}:${process.env.PATH}`,
    HOME: join(scratch, 'home'),
    XDG_CACHE_HOME: join(scratch, 'home/cache'),
    XDG_STATE_HOME: join(scratch, 'home/state'),
    REGISTRY_AUTH_FILE: join(scratch, 'given/auth.json'),
    HTTP_PROXY: `http://${login(places.proxy)}@127.0.0.1:9`,
    HTTPS_PROXY: `http://${login(places.proxy)}@127.0.0.1:9`,
    NO_PROXY: '',
    CANARY: places.environment,
  };
  await mkdir(join(scratch, 'home'));
  await writeRuns();
}, 300_000);

afterAll(async () => {
  for (const close of closers) await close();
  await rm(scratch, { recursive: true, force: true });
});

const badAddresses = (secret: string) => [
  `https://${login(secret)}@nowhere.invalid/x`,
  `https://u:a/${secret}@nowhere.invalid/x`,
  `https://${secret}@127.0.0.1:9/x`,
  `${login(secret)}@nowhere.invalid/x:1`,
];

test('commands that go well', { timeout: 300_000 }, async () => {
  const done = [
    ['publish', '--help'],
    [
      'publish',
      '--prefix',
      `${registry.host}/p`,
      '--dry-run',
      '--allow-dirty',
      '--source',
      withLogin('https://h.invalid/r', places.source),
    ],
    ['run', '-f', 'git.yaml', '--dry-run'],
    ['run', '-f', 'http.yaml', '--dry-run', '-o', 'json'],
    ['run', '-f', '.tekton/push.yaml', '--dry-run'],
    [
      'run',
      '-f',
      'secret.yaml',
      '--image-map',
      '*=rootfs:/',
      '-p',
      `where=${withLogin('https://h.invalid', places.http)}`,
    ],
    ['run', '-f', 'secret.yaml', '--image-map', '*=rootfs:/', '-p', 'fail=yes', '-o', 'json'],
    ['runs', 'list'],
    ['runs', 'describe'],
    ['runs', 'describe', '-o', 'yaml'],
    ['runs', 'logs'],
    ['bundle', 'push', `${registry.host}/b:1`, 'task.yaml'],
    ['bundle', 'list', `${registry.host}/b:1`],
    ['bundle', 'show', `${registry.host}/b:1`, 't'],
    ['render', '--help'],
  ];
  for (const args of done) await call(command, args);
  await expectNone();
});

test('commands whose addresses are wrong, forbidden or unreachable', { timeout: 300_000 }, async () => {
  const secret = canaries.make('an option of a command');
  for (const bad of badAddresses(secret).slice(1)) {
    const all = [
      ['publish', '--prefix', bad, '--allow-dirty', '--dry-run'],
      ['publish', '--prefix', `${registry.host}/p`, '--step-image', bad, '--allow-dirty', '--dry-run'],
      ['bundle', 'push', bad, 'task.yaml'],
      ['bundle', 'list', bad],
      ['bundle', 'show', bad, 't'],
      ['run', '-f', 'secret.yaml', '--dry-run', '--image-map', `a=${bad}`],
      ['run', '-f', 'bundle.yaml', '--dry-run', '--bundle-map', `quay.io/*=${bad}`],
      ['run', '-f', '.tekton/push.yaml', '--dry-run', '--pac-param', `repo_url=${bad}`],
    ];
    for (const args of all) await call(command, args);
  }
  await expectNone();
});

test('a repos image of a compose that asks who comes', { timeout: 120_000 }, async () => {
  const step = join(root, 'tasks/make-repos-image/build.ts');
  const IMAGE = `--IMAGE=${registry.host}/repos:1`;
  const common = [IMAGE, '--PLATFORMS[', 'linux/s390x', ']'];

  const good = await call(runner, [step, `--COMPOSE=${withLogin(compose, places.compose)}`, ...common]);
  const refused = await call(runner, [
    step,
    `--COMPOSE=${withLogin(compose, canaries.make('wrong password'))}`,
    ...common,
  ]);
  const led = await call(runner, [
    step,
    `--COMPOSE=${withLogin(`${compose}/redirect`, places.compose)}`,
    ...common,
  ]);
  await call(runner, [
    join(root, 'tasks/sanity-check/check.ts'),
    `--COMPOSE=${withLogin(compose, places.compose)}`,
    `--IMAGE_URL=${registry.host}/repos:1`,
    `--IMAGE_DIGEST=${digestIn(good)}`,
  ]);

  expect(good).toContain('result COMPOSE_URL=http://127.0.0.1');
  expect(refused).toContain('the server said 401');
  expect(led).toContain('error: ');
  await expectNone();
});

const reasons: Readonly<Record<string, string>> = {
  'buildah-bootc BUILD_ARGS': 'what the build is told is for the build, by whom it is told to buildah',
};

for (const { name, definition } of tasks) {
  const steps = Object.entries(definition.steps).filter(([, step]) => !('image' in step || 'action' in step));
  for (const [step] of steps) {
    test(`every param of ${name}/${step}`, { timeout: 300_000 }, async () => {
      const plausible: Readonly<Record<string, string>> = {
        IMAGE: `${registry.host}/x:1`,
        IMAGE_URL: `${registry.host}/x:1`,
        IMAGE_DIGEST: `sha256:${'0'.repeat(64)}`,
        REPOSITORY: `${registry.host}/y`,
        COMPOSE: compose,
        PLATFORM: 'linux/amd64',
      };
      for (const [param, schema] of Object.entries(definition.params ?? {})) {
        if (reasons[`${name} ${param}`] !== undefined) continue;
        const [bad = '', worse = ''] = badAddresses(canaries.make(`${param} of ${name}/${step}`));
        // Each costs a process: one form for a param, both of them for the addresses of a step.
        for (const value of /^(?:COMPOSE|IMAGE|IMAGE_URL|GPGKEY|REPOSITORY)$/.test(param)
          ? [bad, worse]
          : [worse]) {
          const given = Object.entries(plausible).filter(
            ([one]) => one !== param && one in (definition.params ?? {}),
          );
          const args = given.map(([one, text]) => `--${one}=${text}`);
          const form =
            wireType(schema) === 'array'
              ? [`--${param}[`, `x=${value}`, value, ']']
              : [`--${param}=${value}`];
          await call(runner, [
            join(root, 'tasks', name, `${step}.ts`),
            ...args,
            ...form,
            `--workspace.source=${scratch}/work`,
          ]);
        }
      }
      await expectNone();
    });
  }
}

let told = '';
const seen = new Set<string>();

async function watch(isGiven: (line: string) => boolean): Promise<void> {
  for (const line of await commandLines(isGiven)) if (canaries.find(line).length > 0) seen.add(line);
}

/** Gives all that it says. */
async function call(program: string, args: readonly string[]): Promise<string> {
  const child = spawn(
    program === runner ? process.execPath : program,
    program === runner ? [program, ...args] : args,
    {
      cwd: join(scratch, 'work'),
      env: { ...env, STEP_RESULTS: join(scratch, 'results', String(told.length)) },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const isGiven = (line: string) => line.includes(command) || line.includes(runner);
  const timer = setInterval(() => void watch(isGiven), 50);
  await new Promise((done) => child.once('close', done));
  clearInterval(timer);
  told += `${args.map((arg) => (canaries.find(arg).length > 0 ? '…' : arg)).join(' ')}\n${output}\n`;
  return output;
}

async function expectNone(): Promise<void> {
  const files = new Map<string, string>();
  for (const folder of ['home', 'results', 'work']) {
    for (const [path, text] of await readTree(join(scratch, folder))) {
      // What was given, as it was given.
      if (!given.has(basename(path)) && !path.includes('/.git/')) files.set(path, text);
    }
  }
  for (const [path, text] of await readTree(registry.storage)) files.set(path, text);
  const found = [
    ...told.split('\n').filter((line) => canaries.find(line).length > 0),
    ...[...files].flatMap(([path, text]) => canaries.find(text).map((place) => `${path}: ${place}`)),
    ...foreign.filter((request) => canaries.find(request).length > 0),
    ...(await readFile(argumentsLog, 'latin1')).split('\n').filter((line) => canaries.find(line).length > 0),
    ...seen,
  ];
  expect(found).toEqual([]);
}

const given = new Set(['git.yaml', 'http.yaml', 'secret.yaml', 'push.yaml', 'bundle.yaml', 'task.yaml']);

async function writeRuns(): Promise<void> {
  const work = join(scratch, 'work');
  await mkdir(join(work, '.tekton'), { recursive: true });
  const file = (name: string, text: string) => writeFile(join(work, name), text);
  const taskRun = (ref: string) =>
    `apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: {generateName: c-}\nspec: {taskRef: ${ref}}\n`;
  const param = (pairs: Record<string, string>) =>
    JSON.stringify(Object.entries(pairs).map(([name, value]) => ({ name, value })));
  const gitParams = param({
    url: withLogin(`${git}/repo/.git`, places.git),
    revision: 'main',
    pathInRepo: 'task.yaml',
  });
  await file('git.yaml', taskRun(`{resolver: git, params: ${gitParams}}`));
  await file(
    'http.yaml',
    taskRun(`{resolver: http, params: ${param({ url: withLogin(`${web}/t`, places.http) })}}`),
  );
  const bundle = param({ bundle: 'quay.io/a/b:1', name: 't', kind: 'task' });
  await file('bundle.yaml', taskRun(`{resolver: bundles, params: ${bundle}}`));
  await file('task.yaml', taskText);
  await file(
    '.tekton/push.yaml',
    `${taskRun('{name: t}').replace('generateName: c-', 'generateName: c-, annotations: {pipelinesascode.tekton.dev/task: ../task.yaml}')}  # {{ repo_url }}\n`.replace(
      '../task.yaml',
      'task.yaml',
    ),
  );
  const script = `#!/bin/sh\n[ "$S" ] && [ -s /w/password ] && echo ok; [ "$(params.fail)" = no ]`;
  await file(
    'secret.yaml',
    `apiVersion: v1
kind: Secret
metadata: {name: s}
stringData: {password: ${places.secret}}
---
apiVersion: tekton.dev/v1
kind: TaskRun
metadata: {generateName: c-}
spec:
  params: [{name: fail, value: "no"}, {name: where, value: ""}]
  workspaces: [{name: w, secret: {secretName: s}}]
  taskSpec:
    params: [{name: fail}, {name: where}]
    workspaces: [{name: w, mountPath: /w}]
    steps:
    - name: a
      image: any
      env: [{name: S, valueFrom: {secretKeyRef: {name: s, key: password}}}]
      script: ${JSON.stringify(script)}
`,
  );
  const inRepository = (...args: string[]) =>
    run('git', ['-C', work, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  await inRepository('init', '--quiet', '--initial-branch=main');
  await inRepository('remote', 'add', 'origin', withLogin('https://h.invalid/o/r', places.remote));
  await inRepository('commit', '--quiet', '--allow-empty', '-m', 'first');
}

const taskText = `apiVersion: tekton.dev/v1
kind: Task
metadata: {name: t}
spec: {steps: [{name: a, image: any, script: "true"}]}
`;

async function startServers(): Promise<void> {
  registry = await startRegistry({ htpasswd: tester.htpasswd });
  closers.push(() => registry.stop());
  foreignUrl = await serve((request, response) => {
    foreign.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    response.writeHead(404).end();
  });
  const directory = join(scratch, 'compose');
  await makeFixture({ directory, cache: join(root, '.cache'), architectures: ['s390x'] });
  const plain = await serveCompose(directory);
  closers.push(() => plain.close());
  compose = await serve((request, response) => {
    if (!isLogin(request.headers.authorization, places.compose)) return void response.writeHead(401).end();
    if (request.url?.startsWith('/redirect'))
      return void response.writeHead(302, { location: foreignUrl }).end();
    void fetch(plain.url + request.url).then(async (answer) =>
      response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer())),
    );
  });
  web = await serve((request, response) => {
    if (!isLogin(request.headers.authorization, places.http)) return void response.writeHead(401).end();
    response.end(taskText);
  });
  const repository = join(scratch, 'git/repo');
  await mkdir(repository, { recursive: true });
  await writeFile(join(repository, 'task.yaml'), taskText);
  const inRepository = (...args: string[]) =>
    run('git', ['-C', repository, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  await inRepository('init', '--quiet', '--initial-branch=main');
  await inRepository('add', '.');
  await inRepository('commit', '--quiet', '-m', 'first');
  const server = await serveGit(join(scratch, 'git'), login(places.git));
  closers.push(() => server.close());
  git = server.url;
}

function isLogin(header: string | undefined, secret: string): boolean {
  return header === `Basic ${Buffer.from(login(secret)).toString('base64')}`;
}

async function serve(listener: (...args: Parameters<RequestListener>) => void): Promise<string> {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  closers.push(
    () => server.closeAllConnections(),
    () => server.close(),
  );
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function digestIn(output: string): string {
  return /result IMAGE_DIGEST=(\S+)/.exec(output)?.[1] ?? '';
}
