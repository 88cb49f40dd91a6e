import type { ImagesFinding } from './errors.ts';
import type { ImageSet } from './model.ts';

/**
 * Streams that are past their end and not frozen. Apart from `defineImages`, so that what is generated depends on the
 * data alone.
 *
 * @param day YYYY-MM-DD
 * @param only streams that are asked about; all by default
 */
export function endOfLifeFindings(
  { streams }: ImageSet,
  day: string,
  only: readonly string[] = streams.map(({ name }) => name),
): ImagesFinding[] {
  return streams.flatMap(({ name, kind, endOfLife }, index) =>
    endOfLife === undefined || kind === 'frozen' || endOfLife >= day || !only.includes(name)
      ? []
      : [
          {
            path: `streams[${index}].endOfLife`,
            message: `stream ${name} has ended on ${endOfLife} and is ${kind}`,
            hint: "make its kind 'frozen', move its end, or take the stream out",
          },
        ],
  );
}
