import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { run } from '#lib/process';
import type { LockedFile, RpmLock } from '#lib/rpm-lock';
import { type LockedCompose, lockedCompose, writeLock } from '#test/locked-compose';
import { type Fault, type FaultProxy, startFaultProxy } from '#test/registries/fault-proxy';
import { parsePrefetchInput } from '../input.ts';
import { parseNetrc } from '../netrc.ts';
import { type PrefetchOptions, prefetchRpms } from './prefetch-rpms.ts';

let scratch: string;
let compose: LockedCompose;
let proxy: FaultProxy;
let work: string;
beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'prefetch-'));
  compose = await lockedCompose(join(scratch, 'compose'), ['x86_64', 's390x']);
  proxy = await startFaultProxy(new URL(compose.url).host);
}, 300_000);
afterAll(async () => {
  await proxy?.stop();
  await compose?.[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true });
});
beforeEach(() => {
  work = mkdtempSync(join(scratch, 'work-'));
});
afterEach(() => {
  proxy.fault = () => undefined;
  rmSync(work, { recursive: true });
});

test('is there as hermeto leaves it, and dnf finds every package', async () => {
  const target = await prefetch(compose.lock());

  expect(readdirSync(target).sort()).toEqual(['cachi2.env', 'output', 'prefetch-env.json', 'prefetch.env']);
  const text = (path: string) => readFileSync(join(target, path), 'utf8');
  expect([text('cachi2.env'), text('prefetch.env'), text('prefetch-env.json')]).toEqual(['\n', '\n', '[]\n']);
  expect(JSON.parse(text('output/.build-config.json'))).toEqual({
    environment_variables: [],
    project_files: [],
  });
  expect(text('output/deps/rpm/x86_64/repos.d/hermeto.repo')).toBe(
    '[fedora]\nbaseurl = file:///cachi2/output/deps/rpm/x86_64/fedora\ngpgcheck = 1\n\n',
  );
  for (const { arch, packages } of compose.lock().arches) {
    const found = await packagesOf(target, arch);
    expect(found).toEqual(packages.map(({ url }) => url.replace(/^.*\//, '').replace(/\.rpm$/, '')).sort());
  }
});

test('two runs are equal in names, bytes and times, also without ids of repositories', async () => {
  const lock = compose.lock((file) => ({ ...file, repoid: undefined }));

  const first = await prefetch(lock, { target: join(work, 'a') });
  // A tree with the time of its run would differ by now.
  await new Promise((resolve) => setTimeout(resolve, 1_100));
  const second = await prefetch(lock, { target: join(work, 'b') });

  expect(listing(second)).toEqual(listing(first));
  await run('diff', ['-r', first, second]);
  const [id = ''] = readdirSync(join(first, 'output/deps/rpm/s390x'));
  expect(id).toMatch(/^hermeto-[0-9a-f]{6}$/);
  expect(readFileSync(join(first, 'output/deps/rpm/s390x/repos.d/hermeto.repo'), 'utf8')).toBe(
    `[${id}]\nbaseurl = file:///cachi2/output/deps/rpm/s390x/${id}\nname = Packages unaffiliated with an official repository\ngpgcheck = 1\n\n`,
  );
});

test('only the architectures that are asked for are fetched', async () => {
  const target = await prefetch(compose.lock(), {}, { binary: { arch: 's390x' } });

  expect(readdirSync(join(target, 'output/deps/rpm'))).toEqual(['s390x']);
});

test('one that the lock lacks is told before the first download', async () => {
  const asked = proxy.seen.length;

  await expect(prefetch(viaProxy(), {}, { binary: { arch: 's390x,aarch64,riscv64' } })).rejects.toThrow(
    /has no packages for aarch64; it has x86_64, s390x\n.*for riscv64/,
  );
  expect(proxy.seen.length).toBe(asked);
});

test('what is not there, is another file, or breaks off for good is told at once, and nothing is kept', async () => {
  const [a = '', b = '', c = '', d = ''] = names();
  proxy.fault = ({ path }) => {
    if (path.endsWith(a)) return { kind: 'answer', status: 404 };
    if (path.endsWith(b)) return { kind: 'corrupt', at: 700 };
    return path.endsWith(c) ? { kind: 'answer', status: 403 } : undefined;
  };
  const lock = viaProxy((file) => (file.url.endsWith(d) ? { ...file, size: 1 } : file));

  const failure = await prefetch(lock).then(
    () => '',
    (error: Error) => error.message,
  );

  expect(
    failure
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/http\S+\//, '')),
  ).toEqual([
    `  cannot read ${a}: the server said 404`,
    expect.stringMatching(/has the digest sha256:[0-9a-f]{64}, not sha256:/),
    expect.stringContaining('the server said 403'),
    expect.stringMatching(/has \d+ bytes, not 1$/),
  ]);
  expect(failure).toMatch(/^cannot fetch 4 of \d+ files:/);
  expect(readdirSync(work)).toEqual(['source']);
});

test.for<Fault>([
  { kind: 'reset-response', after: 2000 },
  { kind: 'truncate', after: 2000 },
  { kind: 'answer', status: 503 },
  { kind: 'reset-request', after: 0 },
])('a fault that passes is got over: %j', async (fault) => {
  const failed = new Set<string>();
  proxy.fault = ({ path }) => {
    if (failed.has(path)) return undefined;
    failed.add(path);
    return fault;
  };

  const target = await prefetch(viaProxy());

  expect(await packagesOf(target, 's390x')).toHaveLength(names('s390x').length);
  expect(failed.size).toBe(names('s390x').length + names().length);
});

test('a host that drips is told, for all files, in time', async () => {
  proxy.fault = () => ({ kind: 'drip', every: 20 });

  await expect(prefetch(viaProxy(), { idleTimeout: 300 })).rejects.toThrow(
    /next to nothing came for 0\.3 s[\s\S]*failed \d+ files in a row, and was asked no more/,
  );
});

test('a package without a checksum is refused in strict before the first download, and told in permissive', async () => {
  const lock = viaProxy((file) => ({ ...file, checksum: undefined }));
  const asked = proxy.seen.length;
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (line: string) => warnings.push(line) };

  await expect(prefetch(lock)).rejects.toThrow(`${names()[0]} has no checksum`);
  expect(proxy.seen.length).toBe(asked);

  const target = await prefetch(lock, { mode: 'permissive', log });
  expect(warnings).toHaveLength(names().length + names('s390x').length);
  expect(readFileSync(join(target, 'output/bom.json'), 'utf8')).toContain('hermeto:missing_hash:in_file');
});

test('what has the right digest and is no package is told as that', async () => {
  const page = join(scratch, 'compose', 'page.rpm');
  writeFileSync(page, '<html>'.padEnd(500));
  const url = `${compose.url}/page.rpm`;
  const lock = compose.lock((file, arch) => (arch === 's390x' ? undefined : file));
  const [first] = lock.arches;
  const wrong = { ...lock, arches: [{ ...first, packages: [{ url, repoid: 'x' }] }] } as RpmLock;

  await expect(prefetch(wrong, { mode: 'permissive' })).rejects.toThrow(
    'page.rpm: the file is no RPM package',
  );
});

test('what was there stays where the new one fails, and goes where it does not', async () => {
  const target = await prefetch(compose.lock());
  const { ino } = statSync(target);
  proxy.fault = () => ({ kind: 'answer', status: 404 });

  await expect(prefetch(viaProxy())).rejects.toThrow('cannot fetch');
  expect(statSync(target).ino).toBe(ino);

  await prefetch(compose.lock(() => undefined));
  expect(existsSync(join(target, 'output/deps/rpm/x86_64'))).toBe(false);
});

test('a netrc and the address say who asks, and neither is told', async () => {
  const seen = new Set<string | undefined>();
  proxy.fault = ({ headers }) => {
    seen.add(headers.authorization);
    return headers.authorization === undefined ? { kind: 'answer', status: 401 } : undefined;
  };
  const lock = viaProxy((file, arch) => ({
    ...file,
    repoid: undefined,
    url: arch === 's390x' ? file.url.replace('://', '://me:SECRET1@') : file.url,
  }));
  const lines: string[] = [];
  const log = { info: (line: string) => lines.push(line), warn: (line: string) => lines.push(line) };
  const netrc = parseNetrc('machine 127.0.0.1 login you password SECRET2');

  const target = await prefetch(lock, { netrc, log });

  const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;
  expect(seen).toEqual(new Set([basic('me:SECRET1'), basic('you:SECRET2')]));
  expect([...lines, readFileSync(join(target, 'output/bom.json'), 'utf8')].join('\n')).not.toContain(
    'SECRET',
  );
});

test('options of dnf stand in the section of their repository', async () => {
  const dnf = {
    fedora: { gpgcheck: 0, Priority: 5, skip_if_unavailable: true, baseurl: 'http://elsewhere/' },
  };

  const target = await prefetch(compose.lock(), {}, { options: { dnf } });

  expect(readFileSync(join(target, 'output/deps/rpm/x86_64/repos.d/hermeto.repo'), 'utf8')).toBe(
    '[fedora]\ngpgcheck = 0\npriority = 5\nskip_if_unavailable = True\nbaseurl = file:///cachi2/output/deps/rpm/x86_64/fedora\n\n',
  );
});

test('ends when it is told to, and leaves nothing', async () => {
  proxy.fault = () => ({ kind: 'silence' });

  await expect(prefetch(viaProxy(), { signal: AbortSignal.timeout(200) })).rejects.toThrow(/timeout/);
  expect(readdirSync(work)).toEqual(['source']);
});

function viaProxy(change: (file: LockedFile, arch: string) => LockedFile = (file) => file): RpmLock {
  return compose.lock((file, arch) =>
    change({ ...file, url: file.url.replace(new URL(compose.url).host, proxy.host) }, arch),
  );
}

function names(architecture = 'x86_64'): string[] {
  const packages = compose.lock().arches.find(({ arch }) => arch === architecture)?.packages ?? [];
  return packages.map(({ url }) => url.replace(/^.*\//, ''));
}

async function prefetch(lock: RpmLock, options: Partial<PrefetchOptions> = {}, more = {}): Promise<string> {
  const target = join(work, 'cachi2');
  const source = writeLock(join(work, 'source'), lock);
  const { rpms } = parsePrefetchInput(JSON.stringify({ type: 'rpm', ...more }));
  const all: PrefetchOptions = { source, target, mode: 'strict', sbomType: 'spdx', ...options };
  await prefetchRpms(rpms, all);
  return all.target;
}

/** What dnf finds by the repository file, with the tree where it is. */
async function packagesOf(target: string, arch: string): Promise<string[]> {
  const reposdir = join(work, `repos.${arch}`);
  const text = readFileSync(join(target, `output/deps/rpm/${arch}/repos.d/hermeto.repo`), 'utf8');
  await run('mkdir', ['-p', reposdir]);
  writeFileSync(join(reposdir, 'hermeto.repo'), text.replaceAll('/cachi2/', `${target}/`));
  const options = {
    cachedir: join(work, `dnf.${arch}`),
    logdir: work,
    persistdir: join(work, `persist.${arch}`),
    reposdir,
    varsdir: join(work, 'vars'),
  };
  const { stdout } = await run('dnf', [
    '-q',
    `--forcearch=${arch}`,
    '--releasever=43',
    ...Object.entries(options).map(([key, value]) => `--setopt=${key}=${value}`),
    'repoquery',
    '--qf=%{name}-%{version}-%{release}.%{arch}',
  ]);
  return stdout.trim().split('\n').sort();
}

/** All paths, with the time of each. */
function listing(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .sort()
    .map((path) => `${path} ${statSync(join(root, path)).mtimeMs}`);
}
