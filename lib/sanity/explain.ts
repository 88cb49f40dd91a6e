import type { Check } from './check-definition.ts';

/**
 * What a check looks at, why, how a finding is mended and how it is waived: paragraphs, each on one line, that Markdown
 * takes as they are.
 */
export function explainCheck(check: Check): string {
  const { id, severity, description, looksAt, why, mend, follows } = check;
  const force = severity === 'fail' ? 'A finding holds the image back.' : 'A finding is told as a warning.';
  const one = 'platform' in check ? `, or for one architecture \`${id}@aarch64=<reason>\`` : '';
  return [
    `${description} ${force}`,
    `Looks at: ${looksAt}`,
    `Why: ${why}`,
    `Mend: ${mend}`,
    `Waive: \`${id}=<reason>\`${one}; with \`;until=YYYY-MM-DD\` behind it, to the end of that day (UTC).`,
    ...(follows === undefined ? [] : [`Follows: \`${follows}\` of bootc.`]),
  ].join('\n\n');
}

/** All checks as a section of a page in Markdown: the same text as `bootc-catalog check --explain`. */
export function checksPage(checks: readonly Check[]): string {
  const sections = checks.map((check) => `### ${check.id} (${check.severity})\n\n${explainCheck(check)}`);
  return ['## Checks', introduction, ...sections].join('\n\n');
}

const introduction =
  'A check that could not look at what it needs is an error, which holds the image back whatever the severity; it can be waived as a finding can, and the report says which of the two it was. `bootc-catalog check --explain <check>` prints the same texts.';
