import { quoted } from '#lib/text';
import { componentName, LONGEST_NAME } from '../names.ts';
import { doubled, finding, type Rule } from './rule.ts';
import { imagesOf } from './stream-images.ts';

const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

export const nameForms: Rule = ({ name, images, streams }) =>
  [
    ['name', name] as const,
    ...images.map((image, index) => [`images[${index}].name`, image.name] as const),
    ...streams.map((stream, index) => [`streams[${index}].name`, stream.name] as const),
    ...streams.flatMap(({ composes }, index) =>
      composes.map(({ role }, place) => [`streams[${index}].composes[${place}].role`, role] as const),
    ),
  ]
    .filter(([, one]) => !NAME.test(one))
    .map(([path, one]) =>
      finding(
        path,
        `${quoted(one)} can stand in no name`,
        'take lower-case letters, digits and single dashes between them',
      ),
    );

export const doubledNames: Rule = ({ images, streams }) => {
  const say = (path: string, what: string) =>
    finding(path, `there is ${what} already`, 'take the second one out, or give it another name');
  return [
    ...doubled(images.map(({ name }) => name)).map(([index, name]) =>
      say(`images[${index}].name`, `an image ${name}`),
    ),
    ...doubled(streams.map(({ name }) => name)).map(([index, name]) =>
      say(`streams[${index}].name`, `a stream ${name}`),
    ),
    ...streams.flatMap(({ name, composes }, index) =>
      doubled(composes.map(({ role }) => role)).map(([place, role]) =>
        say(`streams[${index}].composes[${place}].role`, `a compose ${role} in stream ${name}`),
      ),
    ),
    ...streams.flatMap(({ images: list }, index) =>
      doubled(list === 'all' ? [] : list).map(([place, image]) =>
        say(`streams[${index}].images[${place}]`, `an image ${image} in this list`),
      ),
    ),
  ];
};

export const longNames: Rule = (set) =>
  set.streams.flatMap((stream, index) =>
    imagesOf(set, stream)
      .map((image) => componentName(set.name, stream.name, image.name))
      .filter((name) => name.length > LONGEST_NAME)
      .map((name) =>
        finding(
          `streams[${index}].name`,
          `${name} has ${name.length} characters`,
          `shorten the stream or the image: Kubernetes takes ${LONGEST_NAME}`,
        ),
      ),
  );
