import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer, request } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { runStepWith } from '#test/context';
import { createCertificate } from '#test/registries/certificate';
import { makeGitRepository } from '#test/servers/git-repository';
import { type GitServer, serveGit } from '#test/servers/git-server';
import { hasSshServer, type SshServer, startSshServer } from '#test/servers/ssh-server';
import clone from './clone.ts';

const SECRET = 's3:cr@t/+% \'"';
let scratch: string;
let server: GitServer;
let work: string;
let lines: string[];

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'access-'));
  server = await serveGit(scratch, `me:${SECRET}`);
  const library = await makeGitRepository(join(scratch, 'library'));
  await library.commit({ file: 'library' });
  const upstream = await makeGitRepository(join(scratch, 'upstream'));
  await upstream.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', '../library', 'deps');
  await upstream.commit({ file: 'content' });
});
afterAll(() => {
  server.close();
  rmSync(scratch, { recursive: true });
});
beforeEach(() => {
  work = mkdtempSync(join(scratch, 'work-'));
  lines = [];
  // git writes the arguments of all that it starts, and what it asks helpers for stays with them.
  vi.stubEnv('GIT_TRACE', join(work, 'trace'));
  vi.stubEnv('TMPDIR', mkdirAt('tmp'));
});
afterEach(() => {
  vi.unstubAllEnvs();
});

async function cloneFrom(url: string, workspaces: Readonly<Record<string, string>>, params = {}) {
  const source = join(work, 'source');
  const values = { url, ociStorage: 'r.example/a', logLevel: 'debug', ...params };
  return runStepWith(clone, values, { workspaces: { source, ...workspaces }, lines });
}

function mkdirAt(name: string, files: Readonly<Record<string, string>> = {}): string {
  const path = join(work, name);
  mkdirSync(path, { recursive: true });
  for (const [file, content] of Object.entries(files)) writeFileSync(join(path, file), content);
  return path;
}

/** One text of all that the step left, wrote and started. */
function traces(): string {
  const source = join(work, 'source');
  const files = readdirSync(source, { recursive: true, encoding: 'utf8' })
    .map((name) => join(source, name))
    .filter((path) => statSync(path).isFile());
  return (
    [...files, join(work, 'trace')].map((path) => readFileSync(path, 'latin1')).join('\n') + lines.join('\n')
  );
}

const forms = [SECRET, encodeURIComponent(SECRET), Buffer.from(`me:${SECRET}`).toString('base64')];

const inAddress = () => server.url.replace('//', `//me:${encodeURIComponent(SECRET)}@`);
test.for<[how: string, url: () => string, workspaces: () => Readonly<Record<string, string>>]>([
  ['in the address', inAddress, () => ({})],
  [
    'as username and password',
    () => server.url,
    () => ({ 'basic-auth': mkdirAt('auth', { username: 'me', password: `${SECRET}\n` }) }),
  ],
  [
    'as .gitconfig and .git-credentials',
    () => server.url,
    () => ({
      'basic-auth': mkdirAt('auth', {
        '.gitconfig': `[credential "${server.url}"]\n\thelper=store\n`,
        '.git-credentials': `${inAddress()}/upstream\n`,
      }),
    }),
  ],
])('a password %s reaches the server, submodules too, and nothing else', async ([, url, workspaces]) => {
  const results = await cloneFrom(`${url()}/upstream`, workspaces());

  expect(readFileSync(join(work, 'source/deps/file'), 'utf8')).toBe('library');
  const all = traces();
  expect(all).toContain('git-remote-http');
  expect(forms.filter((form) => all.includes(form))).toEqual([]);
  expect(results.url).toBe(`${server.url}/upstream`);
  expect(JSON.stringify(results)).not.toContain('me:');
  expect(readdirSync(join(work, 'tmp'))).toEqual([]);
});

test('the address outweighs the workspace', async () => {
  const wrong = mkdirAt('auth', { username: 'me', password: 'wrong' });

  await cloneFrom(`${inAddress()}/upstream`, { 'basic-auth': wrong });
});

test('the password of one host goes to no other', async () => {
  const other = await serveGit(scratch);
  const auth = mkdirAt('auth', { username: 'me', password: SECRET });

  await cloneFrom(
    `${server.url}/upstream`,
    { 'basic-auth': auth },
    {
      mergeTargetBranch: 'true',
      mergeSourceRepoUrl: `${other.url}/upstream`,
    },
  );

  other.close();
  expect(other.logins.length).toBeGreaterThan(0);
  expect(other.logins.filter((login) => login !== undefined)).toEqual([]);
});

test.for([
  ['no password', undefined],
  ['a wrong one', { username: 'me', password: 'wr0ng' }],
] as const)('%s: says what to bind, and asks nobody', async ([, files]) => {
  const workspaces: Record<string, string> = files ? { 'basic-auth': mkdirAt('auth', files) } : {};

  const failure = cloneFrom(`${server.url}/upstream`, workspaces);

  await expect(failure).rejects.toThrow(
    expect.objectContaining({ hint: expect.stringContaining('basic-auth') }),
  );
  expect(lines.join('\n')).not.toContain('wr0ng');
});

