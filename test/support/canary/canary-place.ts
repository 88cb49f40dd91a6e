import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { tester } from '../registries/registry.ts';
import { bundleInto, ownSteps } from '../step-image.ts';
import { type Canaries, commandLines, createCanaries, readTree, USER, watchPrograms } from './canaries.ts';
import { taskText, writeCanaryFiles } from './canary-files.ts';
import { type CanaryServers, startCanaryServers } from './canary-servers.ts';
import type { Call } from './run-many.ts';

const root = resolve(import.meta.dirname, '../../..');
const command = join(root, 'bin/bootc-catalog');
/** What the launcher becomes. */
const started = join(root, 'bin/start.mjs');
const many = join(root, 'test/support/canary/run-many.ts');

/** Secrets stand wherever one may come in; whatever is called here, none may come out. */
export interface CanaryPlace extends AsyncDisposable {
  /** Where calls are made. */
  readonly work: string;
  readonly canaries: Canaries;
  readonly servers: CanaryServers;
  /** URLs that say who asks. */
  readonly with: Readonly<Record<'compose' | 'git' | 'web' | 'source' | 'builder', string>>;
  /** The command as its user calls it; gives all that it said. */
  command(args: readonly string[], options?: CallOptions): Promise<string>;
  /** A step as it is in the step image, by `<task>/<step>`. */
  step(name: string, args: readonly string[], options?: CallOptions): Promise<string>;
  /** Calls whose end is all that matters, in one process. */
  all(calls: readonly Omit<Call, 'results'>[]): Promise<void>;
  /** Where a secret is that it must not be: in what was said, written, pushed, asked of others, or told a child. */
  found(): Promise<readonly string[]>;
}

interface CallOptions {
  /** Sends SIGTERM as soon as this says so; once, as the kubelet does. */
  readonly endWhen?: (said: string) => boolean;
  /** A program that calls it, and its arguments. */
  readonly inside?: readonly string[];
}

export async function openCanaryPlace(): Promise<CanaryPlace> {
  const scratch = await mkdtemp(join(tmpdir(), 'canary-'));
  const work = join(scratch, 'work');
  const canaries = createCanaries();
  const secrets = {
    compose: canaries.make('userinfo of a compose'),
    git: canaries.make('userinfo of a git repository'),
    web: canaries.make('userinfo of a web server'),
  };
  const servers = await startCanaryServers(scratch, secrets, taskText);
  const withLogin = (url: string, secret: string) => url.replace('//', `//${USER}:${secret}@`);
  const urls = {
    compose: withLogin(servers.compose, secrets.compose),
    git: withLogin(`${servers.git}/repo/.git`, secrets.git),
    web: withLogin(`${servers.web}/t`, secrets.web),
    source: withLogin('https://h.invalid/r', canaries.make('--source')),
    builder: withLogin('https://h.invalid/ci', canaries.make('--builder')),
  };
  const given = await writeCanaryFiles(work, {
    gitUrl: urls.git,
    webUrl: urls.web,
    secret: canaries.make('Secret of a run'),
    remote: withLogin('https://h.invalid/o/r', canaries.make('remote of a clone')),
  });
  const argumentsLog = await watchPrograms(join(scratch, 'programs'), ['git', 'buildah', 'skopeo', 'podman']);
  const env = await environment(scratch, servers.registry.host, canaries);

  let told = '';
  let calls = 0;
  const seen = new Set<string>();
  const steps = join(scratch, 'steps');
  let bundled: Promise<void> | undefined;
  const isGiven = (line: string) => [command, started, steps].some((one) => line.includes(one));
  const call = async (argv: readonly string[], { endWhen }: CallOptions = {}, input?: string) => {
    const [program = '', ...args] = argv;
    const results = join(scratch, 'results', String(calls++));
    const child = spawn(program, args, { cwd: work, env: { ...env, STEP_RESULTS: results } });
    child.stdin.end(input);
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
    let isOver = false;
    let isTold = false;
    const closed = once(child, 'close').then(() => (isOver = true));
    while (!isOver) {
      for (const line of commandLines(isGiven)) if (canaries.find(line).length > 0) seen.add(line);
      if (!isTold && endWhen?.(said)) isTold = child.kill('SIGTERM');
      await Promise.race([closed, sleep(50)]);
    }
    told += `${said}\n`;
    return { said, code: child.exitCode };
  };
  const node = process.execPath;
  return {
    work,
    canaries,
    servers,
    with: urls,
    command: async (args, options = {}) => (await call([command, ...args], options)).said,
    async step(name, args, options = {}) {
      bundled ??= bundleInto(steps, ownSteps);
      await bundled;
      return (await call([...(options.inside ?? []), node, join(steps, name), ...args], options)).said;
    },
    all: async (list) => {
      const whole = list.map((one, index) => ({
        ...one,
        results: join(scratch, 'results', `many-${calls}-${index}`),
      }));
      const { said, code } = await call([node, many], {}, JSON.stringify(whole));
      if (code !== 0) throw new Error(`not all calls were done: ${said.slice(-500)}`);
    },
    async found() {
      const files = new Map<string, string>();
      for (const folder of ['home', 'results', 'work']) {
        for (const [path, text] of await readTree(join(scratch, folder))) {
          // What was given, as it was given.
          if (!given.has(basename(path)) && !path.includes('/.git/')) files.set(path, text);
        }
      }
      for (const [path, text] of await readTree(servers.registry.storage)) files.set(path, text);
      const lines = [told, await readFile(argumentsLog, 'latin1')].flatMap((text) => text.split('\n'));
      return [
        ...[...lines, ...servers.foreign, ...seen].filter((line) => canaries.find(line).length > 0),
        ...[...files].flatMap(([path, text]) => canaries.find(text).map((place) => `${path}: ${place}`)),
      ];
    },
    async [Symbol.asyncDispose]() {
      await servers[Symbol.asyncDispose]();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}

async function environment(
  scratch: string,
  registry: string,
  canaries: Canaries,
): Promise<NodeJS.ProcessEnv> {
  const entry = (username: string, password: string) => ({
    auth: Buffer.from(`${username}:${password}`).toString('base64'),
  });
  const auths = {
    [registry]: entry(tester.username, tester.password),
    'other.invalid': entry(USER, canaries.make('auth.json, of another registry')),
  };
  await mkdir(join(scratch, 'given'));
  await mkdir(join(scratch, 'home'));
  await writeFile(join(scratch, 'given/auth.json'), JSON.stringify({ auths }));
  const proxy = `http://${USER}:${canaries.make('password of a proxy')}@127.0.0.1:9`;
  return {
    ...process.env,
    PATH: `${join(scratch, 'programs')}:${process.env.PATH}`,
    HOME: join(scratch, 'home'),
    XDG_CACHE_HOME: join(scratch, 'home/cache'),
    XDG_STATE_HOME: join(scratch, 'home/state'),
    REGISTRY_AUTH_FILE: join(scratch, 'given/auth.json'),
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    NO_PROXY: '',
    CANARY: canaries.make('environment'),
  };
}

/** Addresses with a secret, in the forms that are read, misread or refused. */
export function badAddresses(secret: string): readonly [string, string, string, string] {
  const login = `${USER}:${secret}`;
  return [
    `https://${login}@nowhere.invalid/x`,
    `https://u:a/${secret}@nowhere.invalid/x`,
    `https://${secret}@127.0.0.1:9/x`,
    `${login}@nowhere.invalid/x:1`,
  ];
}
