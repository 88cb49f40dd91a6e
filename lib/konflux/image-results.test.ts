import { expect, test } from 'vitest';
import { digestOf } from '#lib/oci';
import { ImageUrl } from '#lib/tekton';
import { IMAGE_RESULTS, imageResults, imageValues } from './image-results.ts';

const image = ImageUrl.parse('quay.io/a/b:1');
const digest = digestOf('x');

test('the values are those of the results, and no others', () => {
  const values = imageValues(image, digest);

  expect(values).toEqual({ IMAGE_URL: image, IMAGE_DIGEST: digest, IMAGE_REF: `${image}@${digest}` });
  expect(Object.keys(values)).toEqual(IMAGE_RESULTS);
  expect(Object.keys(imageResults('image'))).toEqual(IMAGE_RESULTS);
});

test('each is described as what it is of', () => {
  const texts = (what: 'image' | 'index') =>
    Object.values(imageResults(what)).map(({ description }) => description);

  expect(texts('index')).toEqual([
    'Repository and tag of the index.',
    'Digest of the index.',
    'The index, by tag and digest.',
  ]);
  expect(texts('image')).toEqual([
    'Repository and tag of the image.',
    'Digest of its manifest.',
    'The image, by tag and digest.',
  ]);
});

test.for([digestOf('x', 'sha512'), 'latest', ''])('%s is no digest that a result may hold', (other) => {
  expect(() => imageValues(image, other)).toThrow('expected sha256:');
});
