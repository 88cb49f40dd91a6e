import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const Package = z.object({ name: z.string(), version: z.string(), license: z.string() });
const Authored = z.object({ author: z.union([z.string(), z.object({ name: z.string() })]).optional() });

/** The licences of the packages that went into the bundles, which leave out their comments. */
export function thirdPartyNotices(bundled: readonly string[], root: string, what = 'The steps hold'): string {
  const notices = foldersOf(bundled).map((folder) => notice(join(root, folder)));
  return `${what} code of these packages.\n\n${notices.join('\n')}`;
}

/** The same packages as data, for the SBOM of the step image. */
export function thirdPartyPackages(
  bundled: readonly string[],
  root: string,
): readonly z.output<typeof Package>[] {
  return foldersOf(bundled).map((folder) => readPackage(join(root, folder)));
}

function foldersOf(bundled: readonly string[]): readonly string[] {
  return [...new Set(bundled.flatMap((file) => packageFolder(file) ?? []))].sort();
}

function packageFolder(file: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

function notice(folder: string): string {
  const { name, version, license } = readPackage(folder);
  const files = readdirSync(folder).filter(
    (entry) => /^(?:licen[cs]e|copying|notice)/i.test(entry) && statSync(join(folder, entry)).isFile(),
  );
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  const text = texts.length > 0 ? texts.join('\n\n') : sectionOfReadme(folder) || attribution(folder);
  if (text === '')
    throw new Error(`${name} ${version} is bundled, and has no text of its licence (${license})`);
  return `=== ${name} ${version} (${license})\n\n${text}\n`;
}

/** The licence in a package's README: some packages have its text nowhere else. */
function sectionOfReadme(folder: string): string {
  const file = readdirSync(folder).find((entry) => /^readme(?:\.md)?$/i.test(entry));
  const page = file === undefined ? '' : readFileSync(join(folder, file), 'utf8');
  return /^#+ *licen[cs]e\b[\s\S]*/im.exec(page)?.[0].trim() ?? '';
}

/** CC BY asks for the author and the address of the licence (3.0, section 4), and its text is not among the files. */
function attribution(folder: string): string {
  const version = /^CC-BY-(?<version>\d\.\d)$/.exec(readPackage(folder).license)?.groups?.version;
  if (version === undefined) return '';
  const { author } = Authored.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
  if (author === undefined) return '';
  return `By ${typeof author === 'string' ? author : author.name}, under https://creativecommons.org/licenses/by/${version}/legalcode`;
}

function readPackage(folder: string): z.output<typeof Package> {
  return Package.parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')));
}
