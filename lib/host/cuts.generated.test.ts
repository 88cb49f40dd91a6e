import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ExpectedError } from '#lib/errors';
import { generatedRuns, randomFrom } from '#test/generated';
import { canBeHost, startTestHost, type TestHost } from '#test/servers/build-host';
import { connectHost } from './index.ts';

const SIZE = 400_000;

describe.skipIf(!canBeHost)('at any moment at which the connection is cut', () => {
  let there: TestHost;
  let source: string;
  let digest: string;
  const warnings: string[] = [];
  beforeAll(async () => {
    there = await startTestHost();
    source = join(there.scratch, 'source');
    mkdirSync(source);
    const content = randomBytes(SIZE);
    digest = createHash('sha256').update(content).digest('hex');
    writeFileSync(join(source, 'content'), content);
  });
  afterAll(() => there.stop());

  const timeout = 600_000;
  const runs = generatedRuns('cuts of a connection to a host', { soak: 50, ci: 5, test: 1 });
  test.for(runs)(
    'the right digest or one clear error, and a clean host (seed $seed)',
    { timeout },
    async (run) => {
      const random = randomFrom(run.seed);
      let failed = 0;
      for (let index = 0; index < run.count; index++) {
        const cuts = Array.from({ length: 1 + Math.floor(random() * 3) }, () => random() * SIZE * 2.5);
        const outcome = await build(cuts, random() < 0.3);
        if (outcome instanceof Error) {
          expect(outcome, outcome.stack).toBeInstanceOf(ExpectedError);
          expect(outcome.message).toMatch(/^cannot reach the build host .* while .*, for \d+ s: /);
          failed++;
        } else expect(outcome).toBe(digest);
        // Where the host died before it was prepared, nobody could clean it up, and what is left is named.
        for (const name of readdirSync(there.userDirectory)) {
          expect(warnings.at(-1)).toContain(`${there.userDirectory}/${name}, and what is labelled`);
          rmSync(join(there.userDirectory, name), { recursive: true });
        }
      }
      run.record({
        cases: run.count,
        against: 'openssh-server behind a proxy that cuts',
        found: `${failed} ended with an error, ${run.count - failed} with the right digest`,
      });
    },
  );

  /**
   * Sends, runs and fetches, while connections are cut after so many bytes of the whole.
   *
   * @param dies whether the host is away for longer than our patience after the last cut
   */
  async function build(cuts: readonly number[], dies: boolean): Promise<unknown> {
    const { proxy } = there;
    const start = proxy.bytes;
    warnings.length = 0;
    const left = cuts.toSorted((a, b) => a - b);
    proxy.cutsAt = () => {
      if (left[0] === undefined || proxy.bytes - start < left[0]) return false;
      left.shift();
      proxy.isDead = dies && left.length === 0;
      return true;
    };
    const log = { info: () => {}, warn: (line: string) => warnings.push(line) };
    const results = join(there.scratch, 'results');
    const connected = { address: there.cuttable, directory: there.userDirectory, identity: there.sshd.key };
    try {
      await using host = await connectHost({ ...connected, log, patience: dies ? 1_500 : 60_000 });
      const revived = { [Symbol.dispose]: () => revive() };
      using _ = revived;
      await host.send([{ from: source, to: 'source' }]);
      const script = 'mkdir out && sha256sum < source/content > out/digest && cat source/content && exit 7';
      const job = await host.start({ argv: ['sh', '-c', script] });
      expect(await job.follow(() => {})).toBe(7);
      await host.fetch({ from: 'out', to: results });
      return readFileSync(join(results, 'digest'), 'utf8').split(' ')[0];
    } catch (error) {
      return error;
    } finally {
      revive();
      rmSync(results, { recursive: true, force: true });
    }
  }

  /** The host is there again before it is cleaned up; without that, what is left is named, which another test shows. */
  function revive(): void {
    there.proxy.isDead = false;
    there.proxy.cutsAt = () => false;
  }
});
