import { execFileSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, test } from 'vitest';
import { runCommand } from '#test/run-command';
import { main } from '../main.ts';

const { file, cli } = runCommand(main);

const entry = join(import.meta.dirname, '../../../bin/bootc-catalog');

test('without a terminal a stop prints the way in and the ways on, and waits for one of them', async () => {
  const { code, stdout } = await cli('waits', '--break-on', 'failure', { onOutput: goOn });

  expect(code).toBe(0);
  expect(stdout).toContain('[use : s] stopped after it failed\n[use : s] look inside: podman');
});

test('a terminal gets a shell in the container, and is asked afterwards', async () => {
  const command = `${entry} run -f ${file('ci.yaml')} --image-map '*=rootfs:/' --runs-directory ${file('pty')} --break-on failure`;
  // What is typed comes when it is asked for.
  const typing = `
import os, pty, sys
said = b''
answers = [(b'# ', b'echo in-$((6*7)); exit\\n'), (b'hell again? ', b'x\\n'), (b'hell again? ', b'continue\\n')]
def read(fd):
    global said
    data = os.read(fd, 4096)
    said += data
    if answers and answers[0][0] in said:
        os.write(fd, answers.pop(0)[1])
        said = b''
    return data
sys.exit(os.waitstatus_to_exitcode(pty.spawn(['/bin/sh', '-c', sys.argv[1]], read, lambda fd: b'')))`;

  const screen = execFileSync('python3', ['-c', typing, command], {
    encoding: 'utf8',
    env: { ...process.env, PS1: '# ' },
    stdio: ['ignore', 'pipe', 'inherit'],
    timeout: 30_000,
  });

  expect(screen).toContain('in-42');
  // Nothing is drawn between the shell and the answer.
  expect(screen.slice(screen.indexOf('in-42'), screen.lastIndexOf('hell again?'))).not.toContain('\u001b[0J');
  expect(stripVTControlCharacters(screen)).toMatch(/✓ ci-\w+ succeeded in/);
  expect(await readdir(file('pty'))).toHaveLength(1);
});

/** Types what a line says that is to be typed. */
function goOn(text: string): void {
  const [, command] = /go on: +(.*)\n/.exec(text) ?? [];
  if (command !== undefined) execFileSync('sh', ['-c', command]);
}
