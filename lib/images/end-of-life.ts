import type { ImagesFinding } from './errors.ts';
import type { ImageSet } from './model.ts';

/**
 * Streams that are past their end and not frozen. Apart from `defineImages`, so that what is generated depends on the
 * data alone.
 *
 * @param day YYYY-MM-DD
 */
export function endOfLifeFindings({ streams }: ImageSet, day: string): ImagesFinding[] {
  return streams.flatMap(({ name, kind, endOfLife }, index) =>
    endOfLife === undefined || kind === 'frozen' || endOfLife >= day
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
