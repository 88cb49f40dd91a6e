import { createHash } from 'node:crypto';
import parse, { type Info } from 'spdx-expression-parse';

/** What an SPDX document says of a licence: an expression, and the text of what is not on SPDX's list. */
export interface DeclaredLicense {
  readonly expression: string;
  readonly extracted?: { readonly licenseId: string; readonly extractedText: string };
}

/** What a package says of its licence, as SPDX 2.3 takes it (annex D): an expression of known ids, or its own words by reference. */
export function declaredLicense(text: string | undefined): DeclaredLicense {
  if (text === undefined || text.trim() === '') return { expression: 'NOASSERTION' };
  if (isExpression(text)) return { expression: text.trim().replaceAll(/\s+/g, ' ') };
  const licenseId = `LicenseRef-${createHash('sha256').update(text).digest('hex').slice(0, 16)}`;
  return { expression: licenseId, extracted: { licenseId, extractedText: text } };
}

function isExpression(text: string): boolean {
  try {
    return licensesOf(parse(text)).every((license) => !license.includes('LicenseRef-'));
  } catch {
    return false;
  }
}

/** The licences in an expression; no document of ours explains a LicenseRef of the package's own. */
function licensesOf(info: Info): readonly string[] {
  return 'license' in info ? [info.license] : [...licensesOf(info.left), ...licensesOf(info.right)];
}
