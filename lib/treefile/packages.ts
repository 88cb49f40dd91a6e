import { quoted } from '#lib/text';
import type { Entry, Fields } from './document.ts';
import { refusal } from './errors.ts';
import type { Asked, RepoPackages, Said } from './model.ts';
import { splitPackages } from './split-packages.ts';
import type { Values } from './values.ts';

/** Packages that a manifest asks for on an architecture, and the field that does. */
export function packagesOf(
  entries: readonly Entry[],
  values: Values,
  architecture: string,
): readonly (Asked & { readonly name: string })[] {
  return entries
    .filter(({ key }) => key !== 'repo-packages')
    .flatMap((entry) => {
      // Those of other architectures have to be texts, too.
      const texts = values.texts(entry);
      const isAsked =
        entry.key === 'packages' ||
        entry.key === 'bootstrap-packages' ||
        entry.key === `packages-${architecture}`;
      if (!isAsked) return [];
      return texts.flatMap((text) =>
        namesIn(text).map((name) => ({ name, field: entry.key, file: text.file, line: text.line })),
      );
    });
}

export function repoPackagesOf(entries: readonly Entry[], values: Values): readonly RepoPackages[] {
  return entries
    .filter(({ key }) => key === 'repo-packages')
    .flatMap((entry) =>
      values.list(entry).map((node) => {
        const fields = values.fields({ key: 'an entry of repo-packages', node });
        const repo = values.text(entryOf(fields, 'repo', node.line).node, 'repo').value;
        const packages = values.texts(entryOf(fields, 'packages', node.line)).flatMap(namesIn);
        return { ...values.place(node), repo, packages };
      }),
    );
}

function entryOf({ file, entries }: Fields, key: string, line: number): Entry {
  const found = entries.find((entry) => entry.key === key);
  if (found) return found;
  throw refusal({ file, line }, `an entry of repo-packages has no ${key}`, 'write repo and packages');
}

function namesIn(text: Said<string>): readonly string[] {
  const names = splitPackages(text.value);
  if (names) return names;
  throw refusal(
    text,
    `a single quote in ${quoted(text.value)} does not end`,
    'write it as "\'podman >= 4.1\'"',
  );
}
