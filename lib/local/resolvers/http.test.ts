import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import type { Param } from '../model/api.ts';
import { httpResolver } from './http.ts';

test('takes what a server gives', async () => {
  const url = await serve(200, JSON.stringify(task('hello')));

  expect((await resolve({ url })).object).toEqual(task('hello'));
});

test.for<[name: string, status: number, body: string, message: string]>([
  ['an error', 404, 'no', 'is not found or returned 404'],
  ['no YAML', 200, '{', 'is not YAML'],
  ['a key that is there twice', 200, 'kind: Task\nkind: Task\napiversion: tekton.dev/v1\n', 'is not YAML'],
  ['nothing', 200, '', 'holds no object'],
  ['too much', 200, `# ${'x'.repeat(5_000_000)}`, 'has more than 4194304 bytes'],
])('refuses %s', async ([, status, body, message]) => {
  const url = await serve(status, body);

  await expect(resolve({ url })).rejects.toThrow(message);
});

test('sends the password of a Secret, and says which one is not there', async () => {
  const url = await serve(200, JSON.stringify(task('hello')), 'me:hidden');
  const secret = { stringData: { password: 'hidden', other: 'wrong' } };
  const from = httpResolver(new Map([['login', secret]]));
  const params = { url, 'http-username': 'me', 'http-password-secret': 'login' };

  expect((await resolve(params, from)).object).toEqual(task('hello'));
  await expect(resolve({ url }, from)).rejects.toThrow('returned 401');
  await expect(resolve({ ...params, 'http-password-secret-key': 'other' }, from)).rejects.toThrow(
    'returned 401',
  );
  await expect(resolve({ ...params, 'http-password-secret': 'none' }, from)).rejects.toThrow(
    'secret "none" not found',
  );
  await expect(resolve({ url, 'http-username': 'me' }, from)).rejects.toThrow('go together');
});

test('credentials of an address get there, and no further', async () => {
  const url = await serve(200, JSON.stringify(task('hello')), 'user:SECRET');
  const elsewhere = await redirectTo(url);

  const { object, source } = await resolve({ url: url.replace('//', '//user:SECRET@') });

  expect(object).toEqual(task('hello'));
  expect(source?.uri).toBe(url);
  // Another origin, followed as on a cluster, and without them.
  await expect(resolve({ url: elsewhere.replace('//', '//user:SECRET@') })).rejects.toThrow(
    /^(?!.*SECRET).*returned 401/,
  );
  await expect(resolve({ url: 'http://u:a/SECRET@h/' })).rejects.toThrow(/^(?!.*SECRET)/);
});

test.for(['file:///etc/passwd', 'hello'])('refuses %s', async (url) => {
  await expect(resolve({ url })).rejects.toThrow('is not a valid http(s) url');
});

function task(name: string) {
  return {
    apiVersion: 'tekton.dev/v1',
    kind: 'Task',
    metadata: { name },
    spec: { steps: [{ name: 'a', image: 'x' }] },
  };
}

async function redirectTo(location: string): Promise<string> {
  const server = createServer((_, response) => response.writeHead(302, { location }).end());
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}

async function serve(status: number, body: string, login?: string): Promise<string> {
  const wanted = login === undefined ? undefined : `Basic ${Buffer.from(login).toString('base64')}`;
  const server = createServer(({ headers }, response) =>
    response.writeHead(headers.authorization === wanted ? status : 401).end(body),
  );
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/task.yaml`;
}

async function resolve(params: Record<string, string>, from = httpResolver()) {
  const list: Param[] = Object.entries(params).map(([key, value]) => ({ name: key, value }));
  return from('task', list, new AbortController().signal);
}
