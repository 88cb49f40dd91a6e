import { mkdir, writeFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';
import { makeFixture, serveCompose } from '#lib/compose-fixture';
import { run } from '#lib/process';
import { type Registry, startRegistry, tester } from '../registries/registry.ts';
import { serveGit } from '../servers/git-server.ts';
import { USER } from './canaries.ts';

const root = resolve(import.meta.dirname, '../../..');

/** What a server wants to be told before it answers. */
export type ServerSecrets = Readonly<Record<'compose' | 'git' | 'web', string>>;

export interface CanaryServers extends AsyncDisposable {
  readonly registry: Registry;
  /** URLs. */
  readonly compose: string;
  readonly git: string;
  readonly web: string;
  /** Takes every request, and answers none; `host:port`. */
  readonly silent: string;
  /** How many came to the silent one. */
  readonly waiting: () => number;
  /** Requests at a host that no secret belongs to. */
  readonly foreign: readonly string[];
}

/** A registry, a compose, a git repository and a web server that ask who comes, and two that nobody should tell. */
export async function startCanaryServers(
  scratch: string,
  secrets: ServerSecrets,
  taskText: string,
): Promise<CanaryServers> {
  await using stack = new AsyncDisposableStack();
  const registry = stack.use(await startRegistry({ htpasswd: tester.htpasswd }));
  const serve = async (listener: (...args: Parameters<RequestListener>) => void) => {
    const { url, close } = await listen(listener);
    stack.defer(close);
    return url;
  };
  const foreign: string[] = [];
  const foreignUrl = await serve((request, response) => {
    foreign.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
    response.writeHead(404).end();
  });
  let waiting = 0;
  const silent = await serve(() => waiting++);
  const directory = join(scratch, 'compose');
  await makeFixture({ directory, cache: join(root, '.cache'), architectures: ['s390x'] });
  const plain = await serveCompose(directory);
  stack.defer(() => plain.close());
  const compose = await serve((request, response) => {
    if (!isLogin(request, secrets.compose)) return void response.writeHead(401).end();
    if (request.url?.startsWith('/redirect'))
      return void response.writeHead(302, { location: foreignUrl }).end();
    void fetch(plain.url + request.url).then(async (answer) =>
      response.writeHead(answer.status).end(Buffer.from(await answer.arrayBuffer())),
    );
  });
  const web = await serve((request, response) => {
    if (!isLogin(request, secrets.web)) return void response.writeHead(401).end();
    response.end(taskText);
  });
  await writeRepository(join(scratch, 'git/repo'), taskText);
  const server = await serveGit(join(scratch, 'git'), `${USER}:${secrets.git}`);
  stack.defer(() => server.close());
  const started = stack.move();
  return {
    registry,
    compose,
    git: server.url,
    web,
    silent: new URL(silent).host,
    waiting: () => waiting,
    foreign,
    [Symbol.asyncDispose]: () => started.disposeAsync(),
  };
}

async function writeRepository(folder: string, taskText: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'task.yaml'), taskText);
  const git = (...args: string[]) =>
    run('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '.');
  await git('commit', '--quiet', '-m', 'first');
}

function isLogin({ headers }: IncomingMessage, secret: string): boolean {
  return headers.authorization === `Basic ${Buffer.from(`${USER}:${secret}`).toString('base64')}`;
}

async function listen(listener: (...args: Parameters<RequestListener>) => void) {
  const server = createServer(listener);
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
