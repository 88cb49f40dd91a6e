import { quoted } from '#lib/text';
import { failIn } from './errors.ts';
import { namesOfLabels } from './label-names.ts';
import { type Containerfile, parseContainerfile } from './parse-containerfile.ts';
import { takenFrom } from './stage.ts';

/** What a base image makes of each build that begins with it. */
export interface Triggers {
  /** As a Containerfile with one stage, in whose file the messages name the image. */
  readonly containerfile: Containerfile;
  /** The labels that they give. */
  readonly labels: ReadonlySet<string>;
}

/**
 * Reads the ONBUILD instructions of an image, which buildah carries out behind FROM. They act as those of the
 * Containerfile do, except that they name no other image: those are known before any base image is looked at.
 *
 * @param instructions as the image's configuration has them
 * @param image for messages
 * @throws {InvalidContainerfileError} for one that takes files from another image, or is no instruction
 */
export function readTriggers(instructions: readonly string[], image: string): Triggers {
  const file = `ONBUILD of ${quoted(image)}`;
  const fail = failIn(file);
  const parsed = parseContainerfile(['FROM scratch', ...instructions].join('\n'), { file });
  const [[from, ...rest] = []] = parsed.stages;
  // Numbered as the image has them.
  const own = rest.map((one) => ({ ...one, line: one.line - 1 }));
  const other = parsed.stages[1]?.[0] ?? own.find((one) => takenFrom(one).length > 0);
  if (from === undefined || other !== undefined) {
    throw fail(
      other?.line ?? 1,
      `${other?.keyword} names another image`,
      'build on an image without it, and write it into the Containerfile',
    );
  }
  const containerfile: Containerfile = { ...parsed, stages: [[from, ...own]] };
  return { containerfile, labels: namesOfLabels(own, containerfile) };
}
