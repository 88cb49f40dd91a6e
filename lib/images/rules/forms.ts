import { parseReference } from '#lib/oci';
import { isDay, quoted } from '#lib/text';
import { finding, type Rule } from './rule.ts';

/** Repositories without a tag or digest, and composes at http(s) addresses without a password. */
export const addresses: Rule = ({ repository, flow, streams }) => [
  ...Object.entries({ repository, 'flow.compose': flow.compose, 'flow.images': flow.images })
    .filter(([, text]) => !isRepository(text))
    .map(([path, text]) =>
      finding(path, `${quoted(text)} is no repository`, 'write registry/path, without tag or digest'),
    ),
  ...streams.flatMap(({ composes }, index) =>
    [...composes.entries()]
      .filter(([, { url }]) => !isAddress(url))
      .map(([place]) =>
        finding(
          `streams[${index}].composes[${place}].url`,
          'it is no address of a compose',
          'write https://…, without user or password',
        ),
      ),
  ),
];

function isRepository(text: string): boolean {
  try {
    const { tag, digest } = parseReference(text);
    return tag === undefined && digest === undefined && text.includes('/');
  } catch {
    return false;
  }
}

function isAddress(text: string): boolean {
  const url = URL.parse(text);
  return url !== null && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

/** As Kubernetes writes a quantity of memory. */
export const quantities: Rule = ({ images, streams }) =>
  [
    ...images.map(({ memory }, index) => [`images[${index}].memory`, memory] as const),
    ...streams.flatMap(({ exceptions = {} }, index) =>
      Object.entries(exceptions).map(
        ([image, { memory }]) => [`streams[${index}].exceptions.${image}.memory`, memory] as const,
      ),
    ),
  ]
    .filter(([, memory]) => memory !== undefined && !/^[1-9]\d*(?:[KMGT]i?)?$/.test(memory))
    .map(([path]) => finding(path, 'it is no quantity of memory', 'write it as 8Gi'));

export const dates: Rule = ({ streams }) =>
  streams.flatMap(({ endOfLife, version }, index) => [
    ...(endOfLife === undefined || isDay(endOfLife)
      ? []
      : [finding(`streams[${index}].endOfLife`, `${quoted(endOfLife)} is no day`, 'write it as 2026-05-13')]),
    ...(/^[a-z0-9][a-z0-9.]*$/.test(version)
      ? []
      : [
          finding(
            `streams[${index}].version`,
            `${quoted(version)} is no release`,
            "write its number, such as '45', or a word such as 'eln'",
          ),
        ]),
  ]);

/** Files stay in the source, and an argument has a name. */
export const buildForms: Rule = ({ images }) =>
  images.flatMap((image, index) => {
    if ('compose' in image) return [];
    const { containerfile = 'Containerfile', context = '.', buildArgs = [] } = image;
    const path = `images[${index}]`;
    return [
      ...Object.entries({ containerfile, context })
        .filter(([, one]) => one === '' || one.startsWith('/') || one.split('/').includes('..'))
        .map(([field, one]) =>
          finding(`${path}.${field}`, `${quoted(one)} leaves the source`, 'write a path below it'),
        ),
      ...buildArgs.flatMap((argument, place) =>
        /^[A-Za-z_]\w*=/.test(argument)
          ? []
          : [finding(`${path}.buildArgs[${place}]`, 'it has no name', 'write it as NAME=value')],
      ),
      ...('manifest' in image && !/^[\w.-]+$/.test(image.manifest)
        ? [
            finding(
              `${path}.manifest`,
              `${quoted(image.manifest)} names no manifest`,
              'write it as fedora-standard',
            ),
          ]
        : []),
    ];
  });
