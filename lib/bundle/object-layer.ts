import { type Layer, packLayer } from '#lib/oci';
import type { TektonObject } from './check-objects.ts';
import { API_VERSION, KIND, NAME, versionOf } from './contract.ts';
import { goJson } from './go-json.ts';

/** A tar with one file, named as the object is, and the annotations that the resolver looks for. */
export async function objectLayer(object: TektonObject, format: 'oci' | 'docker'): Promise<Layer> {
  const { apiVersion, kind, metadata } = object;
  return packLayer([{ path: metadata.name, content: goJson(object), mode: 0o600 }], {
    format,
    annotations: {
      [API_VERSION]: versionOf(apiVersion),
      [KIND]: kind.toLowerCase(),
      [NAME]: metadata.name,
    },
  });
}
