import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Compose, openCompose } from '#lib/compose';
import { ExpectedError } from '#lib/errors';
import { createMemoryTarget, type Descriptor, type MemoryTarget } from '#lib/oci';
import { checks, failures, inspectImage, type Report, runChecks } from '#lib/sanity';
import { goodPackages, type ImageChoice, pushBootcImage } from './images/bootc-image.ts';
import { writeCompose } from './small-compose.ts';

/** An image by what is other than in the good one, or pushed by hand. */
export type Built = ImageChoice | ((target: MemoryTarget) => Promise<Pick<Descriptor, 'digest'>>);

export interface Attack {
  readonly name: string;
  /** The check that must name it; none where the image is refused before there is a report. */
  readonly check?: string;
  /** What its finding, or the refusal, says. */
  readonly says: RegExp;
  readonly wrong: Built;
  /** Another image that uses the same feature rightly. */
  readonly twin: Built;
  /** Platforms that must be there. */
  readonly expected?: readonly string[];
}

/** Each wrong image must not pass, and the check that is named must say why; its twin must have nothing against it. */
export function attacks(rows: readonly Attack[]): void {
  let compose: Compose;
  const directory = mkdtempSync(join(tmpdir(), 'attack-'));
  beforeAll(async () => {
    compose = await openCompose(writeCompose(directory, goodPackages));
  });
  afterAll(() => rmSync(directory, { recursive: true }));

  const judge = async (built: Built, expected: readonly string[]): Promise<Report | ExpectedError> => {
    const target = createMemoryTarget();
    const { digest } = await (typeof built === 'function' ? built(target) : pushBootcImage(target, built));
    try {
      return runChecks(
        checks,
        await inspectImage(target, { reference: 'a/b:1', digest, expected, composes: [compose] }),
      );
    } catch (error) {
      if (error instanceof ExpectedError) return error;
      throw error;
    }
  };

  test.for(rows)('$name does not pass', async ({ wrong, check, says, expected = [] }) => {
    const judged = await judge(wrong, expected);

    if (check === undefined) {
      expect(judged).toBeInstanceOf(ExpectedError);
      return expect((judged as ExpectedError).message).toMatch(says);
    }
    if (judged instanceof ExpectedError) throw judged;
    const failed = failures(judged);
    expect(failed.map(({ id }) => id)).toContain(check);
    const messages = failed.filter(({ id }) => id === check).flatMap((outcome) => outcome.messages);
    expect(messages.join('\n')).toMatch(says);
  });

  test.for(rows)('the twin of "$name" passes', async ({ twin, expected = [] }) => {
    const judged = await judge(twin, expected);

    if (judged instanceof ExpectedError) throw judged;
    expect(failures(judged)).toEqual([]);
  });
}
