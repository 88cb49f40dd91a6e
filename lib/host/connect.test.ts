import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { run } from '#lib/process';
import { canBeHost, startTestHost, type TestHost } from '#test/servers/build-host';
import { watchHost } from '#test/servers/host-remains';
import { type ConnectOptions, connectHost } from './index.ts';

describe.skipIf(!canBeHost)('a host behind ssh', () => {
  let there: TestHost;
  const said: string[] = [];
  const log = { info: (line: string) => said.push(line), warn: (line: string) => said.push(line) };
  beforeAll(async () => {
    there = await startTestHost();
  });
  afterAll(() => there.stop());
  beforeEach(() => {
    said.length = 0;
    there.proxy.isDead = false;
    there.proxy.cutsAt = () => false;
  });

  const connect = (options: Partial<ConnectOptions> = {}) =>
    connectHost({
      address: there.address,
      directory: there.userDirectory,
      identity: there.sshd.key,
      log,
      ...options,
    });

  test('it has a directory that is ours alone, and none after us', async () => {
    {
      await using host = await connect();
      expect(await host.exec(['stat', '-c', '%a %F', host.directory])).toBe('700 directory\n');
      expect(host.machine).toBe((await run('uname', ['-m'])).stdout.trim());
      expect(host.directory.startsWith(`${there.userDirectory}/`)).toBe(true);
    }
    expect(readdirSync(there.userDirectory)).toEqual([]);
    expect(said).toEqual([]);
  });

  test('every argument is data', async () => {
    await using host = await connect();
    const values = [
      "it's; $(touch /tmp/no) `id` $HOME \\ \\\\ ''",
      'line\nline\r\n\ttab',
      '-n',
      '--',
      '',
      ' * ? [a] {a,b} ~ # ! % é \u{1f600}',
      "\"double\" 'single' \\'",
      'x'.repeat(50 * 1024),
    ];

    const told = await host.exec(['printf', '%s\\0', ...values]);

    expect(told.split('\0').slice(0, -1)).toEqual(values);
    await expect(host.exec(['printf', 'a\0b'])).rejects.toThrow('has a NUL in it');
    await expect(host.exec(['printf', 'x'.repeat(70 * 1024)])).rejects.toThrow(
      'the arguments of printf are too long for the build host',
    );
  });

  test('a program reads its input, and tells why it failed', async () => {
    await using host = await connect();

    expect(await host.exec(['cat'], { input: 'text\n' })).toBe('text\n');
    await expect(host.exec(['cat', '/nothing/there'], { doing: 'it looks' })).rejects.toThrow(
      `failed on the build host ${there.address} while it looks: exit code 1: cat: /nothing/there: No such file or directory`,
    );
    // An exit code that ssh has for itself, and words that ssh says of a key.
    await expect(host.exec(['sh', '-c', 'echo Permission denied >&2; exit 255'])).rejects.toThrow(
      'exit code 255: Permission denied',
    );
  });

  test('a key that is refused is told at once', async () => {
    const other = join(there.scratch, 'other');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
    const start = performance.now();

    await expect(connect({ identity: other })).rejects.toThrow(
      /^cannot use the build host .*: it refuses the key \(.*Permission denied \(publickey\)\.\)$/,
    );
    expect(performance.now() - start).toBeLessThan(20_000);
    const empty = join(there.scratch, 'none');
    writeFileSync(empty, '\n');
    await expect(connect({ identity: empty })).rejects.toThrow(/^the key for .* is empty/);
    writeFileSync(empty, 'no key');
    await expect(connect({ identity: empty })).rejects.toThrow('the key is no private key that ssh reads');
    await expect(connect({ identity: `${empty}.not` })).rejects.toThrow(/^cannot read the key for /);
  });

  test('the host key has to be one that is known, where some are', async () => {
    const known = join(there.scratch, 'known');
    writeFileSync(known, there.sshd.knownHost);
    const text = readFileSync(there.sshd.key, 'utf8').trimEnd();
    await using host = await connect({ knownHosts: known, identity: { text } });
    expect(await host.exec(['echo', 'there'])).toBe('there\n');

    writeFileSync(known, there.sshd.knownHost.replace(/^\S+/gm, 'another.example'));
    await expect(connect({ knownHosts: known })).rejects.toThrow('its host key is none of the known ones');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', `${known}.key`]);
    const { stdout } = await run('ssh-keygen', ['-y', '-f', `${known}.key`]);
    writeFileSync(known, `[127.0.0.1]:${there.sshd.port} ${stdout}`);
    await expect(connect({ knownHosts: known })).rejects.toThrow('it shows another host key than before');
    rmSync(`${known}.key`);
  });

  test('a cut connection is taken up again', async () => {
    await using host = await connect({ address: there.cuttable });
    const before = there.proxy.connections;
    there.proxy.cutsAt = (connection, bytes) => connection === before + 1 && bytes > 20_000;

    const text = `${'line\n'.repeat(50_000)}`;
    expect(await host.exec(['cat'], { input: text, doing: 'it reads' })).toBe(text);

    expect(there.proxy.connections - before).toBe(2);
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^no connection to .* while it reads \(.*\): it is taken up again$/);
  });

  test('a program runs once, although its answer is lost, and its modes are those of the user', async () => {
    await using host = await connect({ address: there.cuttable });
    const count = join(host.directory, 'count');
    const watch = setInterval(() => {
      if (!existsSync(count)) return;
      clearInterval(watch);
      there.proxy.cut();
    }, 1);
    const script = 'read -r word; echo "$word" >> "$1"; sleep 2; echo "$word $PWD"';

    const said = await host.exec(['sh', '-c', script, 'sh', count], { input: 'once\n' });

    expect(said).toBe(`once ${homedir()}\n`);
    expect(readFileSync(count, 'utf8')).toBe('once\n');
    expect(statSync(count).mode & 0o777).toBe(0o644);
  });

  test('a program that is killed while nobody is connected has no answer', async () => {
    await using host = await connect({ address: there.cuttable });
    const place = join(host.directory, 'pid');
    const watch = setInterval(() => {
      if (!existsSync(place)) return;
      clearInterval(watch);
      there.proxy.cut();
      for (const id of readFileSync(place, 'utf8').split(' ')) process.kill(Number(id), 'SIGKILL');
    }, 20);
    const script = 'echo $PPID $$ > "$1.part"; mv "$1.part" "$1"; exec sleep 60';

    await expect(host.exec(['sh', '-c', script, 'sh', place])).rejects.toThrow('it was killed there');
  });

  test('nothing is left, whenever it is aborted while the host is prepared', async () => {
    for (let time = 0; time < 800; time += 100) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('enough')), time);
      const outcome = await connect({ signal: controller.signal }).then(
        async (host) => await host[Symbol.asyncDispose](),
        (error: unknown) => error,
      );

      expect(readdirSync(there.userDirectory), `after ${time} ms`).toEqual([]);
      if (outcome instanceof Error) expect(outcome.message).toBe('enough');
    }
    expect(said).toEqual([]);
  }, 120_000);

  test('what is left is gone when nobody has renewed its lease, and jobs with it', async () => {
    const host = await connect();
    const job = await host.start({ argv: ['sleep', '1000'] });
    await sleep(7_000);
    expect(readdirSync(there.userDirectory)).toHaveLength(1);
    writeFileSync(join(host.directory, 'keeper/lease'), '1\n');
    using watch = watchHost(there.userDirectory);

    // Its directory may go before anybody has read the exit code there.
    const end = await job.follow(() => {}).catch((error: Error) => error.message);
    expect(String(end)).toMatch(/^143$|its directory is gone/);
    while (readdirSync(there.userDirectory).length > 0) await sleep(200);
    await expect(job.follow(() => {})).rejects.toThrow('its directory is gone, as nobody reached the host');
    await expect(host.start({ argv: ['true'] })).rejects.toThrow('exit code 1');
    await expect(host.exec(['true'])).rejects.toThrow('exit code 1');
    expect([readdirSync(there.userDirectory), await watch.remains()]).toEqual([[], []]);
    await host[Symbol.asyncDispose]();
  }, 60_000);

  test('a host that does not come back is given up, and what is left on it is named', async () => {
    await using host = await connect({ address: there.cuttable, patience: 2_000 });
    there.proxy.isDead = true;

    await expect(host.exec(['echo'], { doing: 'it echoes' })).rejects.toThrow(
      /^cannot reach the build host .* while it echoes, for 2 s: /,
    );
    const start = performance.now();
    const left = host.cleanUp();
    await expect(left).resolves.toEqual([
      expect.stringMatching(`^directory ${host.directory}, and what is labelled ${host.label} \\(.*\\)$`),
    ]);
    expect(performance.now() - start).toBeLessThan(30_000);
    there.proxy.isDead = false;
    expect(await host.cleanUp()).toEqual([]);
  }, 120_000);

  test('a host that dies before it is prepared has nothing of us, or it is named', async () => {
    const before = there.proxy.connections;
    // The directory is made, and the answer does not come back.
    const watch = setInterval(() => {
      if (readdirSync(there.userDirectory).length === 0) return;
      there.proxy.isDead = true;
      there.proxy.cut();
    }, 1);
    const connected = connect({ address: there.cuttable, patience: 1_500 });
    const outcome = await connected.then(
      async (host) => await host[Symbol.asyncDispose](),
      (error: unknown) => error,
    );
    clearInterval(watch);

    expect(there.proxy.connections).toBeGreaterThan(before);
    if (outcome instanceof Error) expect(outcome.message).toMatch(/^cannot reach the build host/);
    const left = readdirSync(there.userDirectory);
    expect(left.length <= 1).toBe(true);
    for (const name of left) {
      expect(said.at(-1)).toContain(`left on the build host ${there.cuttable}: directory`);
      expect(said.at(-1)).toContain(name);
      rmSync(join(there.userDirectory, name), { recursive: true });
    }
  });

  test('an abort ends what runs, and the host is cleaned up all the same', async () => {
    const abort = new AbortController();
    await using host = await connect({ signal: abort.signal });
    const sleeps = host.exec(['sleep', '1000']);
    setTimeout(() => abort.abort(new Error('the user has enough')), 500);

    await expect(sleeps).rejects.toThrow('the user has enough');
    expect(await host.cleanUp()).toEqual([]);
    expect(readdirSync(there.userDirectory)).toEqual([]);
  });

  test.for([
    '',
    '@',
    '-oProxyCommand=id@h',
    'u@-h',
    'u@h:0',
    'u@h:65536',
    'u@h:x',
    'u@h h',
    'u h@h',
    'u@[h]',
    'u@h\n',
  ])('no address: %j', async (address) => {
    await expect(connect({ address })).rejects.toThrow('not the address of a host');
  });
  test.for(['relative', '', '~/x', '/a\nb'])('no directory: %j', async (directory) => {
    await expect(connect({ directory })).rejects.toThrow('is no absolute path');
  });
});
