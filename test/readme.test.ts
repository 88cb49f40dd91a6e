import { globSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { program } from '../lib/cli/command-line.ts';

/** README in four ways, each of which ends in something that works, and the pages of docs. */
const root = join(import.meta.dirname, '..');
const read = (path: string) => readFileSync(join(root, path), 'utf8');
const readme = read('README.md');
const pages = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/*.md', { cwd: root }).sort()];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'readme-'));
  for (const name of ['bin', 'bundles']) symlinkSync(join(root, name), join(folder, name));
});
afterAll(() => rmSync(folder, { recursive: true }));

test('README is short', () => {
  expect(readme.split('\n').length).toBeLessThan(110);
});

test('a block for a .tekton folder is copied, linted and planned as README says', {
  timeout: 120_000,
}, async () => {
  const text = part('Use a task or pipeline');
  await mkdir(join(folder, '.tekton'));
  await writeFile(join(folder, '.tekton/check-image.yaml'), blockOf(text, 'yaml'));

  const [lint = '', plan = ''] = await shell(folder, blockOf(text, 'sh'));

  expect(lint).toMatch(/^1 objects: 0 errors, 0 warnings/m);
  expect(plan).toContain('sanity-check');
  expect(plan).toContain('--IMAGE_URL=quay.io/me/image:1');
});

test('a pipeline runs here as README says', { timeout: 120_000 }, async () => {
  const [ran = '', described = ''] = await shell(root, blockOf(part('Run a pipeline here'), 'sh'));

  expect(ran).toContain('"hello, world" has 12 characters');
  expect(described).toContain('Succeeded');
});

test('the example of a compose is planned as README says', { timeout: 120_000 }, async () => {
  const lines = blockOf(part('Release a compose'), 'sh').split('\n');
  const [plan = ''] = await shell(root, lines.filter((line) => !line.startsWith('make ')).join('\n'));

  expect(plan).toContain('push-standard');
});

test.for(pages)('%s names commands and options that are there', async (path) => {
  const lines = blocks(read(path), 'sh').flatMap((block) => block.replaceAll('\\\n', ' ').split('\n'));
  const calls = lines.flatMap((line) => [
    ...line.matchAll(/(?:^|[\s(])(?:bin\/)?bootc-catalog (?<rest>[^|"&)]*)/g),
  ]);

  for (const { groups } of calls) {
    const words = (groups?.rest ?? '')
      .replace(/\s#\s.*$/, '')
      .split(/\s+/)
      .filter((word) => word !== '');
    const command = called(await program(words[0]), words);
    const options = words.filter((word) => /^--?[a-z]/i.test(word)).map((word) => word.replace(/=.*$/, ''));
    const known = command.options.flatMap(({ long, short }) => [long, short]);

    expect(
      options.filter((option) => !['--help', '--version', ...known].includes(option)),
      words.join(' '),
    ).toEqual([]);
  }
});

test.for(pages)('links of %s lead somewhere', (path) => {
  const text = read(path);
  const links = [...text.matchAll(/\]\((?!https?:|\?)(?<file>[^)#\s]*)(?:#(?<anchor>[^)]+))?\)/g)];
  const broken = links.filter(({ groups }) => {
    const { file = '', anchor } = groups ?? {};
    const to = file === '' ? path : join(dirname(path), file);
    if (globSync(to, { cwd: root }).length === 0) return true;
    return anchor !== undefined && !headings(read(to)).includes(anchor);
  });

  expect(broken.map(([link]) => link)).toEqual([]);
});

/** The innermost command that words call. */
function called(command: Command, words: readonly string[]): Command {
  const [first = '', ...rest] = words;
  const inner = command.commands.find((one) => one.name() === first);
  return inner === undefined ? command : called(inner, rest);
}

/** The output of each line of a block, run as it stands. */
async function shell(cwd: string, block: string): Promise<readonly string[]> {
  const env = { ...process.env, XDG_STATE_HOME: join(folder, 'state'), NO_COLOR: '1' };
  const outputs: string[] = [];
  for (const line of block.split('\n').filter((one) => one !== '')) {
    outputs.push((await run('bash', ['-c', line], { cwd, env, timeout: 60_000 })).stdout);
  }
  return outputs;
}

function part(title: string): string {
  const [, text] = new RegExp(`^## ${title}\\n(.*?)(?=^## )`, 'ms').exec(readme) ?? [];
  if (text === undefined) throw new Error(`README has no part ${title}`);
  return text;
}

function blockOf(text: string, language: string): string {
  return blocks(text, language)[0] ?? '';
}

function blocks(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`\`\`\`${language}\\n(?<block>.*?)\`\`\``, 'gs'))].map(
    ({ groups }) => groups?.block ?? '',
  );
}

/** As GitHub names the anchors of headings. */
function headings(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (?<title>.*)$/gm)].map(({ groups }) =>
    (groups?.title ?? '')
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  );
}
