import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { onTerminal } from '#test/screens/terminal';

const entry = join(import.meta.dirname, '../../../bin/bootc-catalog');
const spinner = /[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/;
let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'terminal-'));
  await writeFile(
    join(directory, 'ci.yaml'),
    `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: ci}
spec:
  pipelineSpec:
    tasks:
    - name: build
      matrix: {params: [{name: PLATFORM, value: [linux/amd64, linux/arm64]}]}
      taskSpec: {params: [{name: PLATFORM}], steps: [{name: compile, image: any, script: "echo for $(params.PLATFORM)"}]}
    - name: test
      runAfter: [build]
      taskSpec: {steps: [{name: unit, image: any, script: "echo 12 passed; echo 'error: assertion failed at foo.c:12'; echo bye; exit 3"}]}
    - {name: push, runAfter: [test], taskSpec: {steps: [{name: s, image: any, script: exit 0}]}}
`,
  );
  await writeFile(
    join(directory, 'waits.yaml'),
    `
apiVersion: tekton.dev/v1
kind: PipelineRun
metadata: {name: waits}
spec:
  pipelineSpec:
    tasks: [{name: long, taskSpec: {steps: [{name: s, image: any, script: "echo begun; sleep 60"}]}}]
    finally: [{name: clean, taskSpec: {steps: [{name: s, image: any, script: echo cleaned}]}}]
`,
  );
});
afterAll(() => rm(directory, { recursive: true }));

const args = (file: string, runs: string) =>
  ['run', '-f', file, '--image-map', '*=rootfs:/', '--runs-directory', runs] as const;

test.for([80, 100, 200])(
  'a failed run ends with a way on, at %i columns',
  { timeout: 60_000 },
  async (columns) => {
    const runs = join(directory, String(columns));
    const { lines, written, code } = await onTerminal(entry, args('ci.yaml', runs), { columns, directory });

    const screen = lines.join('\n');
    expect(code).toBe(5);
    // What was drawn while it ran is gone.
    expect(screen).not.toMatch(spinner);
    expect(screen).not.toContain('waits for a place');
    expect(screen).toMatch(/^build \(linux\/arm64\) +\d+\.\d s {2}Succeeded$/m);
    expect(screen).toMatch(/^test +\d+\.\d s {2}Failed$/m);
    expect(screen).toMatch(
      /^✗ ci failed after \d+\.\d s: test\/unit exited with 3\n {4}error: assertion failed at foo\.c:12\n {2}logs /m,
    );
    // The terminal breaks longer lines, and what is copied from it has no breaks.
    const ways = stripVTControlCharacters(written).split('\r\n').slice(-5);
    const again = `bootc-catalog run -f ci.yaml --image-map '*=rootfs:/' --runs-directory ${runs}`;
    expect(ways).toEqual([
      `  logs    bootc-catalog runs logs ci test --runs-directory ${runs}`,
      `  page    ${columns}/ci/run.html  (bootc-catalog runs open --runs-directory ${runs})`,
      `  inside  ${again} --break-on failure`,
      `  again   ${again} --from test`,
      '',
    ]);
    expect(written).toContain('\u001b[31mfailed\u001b[39m');
  },
);

test('NO_COLOR takes the colours, and nothing else', { timeout: 60_000 }, async () => {
  const environment = { NO_COLOR: '1' };
  const { lines, written } = await onTerminal(entry, args('ci.yaml', 'plain'), {
    columns: 80,
    directory,
    environment,
  });

  // biome-ignore lint/suspicious/noControlCharactersInRegex: these would be colours
  expect(written).not.toMatch(/\u001b\[[\d;]*m/);
  expect(lines.join('\n')).toMatch(/^✗ ci failed after .*: test\/unit exited with 3$/m);
});

test('Ctrl-C is answered at once, and leaves no line of what was drawn', { timeout: 60_000 }, async () => {
  const { lines, code } = await onTerminal(entry, args('waits.yaml', join(directory, 'cancelled')), {
    columns: 80,
    directory,
    type: [['begun\r\n', '\u0003']],
  });

  const screen = lines.join('\n');
  expect(code).toBe(130);
  expect(screen).toContain('cancelling: what runs is ended, and finally tasks run; Ctrl-C again ends');
  expect(screen.indexOf('cancelling')).toBeLessThan(screen.indexOf('cleaned'));
  expect(screen).not.toMatch(spinner);
  expect(screen).toMatch(/^⊘ waits was cancelled after \d+\.\d s$/m);
  expect(screen).toMatch(/^long +\d+\.\d s {2}Cancelled$/m);
});
