import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { run } from '#lib/process';
import { canBeHost, startTestHost, type TestHost } from '#test/servers/build-host';
import { type BuildHost, connectHost } from './index.ts';

describe.skipIf(!canBeHost)('files to a host behind ssh, and back', () => {
  let there: TestHost;
  let host: BuildHost;
  let source: string;
  const said: string[] = [];
  const log = { info: (line: string) => said.push(line), warn: (line: string) => said.push(line) };
  beforeAll(async () => {
    there = await startTestHost();
    host = await connectHost({
      address: there.cuttable,
      directory: there.userDirectory,
      identity: there.sshd.key,
      patience: 20_000,
      log,
    });
  });
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    await there.stop();
  });
  beforeEach(() => {
    said.length = 0;
    there.proxy.cutsAt = () => false;
    source = mkdtempSync(join(there.scratch, 'source-'));
  });
  const listed = async (path: string) =>
    (await run('sh', ['-c', 'cd "$1" && find . -printf "%P %y %m %Ts %l\\n" | sort', 'sh', path])).stdout;

  test('modes, times, links and names stay', async () => {
    const odd = "it's\n$(x) -é";
    mkdirSync(join(source, odd));
    writeFileSync(join(source, odd, '-rf'), 'content');
    chmodSync(join(source, odd, '-rf'), 0o4751);
    utimesSync(join(source, odd, '-rf'), 1_000_000_000, 1_000_000_000);
    symlinkSync('/etc/../nowhere', join(source, 'link'));
    mkdirSync(join(source, 'empty'));
    chmodSync(join(source, 'empty'), 0o1777);
    const single = join(source, 'empty', 'single');
    writeFileSync(single, 'alone');
    symlinkSync(single, join(there.scratch, `link-${process.pid}`));

    await host.send([
      { from: source, to: 'volumes/work dir' },
      { from: single, to: "volumes/o'ther" },
      { from: join(there.scratch, `link-${process.pid}`), to: 'linked' },
    ]);

    const target = join(host.directory, 'volumes/work dir');
    expect(await listed(target)).toBe(await listed(source));
    expect(readlinkSync(join(target, 'link'))).toBe('/etc/../nowhere');
    expect(readFileSync(join(host.directory, "volumes/o'ther"), 'utf8')).toBe('alone');
    expect(lstatSync(join(host.directory, 'linked')).isFile()).toBe(true);
    expect(readdirSync(join(host.directory, '.transfer')).filter((name) => !name.endsWith('.done'))).toEqual(
      [],
    );
  });

  test('what was there gives way as a whole', async () => {
    writeFileSync(join(source, 'a'), '1');
    await host.send([{ from: source, to: 'place' }]);
    rmSync(join(source, 'a'));
    writeFileSync(join(source, 'b'), '2');
    await host.send([{ from: source, to: 'place' }]);

    expect(readdirSync(join(host.directory, 'place'))).toEqual(['b']);
  });

  test('a cut does not begin the stream again', async () => {
    const size = 24 * 1024 * 1024;
    await run('dd', ['if=/dev/urandom', `of=${join(source, 'large')}`, 'bs=1M', 'count=24', 'status=none']);
    writeFileSync(join(source, 'z'), 'behind it');
    const [connections, bytes] = [there.proxy.connections, there.proxy.bytes];
    there.proxy.cutsAt = (connection, passed) =>
      (connection === connections + 1 && passed > size / 4) ||
      (connection === connections + 2 && passed > size / 4);

    await host.send([{ from: source, to: 'cut' }]);

    await run('cmp', [join(source, 'large'), join(host.directory, 'cut/large')]);
    expect(said).toHaveLength(2);
    // What was under way at a cut goes over again, and no more.
    expect(there.proxy.bytes - bytes).toBeLessThan(size * 1.4);
    expect(await listed(join(host.directory, 'cut'))).toBe(await listed(source));
  });

  test('what is not there, or has no place, is told before anything is sent', async () => {
    const { connections } = there.proxy;
    for (const to of ['', '/etc', '../x', 'a/../../b', 'a//b', './a', 'a\nb'])
      await expect(host.send([{ from: source, to }])).rejects.toThrow('no place below the directory');
    await expect(host.send([{ from: `${source}/not`, to: 'x' }])).rejects.toThrow(
      'there is no such file or directory',
    );
    await expect(host.send([{ from: '/dev/null', to: 'x' }])).rejects.toThrow('there is no such file');
    expect(there.proxy.connections).toBe(connections);
  });

  test('a host that cannot keep it says why, and has nothing of it in its place', async () => {
    writeFileSync(join(source, 'a'), 'x'.repeat(3_000_000));
    await host.exec(['mkdir', '-p', `${host.directory}/small`]);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', join(host.directory, '.transfer')]);
    try {
      await expect(host.send([{ from: source, to: 'full' }])).rejects.toThrow(
        /^failed on the build host .* while files are sent: exit code 1: .*No space left on device/,
      );
    } finally {
      await run('umount', [join(host.directory, '.transfer')]);
    }
    expect(existsSync(join(host.directory, 'full'))).toBe(false);
  });

  test('a host that dies in a transfer is given up, and nothing is in its place on either side', async () => {
    writeFileSync(join(source, 'large'), randomBytes(2_000_000));
    await using other = await connectHost({
      address: there.cuttable,
      directory: there.userDirectory,
      identity: there.sshd.key,
      patience: 1_500,
      log,
    });
    // Dies once it has passed so many bytes, until somebody helps.
    const dieAfter = (most: number) => {
      const before = there.proxy.bytes;
      there.proxy.cutsAt = () => {
        there.proxy.isDead = there.proxy.bytes - before > most;
        return there.proxy.isDead;
      };
    };
    const help = () => {
      there.proxy.isDead = false;
      there.proxy.cutsAt = () => false;
    };
    try {
      dieAfter(1_000_000);
      await expect(other.send([{ from: source, to: 'sent' }])).rejects.toThrow(
        /^cannot reach the build host .* while files are sent, for 2 s: /,
      );
      expect(existsSync(join(other.directory, 'sent'))).toBe(false);
      help();
      await other.send([{ from: source, to: 'sent' }]);

      const to = join(there.scratch, 'from-the-dead');
      dieAfter(1_000_000);
      await expect(other.fetch({ from: 'sent', to })).rejects.toThrow(
        /^cannot reach the build host .* while sent is fetched, for 2 s: /,
      );
      expect(existsSync(to)).toBe(false);
    } finally {
      help();
    }
  });

  test('results come back, over a cut, too', async () => {
    const results = join(host.directory, 'results');
    mkdirSync(join(results, 'nested'), { recursive: true });
    await run('dd', ['if=/dev/urandom', `of=${join(results, 'large')}`, 'bs=1M', 'count=8', 'status=none']);
    writeFileSync(join(results, 'nested', "it's\n$(x)"), 'value');
    const { connections } = there.proxy;
    there.proxy.cutsAt = (connection, passed) => connection === connections + 2 && passed > 3_000_000;
    const to = join(there.scratch, 'results');
    mkdirSync(to);
    writeFileSync(join(to, 'old'), '');

    await host.fetch({ from: 'results', to });

    expect(said).toHaveLength(1);
    await run('diff', ['--recursive', results, to]);
    expect(readdirSync(to)).toEqual(['large', 'nested']);
    await expect(host.fetch({ from: 'results', to, most: 1_000_000 })).rejects.toThrow('more than 1000000');
    await expect(host.fetch({ from: 'not/there', to })).rejects.toThrow('No such file or directory');
    expect(readdirSync(to)).toEqual(['large', 'nested']);
  });

  test.for([
    ['a link', 'ln -s /etc/passwd "$1/IMAGE_URL"'],
    ['a hard link', 'echo x > "$1/a"; ln "$1/a" "$1/IMAGE_URL"'],
    ['a FIFO', 'mkfifo "$1/IMAGE_URL"'],
    ['a device', 'mknod "$1/IMAGE_URL" c 1 3'],
  ] as const)('%s of the host is refused by name', async ([, make]) => {
    const from = mkdtempSync(join(host.directory, 'bad-'));
    await run('sh', ['-c', make, 'sh', from]);
    const to = join(there.scratch, 'bad');

    await expect(host.fetch({ from: from.slice(host.directory.length + 1), to })).rejects.toThrow(
      /neither file nor directory: .*IMAGE_URL/,
    );
    expect(existsSync(to)).toBe(false);
  });
});
