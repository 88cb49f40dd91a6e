import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { randomFrom } from '#test/generated';

const MEBIBYTE = 2 ** 20;
/** Text that files are cut from: longer than what gzip looks back. */
const POOL = 4 * MEBIBYTE;

/** Writes a tree of so many files and MiB that gzip makes about a third of, as it does of source code; the same each time. */
export function writeSourceTree(directory: string, files: number, mebibytes: number): void {
  const random = randomFrom(1);
  const words = Array.from({ length: 5_000 }, () =>
    random()
      .toString(36)
      .slice(2, 4 + random() * 8),
  );
  const text: string[] = [];
  for (let length = 0; length < POOL; ) {
    const word = words[Math.floor(random() ** 3 * words.length)] ?? '';
    text.push(word, random() < 0.1 ? '\n' : ' ');
    length += word.length + 1;
  }
  const pool = Buffer.from(text.join(''));
  const size = Math.floor((mebibytes * MEBIBYTE) / files);
  for (let index = 0; index < files; index++) {
    const folder = join(directory, `part-${index % 50}`, `package-${Math.floor(index / 50) % 40}`);
    if (index < 50 * 40) mkdirSync(folder, { recursive: true });
    const from = Math.floor(random() * (pool.length - size));
    writeFileSync(join(folder, `file-${index}.ts`), pool.subarray(from, from + size));
  }
}
