import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findProgram, run } from '#lib/process';
import { captured } from '#test/captured';
import { runCommandLine } from '../command-line.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'completion-'));
  await mkdir(join(directory, 'tasks'));
  await writeFile(join(directory, 'ci run.yaml'), '');
  // The runs of this machine are not those of the test.
  await writeFile(join(directory, 'bootc-catalog'), '#!/bin/sh\necho "ci-1\nnightly-2"\n', { mode: 0o755 });
});
afterAll(() => rm(directory, { recursive: true }));

const script = async (shell: string) => {
  const { stdout } = await captured(() => runCommandLine(['completion', shell], undefined));
  await writeFile(join(directory, shell), stdout);
  return stdout;
};

async function completed(line: string): Promise<readonly string[]> {
  const program = `source ./bash
COMP_WORDS=(${line.endsWith(' ') ? `${line}''` : line}); COMP_CWORD=$((\${#COMP_WORDS[@]}-1))
PATH=$PWD:$PATH; _bootc_catalog; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = await run('bash', ['-c', program], { cwd: directory });
  return stdout.trim().split('\n').sort();
}

test('bash is told of commands, options, values, files and runs', async () => {
  await script('bash');

  expect(await completed('bootc-catalog ru')).toEqual(['run', 'runs']);
  expect(await completed('bootc-catalog runs ')).toContain('describe');
  expect(await completed('bootc-catalog run --image')).toEqual(['--image-map']);
  expect(await completed('bootc-catalog run -')).toContain('-f');
  expect(await completed('bootc-catalog run --output ')).toEqual([
    'github',
    'gitlab',
    'graph',
    'json',
    'junit',
    'plain',
    'tree',
    'yaml',
  ]);
  expect(await completed('bootc-catalog run --color ')).toEqual(['always', 'auto', 'never']);
  expect(await completed('bootc-catalog run -f ')).toContain('ci run.yaml');
  expect(await completed('bootc-catalog run ')).toContain('ci run.yaml');
  expect(await completed('bootc-catalog run --runs-directory ')).toEqual(['tasks']);
  expect(await completed('bootc-catalog runs logs ')).toEqual(['ci-1', 'nightly-2']);
  expect(await completed('bootc-catalog run --from-run ci')).toEqual(['ci-1']);
  expect(await completed('bootc-catalog completion ')).toEqual(['bash', 'fish', 'zsh']);
});

test('zsh and fish are told what each word does', async () => {
  expect(await script('zsh')).toContain("'--local-steps:run the steps of this catalogs tasks");
  expect(await script('fish')).toMatch(
    /^complete -c bootc-catalog -n '__fish_seen_subcommand_from runs; and __fish_seen_subcommand_from logs' -f -a "\(bootc-catalog runs list/m,
  );
  expect(await script('fish')).toMatch(/ -l output -s o -x -a 'table name json yaml' -d '/);
});

const shells = await Promise.all(
  ['bash', 'zsh', 'fish'].map(async (shell) => [shell, await findProgram(shell)] as const),
);

test.for(shells)('%s takes its script', async ([shell, program], { skip }) => {
  if (program === undefined) return skip(`there is no ${shell} here`);
  await script(shell);

  const { stderr } = await run(program, ['-n', shell], { cwd: directory });
  expect(stderr).toBe('');
});

test('a shell that there is not is refused', async () => {
  const { code, stderr } = await captured(() => runCommandLine(['completion', 'tcsh'], undefined));

  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: expect.stringContaining('Allowed choices are bash, zsh, fish'),
  });
});
