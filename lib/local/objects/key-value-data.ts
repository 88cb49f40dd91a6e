import { BackendError } from '../model/errors.ts';
import type { Objects } from './objects.ts';

type Data = ReadonlyMap<string, Buffer>;

/** What variables can be made of, in which bytes have no place; undefined where an optional one is not there. */
export function configMapTexts(objects: Objects, name = '', optional = false): Data | undefined {
  const configMap = objects.configMaps.get(name);
  if (!configMap) return missing('configmap', name, optional);
  return new Map(
    Object.entries(configMap.data ?? {}).map(([key, text]) => [key, Buffer.from(String(text))] as const),
  );
}

/** The files of a volume; undefined where an optional one is not there. */
export function configMapData(objects: Objects, name = '', optional = false): Data | undefined {
  const texts = configMapTexts(objects, name, optional);
  return (
    texts &&
    new Map([
      ...texts,
      ...Object.entries(objects.configMaps.get(name)?.binaryData ?? {}).map(
        ([key, text]) => [key, Buffer.from(text, 'base64')] as const,
      ),
    ])
  );
}

/** Undefined where an optional one is not there. */
export function secretData(objects: Pick<Objects, 'secrets'>, name = '', optional = false): Data | undefined {
  const secret = objects.secrets.get(name);
  if (!secret) return missing('secret', name, optional);
  return new Map([
    ...Object.entries(secret.data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64')] as const),
    ...Object.entries(secret.stringData ?? {}).map(
      ([key, text]) => [key, Buffer.from(String(text))] as const,
    ),
  ]);
}

function missing(kind: string, name: string, optional: boolean): undefined {
  if (optional) return undefined;
  throw new BackendError(`${kind} "${name}" not found`, {
    reason: 'CreateContainerConfigError',
    hint: `give a file with this ${kind === 'secret' ? 'Secret' : 'ConfigMap'}`,
  });
}
