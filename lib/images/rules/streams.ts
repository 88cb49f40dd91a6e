import { quoted } from '#lib/text';
import { finding, type Rule } from './rule.ts';
import { imagesOf } from './stream-images.ts';

/** Everything is built from the repos image, so there is one, and each stream has it. */
export const oneCompose: Rule = (set) => {
  const composes = set.images.filter((image) => 'compose' in image);
  if (composes.length !== 1) {
    return [
      finding(
        'images',
        composes.length === 0 ? 'no image is made of the compose' : 'two images are made of the compose',
        'write { name: "compose", compose: true } once',
      ),
    ];
  }
  return set.streams.flatMap((stream, index) =>
    imagesOf(set, stream).some((image) => 'compose' in image)
      ? []
      : [
          finding(
            `streams[${index}].images`,
            `stream ${stream.name} has no ${composes[0]?.name}, from which its images are built`,
            `add ${composes[0]?.name}`,
          ),
        ],
  );
};

export const streamImages: Rule = ({ images, streams, flow }) => {
  const names = images.map(({ name }) => name);
  const unknown = (path: string, name: string) =>
    names.includes(name)
      ? []
      : [finding(path, `there is no image ${quoted(name)}`, `take one of ${names.join(', ')}`)];
  return [
    ...unknown('flow.plain', flow.plain),
    ...streams.flatMap(({ images: list }, index) =>
      list === 'all'
        ? []
        : list.flatMap((name, place) => unknown(`streams[${index}].images[${place}]`, name)),
    ),
  ];
};

export const composesOfKind: Rule = ({ streams }) =>
  streams.flatMap(({ name, kind, composes }, index) => {
    const path = `streams[${index}].composes`;
    if (composes.length === 0) {
      return [finding(path, `stream ${name} has no compose`, 'name one by role and URL')];
    }
    const isNightly = kind === 'rawhide' || kind === 'branched';
    if (!isNightly || composes.length === 1) return [];
    return [
      finding(
        path,
        `stream ${name} is ${kind} and has ${composes.length} composes`,
        "leave its nightly one, or make its kind 'stable'",
      ),
    ];
  });
