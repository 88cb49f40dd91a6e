import type { Descriptor } from '../model/descriptor.ts';
import { algorithmOf, createDigester } from '../model/digest.ts';
import { anything, digest, list, map, mediaType, object, type Shape, size, text, truth } from './shape.ts';

const platform = object({
  os: text,
  architecture: text,
  'variant?': text,
  'os.version?': text,
  'os.features?': list(text),
});

const fields = object(
  {
    mediaType,
    digest,
    size,
    'annotations?': map(text),
    'platform?': platform,
    'artifactType?': text,
    'urls?': list(text),
    'data?': text,
  },
  'descriptor',
);

/** A descriptor whose `data` is something else than its digest names would be read in two ways. */
export const descriptor: Shape = (value, path) => {
  const problem = fields(value, path);
  if (problem !== undefined) return problem;
  const { data, digest, size } = value as Pick<Descriptor, 'data' | 'digest' | 'size'>;
  if (data === undefined) return undefined;
  const bytes = Buffer.from(data, 'base64');
  const digester = createDigester(algorithmOf(digest));
  digester.update(bytes);
  const isSame = bytes.length === size && digester.digest() === digest;
  return isSame ? undefined : `${path === '' ? 'data' : `${path}.data`} is not what its digest names`;
};

const absent: Shape = (value, path) =>
  value === undefined ? undefined : `it has ${path}, which belongs to another kind of manifest`;

const both = {
  schemaVersion: anything,
  'mediaType?': text,
  'artifactType?': text,
  'subject?': descriptor,
  'annotations?': map(text),
  // These are fields of Docker's schema 1, for which some clients would take the document.
  fsLayers: absent,
  history: absent,
};

/** image-spec v1.1.1, "Image Manifest". */
export const manifest = object({ ...both, config: descriptor, layers: list(descriptor), manifests: absent });

/** image-spec v1.1.1, "Image Index". */
export const index = object({ ...both, manifests: list(descriptor), config: absent, layers: absent });

/** image-spec v1.1.1, "Image Configuration". */
export const imageConfig = object({
  // tkn writes both empty: that they are texts is all that readers may rely on.
  'os?': text,
  'architecture?': text,
  'variant?': text,
  'os.version?': text,
  'os.features?': list(text),
  'created?': text,
  'author?': text,
  'config?': object({
    'User?': text,
    'ExposedPorts?': map(anything),
    'Env?': list(text),
    'Entrypoint?': list(text),
    'OnBuild?': list(text),
    'Shell?': list(text),
    'Cmd?': list(text),
    'Volumes?': map(anything),
    'WorkingDir?': text,
    'Labels?': map(text),
    'StopSignal?': text,
  }),
  'rootfs?': object({ 'type?': text, 'diff_ids?': list(digest) }),
  'history?': list(
    object({
      'created?': text,
      'author?': text,
      'created_by?': text,
      'comment?': text,
      'empty_layer?': truth,
    }),
  ),
});
