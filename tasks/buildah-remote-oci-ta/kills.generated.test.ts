import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packLayer, pushImage } from '#lib/oci';
import { run } from '#lib/process';
import { missing } from '#test/build-pod';
import { generatedRuns, randomFrom } from '#test/generated';
import { compileLook } from '#test/look';
import { type Registry, startRegistry } from '#test/registries/registry';
import { openRemoteBuilds, type RemoteBuilds, type RemoteBuilt } from '#test/remote-build';
import { canBeHost, startTestHost, type TestHost } from '#test/servers/build-host';
import { endLeases, watchHost } from '#test/servers/host-remains';
import { hostSecret } from '#test/servers/host-secret';

/** Seconds for which the build asks a host that is dead. */
const PATIENCE = 8;

/** What is killed; `back`: milliseconds after which it is there again, if it ever is. */
type Kill =
  | { readonly what: 'connection'; readonly back: number | undefined }
  | { readonly what: 'registry'; readonly back: number | undefined }
  | { readonly what: 'step' | 'step on the host'; readonly signal: 'TERM' | 'KILL' }
  | { readonly what: 'run' };

const runs = generatedRuns('kills of a build on a host', { soak: 50, ci: 4, test: 0 });

/** This machine's openssh-server and podman are the host; a kill hits the whole task, from its source to its SBOM. */
describe.skipIf(missing.length > 0 || !canBeHost || runs[0]?.count === 0)(
  'at any moment at which the connection, the registry or a step is killed',
  () => {
    let directory: string;
    let there: TestHost;
    let registry: Registry;
    let builds: RemoteBuilds;
    let source: string;
    let undisturbed: { readonly digest: string; time: number };
    let before: string;
    beforeAll(async () => {
      directory = mkdtempSync(join(tmpdir(), 'kills-'));
      there = await startTestHost();
      registry = await startRegistry({ storage: join(directory, 'registry') });
      builds = await openRemoteBuilds(registry);
      before = await pushOld('before');
      const look = await compileLook();
      source = await builds.pack({
        Containerfile:
          'FROM scratch\nCOPY look own /\nRUN ["/look", "cat", "/own"]\nRUN ["/look", "sleep", "1"]\n',
        look,
        own: 'x'.repeat(200_000),
      });
      // The first one is slower than those after it.
      await build('first');
      const start = performance.now();
      const { status, lines, values } = await build('undisturbed');
      expect(status, lines.join('\n')).toBe('Succeeded');
      undisturbed = { digest: values.IMAGE_DIGEST ?? '', time: performance.now() - start };
    }, 300_000);
    afterAll(async () => {
      await builds[Symbol.asyncDispose]();
      await registry.stop();
      await there.stop();
      rmSync(directory, { recursive: true });
    });

    test.for(runs)(
      'the right digest or one clear error, and a clean host (seed $seed)',
      { timeout: 3_600_000 },
      async (generated) => {
        const random = randomFrom(generated.seed);
        const found = new Map<string, number>();
        for (let index = 0; index < generated.count; index++) {
          const kill = chooseKill(random);
          const at = random() * undisturbed.time * 1.1;
          const name = `${JSON.stringify(kill)} at ${Math.round(at)} ms (case ${index})`;
          const outcome = await disturb(`case-${generated.seed}-${index}`, kill, at, name);
          const key = `${kill.what}: ${outcome}`;
          found.set(key, (found.get(key) ?? 0) + 1);
          if (process.env.SOAK === '1') console.log(`${name}: ${outcome}`);
        }
        generated.record({
          cases: generated.count,
          against: `openssh-server, podman and distribution, within ${Math.round(undisturbed.time / 1000)} s`,
          found: [...found]
            .map(([key, count]) => `${key} ${count}`)
            .toSorted()
            .join('; '),
        });
      },
    );

    async function pushOld(name: string): Promise<string> {
      const { digest } = await pushImage(builds.repository(name), {
        config: { os: 'linux', architecture: 'amd64' },
        layers: [await packLayer([{ path: 'old', content: 'old' }])],
        tags: ['1'],
      });
      return digest;
    }

    async function disturb(id: string, kill: Kill, at: number, name: string): Promise<string> {
      const repository = builds.repository(`test/${id}`);
      // An earlier build has this tag: it moves to a build that is whole, or not at all.
      await pushOld(`test/${id}`);
      const user = join(directory, id);
      mkdirSync(user);
      using watch = watchHost(user);
      const controller = new AbortController();
      const done = new AbortController();
      const killed = killAt(kill, at, { controller, done: done.signal });
      const start = performance.now();
      const built = await build(id, { directory: user, signal: controller.signal });
      done.abort();
      // On a machine with other work the first ones may have been slow.
      if (built.status === 'Succeeded')
        undisturbed.time = Math.min(undisturbed.time, performance.now() - start);
      const { isHit, isDead } = await killed;
      const said = `${name}\n${built.status}: ${built.message}\n${built.lines.join('\n')}`;

      const outcome = judge(built, kill, said);
      // Nobody was left who could clean up, or nobody reached it: what is there goes with its lease.
      const mayRemain = isDead || (kill.what === 'step' && kill.signal === 'KILL' && isHit);
      const left = await watch.remains();
      if (left.length > 0) {
        expect(mayRemain, `${left.join('\n')}\n${said}`).toBe(true);
        if (isDead) expect(said).toMatch(/left on the build host .*: directory .*bootc-catalog-/);
        expect(await endLeases(user, watch), said).toEqual([]);
      }
      const { digest } = await repository.resolve('1');
      if (built.status === 'Succeeded') expect(digest, said).toBe(undisturbed.digest);
      else expect([undisturbed.digest, before], said).toContain(digest);
      rmSync(user, { recursive: true });
      return `${isHit ? '' : 'too late, '}${outcome}${left.length > 0 ? ', cleared by the keeper' : ''}`;
    }

    function judge({ status, lines, values, message }: RemoteBuilt, kill: Kill, said: string): string {
      if (status === 'Succeeded') {
        expect(values.IMAGE_DIGEST, said).toBe(undisturbed.digest);
        expect(values.SBOM_BLOB_URL, said).toContain('@sha256:');
        return 'right digest';
      }
      if (kill.what === 'run') {
        expect(status, said).toBe('Cancelled');
        return 'cancelled';
      }
      expect(status, said).toBe('Failed');
      const errors = lines.filter((line) => /^[\w-]+: error: /.test(line));
      const isKilled = kill.what === 'step' && kill.signal === 'KILL';
      // A step that is killed says nothing, and the run says it instead.
      if (isKilled && errors.length === 0) expect(message, said).toMatch(/137/);
      else expect(errors, said).toHaveLength(1);
      expect(errors.join('\n'), said).not.toMatch(/undefined|\[object|\n\s+at /);
      return 'one error';
    }

    async function build(
      name: string,
      { directory: user, signal }: { readonly directory?: string; readonly signal?: AbortSignal } = {},
    ): Promise<RemoteBuilt> {
      const key = readFileSync(there.sshd.key, 'utf8');
      const options = { host: there, steps: builds.steps, patience: PATIENCE };
      return await builds.build({
        files: source,
        params: {
          DOCKERFILE: 'Containerfile',
          IMAGE: `${registry.host}/test/${name}:1`,
          SOURCE_DATE_EPOCH: '1700000000',
          REWRITE_TIMESTAMP: 'true',
        },
        objects: hostSecret({ ...options, ...(user === undefined ? {} : { directory: user }) }, key),
        ...(signal === undefined ? {} : { signal }),
      });
    }

    /** @returns whether it hit something, and whether a host is dead until after the run */
    async function killAt(
      kill: Kill,
      at: number,
      { controller, done }: { readonly controller: AbortController; readonly done: AbortSignal },
    ): Promise<{ readonly isHit: boolean; readonly isDead: boolean }> {
      const wait = (time: number | undefined) =>
        sleep(time ?? 2 ** 31 - 1, undefined, { signal: done }).catch(() => {});
      await wait(at);
      const missed = { isHit: false, isDead: false };
      if (done.aborted) return missed;
      switch (kill.what) {
        case 'connection': {
          there.proxy.isDead = true;
          there.proxy.cut();
          await wait(kill.back);
          there.proxy.isDead = false;
          return { isHit: true, isDead: kill.back === undefined };
        }
        case 'registry': {
          const { storage } = registry;
          const port = Number(registry.host.split(':')[1]);
          await registry.stop('SIGKILL');
          await wait(kill.back);
          registry = await startRegistry({ storage, port });
          return { isHit: true, isDead: false };
        }
        case 'run':
          controller.abort();
          return { isHit: true, isDead: false };
        case 'step':
        case 'step on the host': {
          const id = await containerOf(kill.what, done);
          if (id === undefined) return missed;
          // It may have ended by itself.
          const isHit = await run('podman', ['kill', '--signal', kill.signal, id]).then(
            () => true,
            () => false,
          );
          return { isHit, isDead: false };
        }
      }
    }

    /** The container of a step; the one on the host is waited for, as it is there for a part of the time. */
    async function containerOf(
      what: 'step' | 'step on the host',
      done: AbortSignal,
    ): Promise<string | undefined> {
      const filter = ['--filter', `volume=${builds.steps}`, '--format', '{{.ID}} {{.Labels}}'];
      const isThere = what === 'step on the host';
      do {
        const { stdout } = await run('podman', ['ps', ...filter]);
        const lines = stdout.split('\n').filter((line) => line !== '');
        const found = lines.find((line) => line.includes('bootc-catalog.host') === isThere);
        if (found !== undefined || !isThere) return found?.split(' ')[0];
        await sleep(100);
      } while (!done.aborted);
      return undefined;
    }
  },
);

/** A connection or a registry is there again at once, soon, or later than anybody waits. */
function chooseKill(random: () => number): Kill {
  const kind = Math.floor(random() * 6);
  const back = random() < 0.25 ? undefined : random() * 4_000;
  const signal = random() < 0.5 ? 'TERM' : 'KILL';
  if (kind < 2) return { what: 'connection', back };
  if (kind < 3) return { what: 'registry', back };
  if (kind < 4) return { what: 'step', signal };
  if (kind < 5) return { what: 'step on the host', signal };
  return random() < 0.5 ? { what: 'run' } : { what: 'step', signal: 'KILL' };
}
