import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const sources = execaSync('git', ['ls-files', '*.ts'], { cwd: root })
  .stdout.split('\n')
  .filter((file) => !file.endsWith('.gen.ts') && file !== 'test/comments.test.ts');

/** Beginnings that leave out the subject, or put it last. */
const RIDDLES = [
  'Of ',
  'Who ',
  'Whoever ',
  'Whatever ',
  String.raw`As [^.,:;\n]* (?:has|have) (?:it|them)\b`,
  'Not (?:by|through) ',
  'By way of ',
  'Also where ',
  'Or the ',
  'Only (?:once|saves) ',
  'Under another ',
];
const RIDDLE = new RegExp(String.raw`(?:/\*\*\s+(?:\* )?|^[ \t]*// )(?:${RIDDLES.join('|')}).*`, 'gm');

/** What once was stands in git and in the changelogs. */
const HISTORY =
  /(?:^[ \t]*(?:\/\*\*|\*)|\/\/) .*\b(?:the first versions|used to be|formerly|in the past)\b.*/gm;

function commentsLike(pattern: RegExp): string[] {
  return sources.flatMap((file) => found(readFileSync(join(root, file), 'utf8'), pattern, file));
}

function found(text: string, pattern: RegExp, file: string): string[] {
  return [...text.matchAll(pattern)].map(([comment]) => `${file}: ${comment.trim()}`);
}

test('no comment begins as a riddle, whose subject the reader has to find', () => {
  expect(sources.length).toBeGreaterThan(500);
  expect(commentsLike(RIDDLE)).toEqual([]);
});

test('no comment tells history', () => {
  expect(commentsLike(HISTORY)).toEqual([]);
});

test.for([
  ['/** Of what is known: another. */', RIDDLE],
  ['/**\n * Whoever asks\n */', RIDDLE],
  ['  // As docker has it.', RIDDLE],
  ['  // Not by import: it is slow.', RIDDLE],
  [' * what the first versions did not say', HISTORY],
  ['call(); // this used to be slow', HISTORY],
] as const)('such a comment would be found: %j', ([comment, pattern]) => {
  expect(found(comment, pattern, 'a.ts')).toHaveLength(1);
});

test.for(['/** The name of a file. */', '// As in docker, a key is a name.', '/** Only files count. */'])(
  'such a comment is none of them: %j',
  (comment) => {
    expect([...found(comment, RIDDLE, 'a.ts'), ...found(comment, HISTORY, 'a.ts')]).toEqual([]);
  },
);
