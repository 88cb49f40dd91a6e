import { ExpectedError } from '#lib/errors';
import { indexAnnotations } from '#lib/konflux';
import type { Format } from '#lib/oci';

interface Said {
  /** Empty where the index says nothing of itself. */
  readonly run: string;
  readonly wanted: readonly string[];
  readonly missing: readonly string[];
  readonly node: string;
}

/**
 * What an index says of itself, for whoever judges a compose; undefined without a run and with nothing missing, so that
 * the index is as ever.
 *
 * @throws {ExpectedError} in docker's format, which has no place for it
 */
export function annotationsOf(
  { run, wanted, missing, node }: Said,
  format: Format,
): Readonly<Record<string, string>> | undefined {
  if (run === '' && missing.length === 0) return undefined;
  if (format !== 'oci') {
    throw new ExpectedError(
      "an index in docker's format cannot say of which run it is, or what is missing in it",
      {
        hint: 'take BUILDAH_FORMAT=oci here and where the images are built, or leave RUN and FAILABLE empty',
      },
    );
  }
  return {
    ...(run === '' ? {} : { [indexAnnotations.run]: run, [indexAnnotations.node]: node }),
    ...(run === '' || wanted.length === 0 ? {} : { [indexAnnotations.platforms]: wanted.join(',') }),
    ...(missing.length === 0 ? {} : { [indexAnnotations.missing]: missing.join(',') }),
  };
}
