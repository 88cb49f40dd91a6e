import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { execaSync } from 'execa';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..');
const sources = execaSync('git', ['ls-files', '*.ts'], { cwd: root })
  .stdout.split('\n')
  .filter((file) => !file.endsWith('.gen.ts'));

test('no comment begins as a riddle, whose subject the reader has to find', () => {
  const riddles = sources.flatMap((file) =>
    readFileSync(join(root, file), 'utf8')
      .split('\n')
      .filter((line) => /^\s*(?:\/\*\*|\/\/) (?:Of|Whoever|Whatever|Who) /.test(line))
      .map((line) => `${file}: ${line.trim()}`),
  );

  expect(sources.length).toBeGreaterThan(500);
  expect(riddles).toEqual([]);
});
