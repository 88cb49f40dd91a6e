import { ExpectedError } from '#lib/errors';
import type { Values } from '#lib/tekton';
import type { task } from './task.ts';

/** A time that no image can have, or two for one image. */
export class InvalidTimeError extends ExpectedError {
  override readonly name = 'InvalidTimeError';
  override readonly kind = 'invalid';
}

/** The end of the year 9999, in seconds since 1970: RFC 3339 has years of four digits. */
const LAST = 253_402_300_799;

/**
 * The moments of SOURCE_DATE_EPOCH and of BUILD_TIMESTAMP; none where one is not given.
 *
 * @throws {InvalidTimeError} also where both are given, as konflux-build-cli does
 */
export function timesOf(params: Pick<Values<typeof task.params>, 'SOURCE_DATE_EPOCH' | 'BUILD_TIMESTAMP'>): {
  readonly epoch: Date | undefined;
  readonly timestamp: Date | undefined;
} {
  const epoch = moment('SOURCE_DATE_EPOCH', params.SOURCE_DATE_EPOCH);
  const timestamp = moment('BUILD_TIMESTAMP', params.BUILD_TIMESTAMP);
  if (epoch === undefined || timestamp === undefined) return { epoch, timestamp };
  throw new InvalidTimeError('SOURCE_DATE_EPOCH and BUILD_TIMESTAMP are both given', {
    hint: 'give SOURCE_DATE_EPOCH alone: the labels get the same time',
  });
}

function moment(param: string, text: string): Date | undefined {
  if (text === '') return undefined;
  const seconds = Number(text);
  if (seconds <= LAST) return new Date(seconds * 1000);
  throw new InvalidTimeError(`${param} is after the year 9999`, {
    hint: 'give seconds since 1970, not milliseconds',
  });
}
