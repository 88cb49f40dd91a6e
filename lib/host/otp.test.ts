import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createPlainServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { explain } from '#lib/errors';
import { createCertificate } from '#test/registries/certificate';
import { exchangeOtp, OtpError } from './index.ts';

// A stand-in for the controller's server, as cmd/otp answers: a password that it does not know is a 400.
const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----';
const keys = new Map<string, string>();
let answer: ((password: string) => { status: number; text: string }) | undefined;
const asked: string[] = [];
let directory: string;
let server: Server;
let url: string;
let ca: string;
let other: string;

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let body = '';
  for await (const chunk of request) body += String(chunk);
  asked.push(`${request.method} ${request.url} ${body}`);
  const known = keys.get(body);
  keys.delete(body);
  const { status, text } =
    answer?.(body) ?? (known === undefined ? { status: 400, text: '' } : { status: 200, text: known });
  response.writeHead(status).end(text);
}

beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), 'otp-'));
  const certificate = await createCertificate(directory);
  ca = certificate.pem;
  other = (await createCertificate(directory, 'other')).pem;
  server = createServer(
    { key: readFileSync(certificate.key), cert: certificate.pem },
    (request, response) => void respond(request, response),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `https://127.0.0.1:${(server.address() as AddressInfo).port}/otp`;
});
afterAll(() => {
  server.close();
  rmSync(directory, { recursive: true });
});

function exchange(password = 'only-once\n', options: { server?: string; ca?: string } = {}) {
  asked.length = 0;
  answer = undefined;
  const otp = join(directory, 'otp');
  writeFileSync(otp, password);
  return exchangeOtp({ otp, server: url, ca, ...options });
}

async function failure(promise: Promise<string>): Promise<string> {
  const error: unknown = await promise.then(
    () => 'no error',
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(OtpError);
  const told = explain(error);
  expect(told).not.toContain('only-once');
  expect(told).toContain('a retry of the TaskRun cannot work');
  return told;
}

test('the password gives the key, once', async () => {
  keys.set('only-once', KEY);

  expect(await exchange()).toBe(KEY);
  expect(asked).toEqual(['POST /otp only-once']);
  expect(await failure(exchange())).toContain('it said 400: the password is refused or used up');
  expect(asked).toHaveLength(1);
});

test('it goes to nobody but the server that the authority of the secret vouches for', async () => {
  keys.set('only-once', KEY);
  expect(await failure(exchange('only-once', { ca: other }))).toMatch(/self-signed certificate/);
  expect(asked).toEqual([]);

  const plain = createPlainServer((_, response) => response.end(KEY));
  await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
  const { port } = plain.address() as AddressInfo;
  for (const address of [`http://127.0.0.1:${port}/`, 'file:///etc/passwd', '', 'https://a:b@127.0.0.1/'])
    expect(await failure(exchange('only-once', { server: address }))).toContain('it is no https address');
  expect(await failure(exchange('only-once', { server: `https://127.0.0.1:${port}/` }))).toMatch(
    /SSL|EPROTO|wrong version/,
  );
  plain.close();
});

test.for<[string, { status: number; text: string }, string]>([
  ['an error', { status: 500, text: 'only-once' }, 'it said 500'],
  ['elsewhere', { status: 302, text: '' }, 'it said 302'],
  ['no key', { status: 200, text: 'hello' }, 'its answer is no private key'],
  ['nothing', { status: 200, text: '' }, 'its answer is no private key'],
  ['too much', { status: 200, text: 'x'.repeat(100_000) }, 'its answer has more than 65536 bytes'],
])('a server that says %s', async ([, said, message]) => {
  const exchanged = exchange();
  answer = () => said;

  expect(await failure(exchanged)).toContain(message);
});

test('no server, and no password', async () => {
  expect(await failure(exchange('only-once', { server: 'https://127.0.0.1:1/' }))).toContain('ECONNREFUSED');
  const nothing = exchangeOtp({ otp: join(directory, 'nothing'), server: url, ca });
  expect(await failure(nothing)).toContain('the password cannot be read');
});

test('an abort is no failure of the server', async () => {
  const signal = AbortSignal.abort(new Error('enough'));
  const otp = join(directory, 'otp');
  await expect(exchangeOtp({ otp, server: url, ca, signal })).rejects.toThrow('enough');
});
