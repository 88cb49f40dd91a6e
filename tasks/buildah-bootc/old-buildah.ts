import { isWritableCache, parseContainerfile } from '#lib/containerfile';
import { ExpectedError } from '#lib/errors';
import { printable } from '#lib/text';

/** The first buildah that runs here-documents and takes rw of a cache mount, major and minor. */
const SINCE = [1, 33] as const;

/**
 * Refuses what an older buildah takes for something else before it builds: the lines of a here-document for instructions,
 * `rw` of a cache mount for the second of its kind.
 *
 * @param said what `buildah --version` says
 * @throws {ExpectedError} with the line
 */
export function refuseForOldBuildah(text: string, file: string, said: string): void {
  const { major, minor } = /\bversion (?<major>\d+)\.(?<minor>\d+)/.exec(said)?.groups ?? {};
  const [needsMajor, needsMinor] = SINCE;
  const isOld = Number(major) < needsMajor || (Number(major) === needsMajor && Number(minor) < needsMinor);
  if (!isOld) return;
  for (const { flags, line, hereDocuments } of instructionsOf(text, file)) {
    const what =
      hereDocuments.length > 0
        ? 'a here-document'
        : flags.some(isWritableCache)
          ? 'rw of a cache mount'
          : undefined;
    if (what === undefined) continue;
    throw new ExpectedError(
      `${printable(file)}:${line}: ${what} needs buildah ${needsMajor}.${needsMinor}, and this is ${major}.${minor}`,
      {
        kind: 'environment',
        hint: 'build with a step image that has a newer buildah, or write the line without it',
      },
    );
  }
}

/** buildah itself tells what it cannot read. */
function instructionsOf(text: string, file: string) {
  try {
    return parseContainerfile(text, { file }).stages.flat();
  } catch (error) {
    if (error instanceof ExpectedError) return [];
    throw error;
  }
}
