import { describe, type Layer, mediaTypeOf, packLayer } from '#lib/oci';
import { goJson } from '#lib/tekton/objects';
import type { TektonObject } from './check-objects.ts';
import { API_VERSION, KIND, NAME, versionOf } from './contract.ts';
import { goGzip } from './go-gzip/go-gzip.ts';

/** A tar with one file, named as the object is, and the annotations that the resolver looks for. */
export async function objectLayer(object: TektonObject): Promise<Layer> {
  return packLayer([fileOf(object)], { annotations: annotationsOf(object) });
}

/** The same with the compressor and the media type of tkn. */
export async function tknLayer(object: TektonObject): Promise<Layer> {
  const { diffId, content } = await packLayer([fileOf(object)], { compression: 'none' });
  if (!(content instanceof Uint8Array)) throw new TypeError('a layer of one object is packed in memory');
  const packed = goGzip(content);
  const descriptor = describe(mediaTypeOf('layer', 'docker', 'gzip'), packed);
  return { diffId, content: packed, descriptor: { ...descriptor, annotations: annotationsOf(object) } };
}

function fileOf(object: TektonObject) {
  return { path: object.metadata.name, content: goJson(object), mode: 0o600 };
}

function annotationsOf({ apiVersion, kind, metadata }: TektonObject): Readonly<Record<string, string>> {
  return { [API_VERSION]: versionOf(apiVersion), [KIND]: kind.toLowerCase(), [NAME]: metadata.name };
}
