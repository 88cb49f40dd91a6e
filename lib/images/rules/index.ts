import type { ImagesEntry } from '../entries.ts';
import type { ImagesFinding } from '../errors.ts';
import { acyclic, knownBases, platformsOfBases, streamHasBases } from './bases.ts';
import { knownExceptions, manifestExceptions } from './exceptions.ts';
import { failablePlatforms, somethingRequired } from './failable.ts';
import { addresses, buildForms, dates, quantities } from './forms.ts';
import { doubledNames, longNames, nameForms } from './names.ts';
import { platformForms } from './platforms.ts';
import type { Rule } from './rule.ts';
import { composesOfKind, oneCompose, streamImages } from './streams.ts';
import { oneEntryForATag } from './tags.ts';

/** What each field is by itself, then what fields say of each other: the latter take the former for granted. */
const floors: readonly (readonly Rule[])[] = [
  [nameForms, doubledNames, platformForms, addresses, quantities, dates, buildForms],
  [knownBases, acyclic, oneCompose, streamImages, knownExceptions, composesOfKind],
  [
    longNames,
    oneEntryForATag,
    platformsOfBases,
    streamHasBases,
    manifestExceptions,
    failablePlatforms,
    somethingRequired,
  ],
];

/** All that is wrong with the data of a set. */
export function imagesFindings(set: ImagesEntry): readonly ImagesFinding[] {
  for (const rules of floors) {
    const findings = rules.flatMap((rule) => rule(set));
    if (findings.length > 0) return findings;
  }
  return [];
}
