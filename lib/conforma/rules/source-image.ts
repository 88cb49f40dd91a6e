import { REDHAT, type Rule } from '../rule.ts';
import { resultOf, tasksOf } from '../tasks.ts';

/** policy/release/source_image, but for the signature of that image. */
export const sourceImage: readonly Rule[] = [
  {
    name: 'source_image.exists',
    collections: REDHAT,
    find: ({ statements, evidence }) => {
      const images = statements.flatMap(tasksOf).flatMap((task) => {
        const url = (resultOf(task, 'SOURCE_IMAGE_URL') ?? '').trim();
        const digest = (resultOf(task, 'SOURCE_IMAGE_DIGEST') ?? '').trim();
        return url === '' || digest === '' ? [] : [`${url}@${digest}`];
      });
      if (images.length === 0) return ['No source image references found'];
      return images
        .filter((image) => !evidence.reachable.has(image))
        .map((image) => `Unable to access source image "${image}"`);
    },
  },
];
