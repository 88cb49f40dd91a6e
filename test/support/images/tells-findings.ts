import { expect, test } from 'vitest';
import { defineImages, type ImagesEntry, type ImagesFinding, InvalidImagesError } from '#lib/images';

/** What is wrong with a set, the path of the field, and a part of what is said. */
export type FindingCase = readonly [what: string, set: ImagesEntry, path: string, message: string];

/** Tests that each set is refused with a finding of its own, which says what to do. */
export function tellsFindings(
  find: (set: ImagesEntry) => readonly ImagesFinding[],
  cases: readonly FindingCase[],
): void {
  test.for(cases)('%s is told with its path and what to do', ([, set, path, message]) => {
    const findings = find(set);

    expect(findings).toContainEqual({
      path,
      message: expect.stringContaining(message) as string,
      hint: expect.stringMatching(/^\w/) as string,
    });
    expect(() => defineImages(set)).toThrow(InvalidImagesError);
  });
}
