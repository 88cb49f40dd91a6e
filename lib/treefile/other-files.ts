import { posix } from 'node:path';
import { refusal } from './errors.ts';
import type { ManifestFiles } from './files.ts';
import type { Manifest } from './manifest.ts';
import type { Said } from './model.ts';

/** A path as a manifest writes it, from the directory of the manifests; `..` in it stays for whoever follows links. */
export function beside(manifest: string, path: string): string {
  return posix.isAbsolute(path) ? path : `${posix.dirname(manifest)}/${path}`;
}

/**
 * Files beside a manifest that an image reads by it: scripts, files that are added, lists of users and groups, and what
 * is run at the end (rpm-ostree, `treefile_parse`).
 *
 * @throws {InvalidTreefileError} for one that is not there
 */
export function otherFiles(manifest: Manifest, files: ManifestFiles): readonly Said<string>[] {
  const directory = posix.dirname(manifest.file);
  const named = namedFiles(manifest).map(({ value, ...place }) => {
    if (files.read(beside(manifest.file, value)) === undefined)
      throw refusal(place, `there is no file ${value}`, `put it into ${directory}/`);
    return { ...place, value: posix.join(directory, value) };
  });
  const last = files
    .programs(`${directory}/finalize.d`)
    .map((name) => ({ file: manifest.file, line: 1, value: posix.join(directory, 'finalize.d', name) }));
  return [...named, ...last];
}

function namedFiles({ singles, lists }: Manifest): readonly Said<string>[] {
  const texts = (said: Said<unknown> | undefined, value: unknown): readonly Said<string>[] =>
    said !== undefined && typeof value === 'string' ? [{ ...said, value }] : [];
  const script = singles.get('postprocess-script');
  return [
    ...texts(script, script?.value),
    ...(lists.get('add-files') ?? []).flatMap((said) => {
      if (!Array.isArray(said.value) || said.value.length !== 2)
        throw refusal(said, 'an entry of add-files is no pair', 'write it as [file, /usr/share/file]');
      return texts(said, said.value[0]);
    }),
    ...['check-passwd', 'check-groups'].flatMap((field) => {
      const said = singles.get(field);
      const value = said?.value as { readonly type?: unknown; readonly filename?: unknown } | undefined;
      return value?.type === 'file' ? texts(said, value.filename) : [];
    }),
  ];
}
