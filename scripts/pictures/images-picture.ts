import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GeneratedFiles } from '#lib/catalog';
import { buildGraph, type ImageSet } from '#lib/images';
import { writeWhole } from '#lib/process';
import { plainGraphSvg } from '#lib/runs';

/** README.md shows it. */
const PICTURE = 'docs/images.svg';

/** The picture of what is made from what, as `bootc-catalog images graph -o svg` draws it. */
export function imagesPicture(root: string, images: ImageSet): GeneratedFiles {
  const path = join(root, PICTURE);
  const fresh = plainGraphSvg(`The images of ${images.name}`, buildGraph(images));
  const isFresh = existsSync(path) && readFileSync(path, 'utf8') === fresh;
  return {
    total: 1,
    stale: isFresh ? [] : [PICTURE],
    write: () => {
      if (!isFresh) writeWhole(path, fresh);
    },
  };
}
