import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseDocument } from 'yaml';
import type { GeneratedFiles } from '#lib/catalog';
import { writeWhole } from '#lib/process';

const PAGE = 'docs/conformance.md';

interface Held {
  readonly case: string;
  readonly rule: string;
  readonly verified?: string;
  readonly knownDeviation?: string;
}

/** docs/conformance.md: what test/conformance holds the engine to, by feature. */
export function conformancePage(root: string): GeneratedFiles {
  const path = join(root, PAGE);
  const fresh = page(join(root, 'test/conformance/cases'));
  const isFresh = textOf(path) === fresh;
  return {
    total: 1,
    stale: isFresh ? [] : [PAGE],
    write: () => {
      if (!isFresh) writeWhole(path, fresh);
    },
  };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function page(directory: string): string {
  const files = readdirSync(directory).filter((name) => name.endsWith('.yaml'));
  const features = files.sort().map((name) => ({
    name: name.replace(/\.yaml$/, '').replaceAll('-', ' '),
    cases: casesIn(readFileSync(join(directory, name), 'utf8')),
  }));
  const all = features.flatMap(({ cases }) => cases);
  const verified = all.filter((one) => one.verified !== undefined).length;
  return `<!-- Written by node scripts/generate.ts from test/conformance/cases. -->

# What the engine is held to

${all.length} runs, each with the end that Tekton gives it and the place upstream that says so. ✓: a run on Kubernetes with Tekton 1.15.0 ended as the case expects; ${verified} did. The others are newer than that, or what the comparison saw of them says nothing (retries whose logs are gone, a cancellation by hand). ≠: known to be otherwise here.

| feature | cases | ✓ |
| --- | --- | --- |
${features.map(({ name, cases }) => `| [${name}](#${name.replaceAll(' ', '-')}) | ${cases.length} | ${cases.filter((one) => one.verified !== undefined).length} |`).join('\n')}

${features.map(({ name, cases }) => `## ${name}\n\n| | case | by |\n| --- | --- | --- |\n${cases.map(row).join('\n')}\n`).join('\n')}`;
}

function row(one: Held): string {
  const sign = one.knownDeviation === undefined ? (one.verified === undefined ? '' : '✓') : '≠';
  const otherwise = one.knownDeviation === undefined ? '' : ` (${one.knownDeviation})`;
  return `| ${sign} | ${inCell(one.case + otherwise)} | ${inCell(one.rule)} |`;
}

function inCell(text: string): string {
  return text.replaceAll('|', String.raw`\|`).replaceAll('<', '&lt;');
}

function casesIn(text: string): readonly Held[] {
  return text
    .split(/^---$/m)
    .filter((document) => /^case:/m.test(document))
    .map((document) => parseDocument(document).toJS() as Held);
}
