import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { run } from '#lib/process';
import { canBeHost, startTestHost, type TestHost } from '#test/servers/build-host';
import { type BuildHost, connectHost } from './index.ts';

describe.skipIf(!canBeHost)('a job on a host behind ssh', () => {
  let there: TestHost;
  let host: BuildHost;
  const said: string[] = [];
  const log = { info: (line: string) => said.push(line), warn: (line: string) => said.push(line) };
  const connect = (patience = 20_000) =>
    connectHost({
      address: there.cuttable,
      directory: there.userDirectory,
      identity: there.sshd.key,
      patience,
      log,
    });
  beforeAll(async () => {
    there = await startTestHost();
    host = await connect();
  });
  afterAll(async () => {
    expect(await host.cleanUp()).toEqual([]);
    await host[Symbol.asyncDispose]();
    expect(readdirSync(there.userDirectory)).toEqual([]);
    await there.stop();
  });
  beforeEach(() => {
    said.length = 0;
    there.proxy.isDead = false;
    there.proxy.cutsAt = () => false;
  });
  const shell = (script: string, ...args: string[]) =>
    host.start({ argv: ['sh', '-c', script, 'sh', ...args] });
  const follow = async (job: { follow(line: (text: string) => void): Promise<number> }) => {
    const lines: string[] = [];
    return { code: await job.follow((line) => lines.push(line)), lines };
  };

  test('its lines and its exit code come, whether it runs or has ended', async () => {
    const job = await shell('echo one; echo two >&2; printf "three\\r\\nf\\303\\274r"; exit 255');

    const expected = { code: 255, lines: ['one', 'two', 'three', 'für'] };
    expect(await follow(job)).toEqual(expected);
    expect(await follow(job)).toEqual(expected);
    expect(await follow(await shell('kill -s KILL $$'))).toEqual({ code: 137, lines: [] });
    expect(await follow(await host.start({ argv: ['/nothing/there'] }))).toMatchObject({ code: 127 });
    expect(said).toEqual([]);
  });

  test('arguments and variables of 100 KiB are data', async () => {
    const value = `-it's; $(touch no) \`id\` $HOME \\ "\n\té${'y'.repeat(100 * 1024)}'`;
    const job = await host.start({
      argv: [
        'sh',
        '-c',
        'printf %s "$VALUE" > value; printf %s "$1" > "$2"; printf %s "$0"',
        '-n',
        value,
        'argument',
      ],
      environment: { VALUE: value },
    });

    expect(await follow(job)).toEqual({ code: 0, lines: ['-n'] });
    await host.fetch({ from: 'jobs', to: join(there.scratch, 'jobs') });
    expect(await host.exec(['cat', `${host.directory}/value`])).toBe(value);
    expect(await host.exec(['cat', `${host.directory}/argument`])).toBe(value);
    await expect(host.start({ argv: ['true'], environment: { 'A;id': 'x' } })).rejects.toThrow(
      'takes no variable of the name "A;id"',
    );
  });

  test('no value is in the arguments of a program on either side before the program itself', async () => {
    const job = await host.start({ argv: ['sh', '-c', 'sleep 2'], environment: { TOKEN: 'se-cret-value' } });
    const { stdout } = await run('ps', ['-eo', 'args']);

    expect(stdout.includes('se-cret-value')).toBe(false);
    await job.follow(() => {});
  });

  test('it runs while nobody is connected, and every line comes once', async () => {
    // Each line waits for the test to have seen the one before it.
    const wait = 'while [ ! -e "go-$i" ]; do sleep 0.05; done';
    const job = await shell(`for i in $(seq 1 6); do ${wait}; echo "line $i"; done; exit 3`);
    const go = (line: number) => writeFileSync(join(host.directory, `go-${line}`), '');
    const lines: string[] = [];
    go(1);
    const code = await job.follow((line) => {
      lines.push(line);
      if (lines.length % 2 === 0) there.proxy.cut();
      if (lines.length === 4) there.proxy.isDead = true;
      setTimeout(() => {
        there.proxy.isDead = false;
        go(lines.length + 1);
      }, 1_000);
    });

    expect(code).toBe(3);
    expect(lines).toEqual([1, 2, 3, 4, 5, 6].map((number) => `line ${number}`));
    expect(said.length).toBeGreaterThanOrEqual(2);
  });

  test('it is started once, although the answer to its start is lost', async () => {
    const before = there.proxy.connections;
    let cuts = 0;
    // The handshake takes some 4,000 bytes; the script goes over behind it.
    there.proxy.cutsAt = (connection, bytes) => {
      if (connection !== before + 1 || bytes < 60_000) return false;
      cuts++;
      setTimeout(() => there.proxy.cut(), 300);
      return false;
    };
    const job = await shell('echo "$#" >> count', 'x'.repeat(60_000));
    expect((await follow(job)).code).toBe(0);

    expect(cuts).toBeGreaterThan(0);
    await sleep(500);
    expect(await host.exec(['cat', `${host.directory}/count`])).toBe('1\n');
  });

  test('stopping it ends its group, by force where it has to', async () => {
    const polite = await shell('trap "echo asked; exit 7" TERM; echo up; while :; do sleep 0.1; done');
    const deaf = await shell('trap "" TERM; echo up; while :; do sleep 0.1; done');
    await sleep(300);
    await polite.stop();
    await deaf.stop(500);

    expect(await follow(polite)).toMatchObject({ code: 7, lines: expect.arrayContaining(['up', 'asked']) });
    await expect(follow(deaf)).rejects.toThrow(
      /^sh on the build host .* has no exit code: it was killed there$/,
    );
    await polite.stop();
  });

  test('a host that was started anew has lost it', async () => {
    const job = await shell('sleep 30');
    const [name] = (await host.exec(['ls', '-t', `${host.directory}/jobs`])).split('\n');
    // Stands for a start of the machine: the file says another one.
    writeFileSync(`${host.directory}/jobs/${name}/boot`, 'another\n');
    await expect(job.follow(() => {})).rejects.toThrow('the host was started anew meanwhile');
    await host.exec(['cp', '/proc/sys/kernel/random/boot_id', `${host.directory}/jobs/${name}/boot`]);
    await job.stop();
  });

  test('a host that dies meanwhile is given up', async () => {
    await using other = await connect(1_500);
    const job = await other.start({ argv: ['sleep', '60'] });
    setTimeout(() => {
      there.proxy.isDead = true;
      there.proxy.cut();
    }, 300);

    await expect(job.follow(() => {})).rejects.toThrow(
      /^cannot reach the build host .* while the log of sleep is followed, for 2 s: /,
    );
    there.proxy.isDead = false;
  });

  test('cleaning up ends the jobs', async () => {
    const other = await connect();
    await other.start({ argv: ['sh', '-c', `exec sleep 4711.0${process.pid}`] });
    await other[Symbol.asyncDispose]();
    const { stdout } = await run('ps', ['-eo', 'args']);

    expect(stdout.includes(`sleep 4711.0${process.pid}`)).toBe(false);
  });

  test('a user without root keeps containers beyond the session, until the host is cleaned up', async () => {
    // Stand-ins for id, as tests run as root, and for loginctl, as no systemd runs here.
    const programs = join(there.scratch, 'programs');
    mkdirSync(programs);
    const asked = join(there.scratch, 'asked');
    const write = (name: string, text: string) =>
      writeFileSync(join(programs, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    write('id', '[ "$1" = -u ] && echo 1000 || echo nobody-here');
    write('loginctl', `echo "$*" >> ${asked}`);
    const rootless = await startTestHost({ PATH: `${programs}:/usr/sbin:/usr/bin:/sbin:/bin` });
    try {
      const { address, userDirectory: directory } = rootless;
      await using other = await connectHost({ address, directory, identity: rootless.sshd.key, log });
      await follow(await other.start({ argv: ['true'] }));
      await follow(await other.start({ argv: ['true'] }));
      expect(readFileSync(asked, 'utf8')).toBe('enable-linger\nenable-linger\n');
      expect(await other.cleanUp()).toEqual([]);
      expect(readFileSync(asked, 'utf8')).toBe('enable-linger\nenable-linger\ndisable-linger\n');
    } finally {
      await rootless.stop();
    }
  });
});
