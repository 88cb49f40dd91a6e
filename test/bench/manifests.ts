import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { root } from '../../scripts/demo/place.ts';
import { rowsOf } from './rows.ts';
import { table } from './table.ts';

const GROUPS = 40;
const EACH = 24;

/** An image of 1,001 manifests, read by the command, against Python with PyYAML: the stand-in of the demo's builder. */
export async function benchManifests(runs: number): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'bench-manifests-'));
  try {
    const count = writeTree(directory);
    const ours = {
      program: join(root, 'bin/bootc-catalog'),
      args: ['manifest', 'show', 'image', '--arch', 's390x', '-C', directory],
    };
    const code =
      'import sys; sys.path.insert(0, sys.argv[1]); import treefile; treefile.flatten(sys.argv[2], "s390x")';
    const peer = {
      program: 'python3',
      args: ['-B', '-c', code, join(root, 'demo/builder'), join(directory, 'image.yaml')],
    };
    return table(
      rowsOf(
        `packages of ${count.toLocaleString('en')} manifests, 10 each`,
        ours,
        { 'python3 with PyYAML': peer },
        { runs },
      ),
    );
  } finally {
    rmSync(directory, { recursive: true });
  }
}

/** Groups in folders of their own, each including its parts, every fourth by a condition. */
function writeTree(directory: string): number {
  const write = (path: string, text: string) => writeFileSync(join(directory, path), text);
  const numbers = (length: number) => Array.from({ length }, (_, index) => index);
  write(
    'image.yaml',
    `variables: {stream: testing}\ninclude:\n${numbers(GROUPS)
      .map((group) => `  - g${group}/manifest.yaml\n`)
      .join('')}`,
  );
  for (const group of numbers(GROUPS)) {
    mkdirSync(join(directory, `g${group}`));
    const [always, sometimes] = [0, 1].map((want) =>
      numbers(EACH)
        .filter((part) => Number(part % 4 === 0) === want)
        .map((part) => `p${part}.yaml`),
    );
    write(
      `g${group}/manifest.yaml`,
      `include: [${always?.join(', ')}]\nconditional-include:\n  - if: stream == "testing"\n    include: [${sometimes?.join(', ')}]\n`,
    );
    for (const part of numbers(EACH))
      write(
        `g${group}/p${part}.yaml`,
        `# why this is there\nrecommends: false\npackages:\n${numbers(8)
          .map((one) => `  - g${group}-p${part}-${one}\n`)
          .join('')}packages-s390x:\n  - one-${group} two-${part}\n`,
      );
  }
  return 1 + GROUPS * (1 + EACH);
}
