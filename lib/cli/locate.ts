import { existsSync } from 'node:fs';
import {
  createLayout,
  identifierOf,
  NotFoundError,
  parseReference,
  type ReadableTarget,
  type RegistryClient,
} from '#lib/oci';
import { printable } from '#lib/text';

/** Where `oci:<layout>[:tag]` or the reference of an image leads. */
export interface Located {
  readonly from: ReadableTarget;
  /** Tag or digest. */
  readonly reference: string;
}

export function locate(client: RegistryClient, text: string): Located {
  const layout = /^oci:(?<path>[^:@]+)(?:[:@](?<tag>.+))?$/.exec(text)?.groups;
  if (layout) {
    const path = layout.path ?? '';
    if (!existsSync(path)) throw new NotFoundError(`there is no OCI layout ${printable(path)}`);
    return { from: createLayout(path), reference: layout.tag ?? 'latest' };
  }
  const reference = parseReference(text);
  return { from: client.repository(reference), reference: identifierOf(reference) };
}