test('a workspace in neither form is refused', async () => {
  const auth = mkdirAt('auth', { token: 'x' });

  await expect(cloneFrom(`${server.url}/upstream`, { 'basic-auth': auth })).rejects.toThrow(
    'basic-auth has neither .gitconfig and .git-credentials nor username and password',
  );
});

test('https takes the authorities of the ConfigMap, or none where nobody asks', async () => {
  const { certificate, key, pem } = await createCertificate(scratch);
  const tls = createServer(
    { cert: readFileSync(certificate), key: readFileSync(key) },
    (incoming, outgoing) => {
      const { method = 'GET', headers } = incoming;
      const inner = request(`${server.url}${incoming.url}`, { method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(inner);
    },
  );
  await new Promise<void>((resolve) => tls.listen(0, '127.0.0.1', resolve));
  const url = `https://127.0.0.1:${(tls.address() as AddressInfo).port}/upstream`;
  const auth = { 'basic-auth': mkdirAt('auth', { username: 'me', password: SECRET }) };
  try {
    await expect(cloneFrom(url, auth)).rejects.toThrow(
      expect.objectContaining({ hint: expect.stringContaining('caTrustConfigMapName') }),
    );
    await cloneFrom(url, auth, { sslVerify: 'false' });
    vi.stubEnv('TRUSTED_CA', mkdirAt('ca', { 'ca-bundle.crt': pem }));
    await cloneFrom(url, auth);
  } finally {
    tls.close();
    tls.closeAllConnections();
  }
});

test('a server that fails once is asked again', async () => {
  const open = await serveGit(scratch);
  let asked = 0;
  const flaky = createHttpServer((incoming, outgoing) => {
    asked += 1;
    if (asked === 1) return outgoing.writeHead(503).end();
    const { method = 'GET', headers } = incoming;
    const inner = request(`${open.url}${incoming.url}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers);
      answer.pipe(outgoing);
    });
    return incoming.pipe(inner);
  });
  await new Promise<void>((resolve) => flaky.listen(0, '127.0.0.1', resolve));
  try {
    await cloneFrom(`http://127.0.0.1:${(flaky.address() as AddressInfo).port}/upstream`, {});
  } finally {
    open.close();
    flaky.close();
    flaky.closeAllConnections();
  }

  expect(lines).toContain('the server did not answer as it should: try 2 of 5');
});

// openssh-server comes with scripts/setup.
test.skipIf(!hasSshServer)('ssh takes the keys and the hosts of its workspace', async () => {
  const sshd: SshServer = await startSshServer(mkdirAt('sshd'));
  const key = readFileSync(sshd.key, 'utf8');
  const url = `ssh://${sshd.user}@127.0.0.1:${sshd.port}${scratch}/upstream`;
  try {
    // An editor of Secrets may drop the last newline.
    const whole = { id_ed25519: key.trimEnd(), 'id_ed25519.pub': 'x', known_hosts: sshd.knownHost };
    const { commit } = await cloneFrom(url, { 'ssh-directory': mkdirAt('ssh', whole) });
    expect(commit).toMatch(/^[0-9a-f]{40}$/);
    expect(readFileSync(join(work, 'source/deps/file'), 'utf8')).toBe('library');
    expect(traces()).not.toContain('PRIVATE KEY');
    expect(readdirSync(join(work, 'tmp'))).toEqual([]);

    const config = `Host forge\n  HostName 127.0.0.1\n  Port ${sshd.port}\n  User ${sshd.user}\n  IdentityFile ~/.ssh/deploy\n`;
    const named = { config, deploy: key, known_hosts: sshd.knownHost };
    await cloneFrom(`forge:${scratch}/upstream`, { 'ssh-directory': mkdirAt('named', named) });

    await expect(
      cloneFrom(url, { 'ssh-directory': mkdirAt('unknown', { id_ed25519: key }) }),
    ).rejects.toThrow(expect.objectContaining({ hint: expect.stringContaining('known_hosts') }));
    await expect(
      cloneFrom(url, { 'ssh-directory': mkdirAt('keyless', { known_hosts: sshd.knownHost }) }),
    ).rejects.toThrow(expect.objectContaining({ hint: expect.stringContaining('ssh-directory') }));
  } finally {
    await sshd.stop();
  }
});

test('a file of the workspace ssh-directory whose name would be more than a name is refused', async () => {
  const ssh = mkdirAt('ssh', { 'id_x" -oProxyCommand=id': 'x' });

  await expect(cloneFrom(`${server.url}/upstream`, { 'ssh-directory': ssh })).rejects.toThrow(
    'of a strange name',
  );
});
