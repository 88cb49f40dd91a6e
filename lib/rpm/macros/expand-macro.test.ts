import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { run } from '#lib/process';
import { InvalidMacroError } from './errors.ts';
import { expandMacro } from './expand-macro.ts';
import { readMacros } from './read-macros.ts';

const directory = mkdtempSync(join(tmpdir(), 'macros-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** What is written there, and what rpm takes %_dbpath for then. */
const known = [
  ['%_dbpath /var/lib/rpm\n', '/var/lib/rpm'],
  ['%_dbpath\t\t/usr/share/rpm  \r\n', '/usr/share/rpm'],
  ['  %_dbpath /usr/share/rpm', '/usr/share/rpm'],
  ['#%_dbpath /a\n# %_dbpath /b\n%_dbpath /c\n', '/c'],
  ['%_dbpath /a\n%_dbpath /b\n', '/b'],
  ['%_usr /usr\n%_dbpath %{_usr}/lib/sysimage/rpm\n', '/usr/lib/sysimage/rpm'],
  ['%_dbpath %{_usr}/lib/rpm\n%_usr /usr\n', '/usr/lib/rpm'],
  ['%_usr /usr\n%_dbpath %_usr/lib\n', '/usr/lib'],
  ['%_dbpath %{?nothing:/a}/b\n', '/b'],
  ['%_dbpath %{!?nothing:/a}/b\n', '/a/b'],
  ['%some x\n%_dbpath %{?some:/a}%{!?some:/c}/b\n', '/a/b'],
  ['%some /x\n%_dbpath %{?some}/b\n', '/x/b'],
  ['%_dbpath %{?some}/b\n', '/b'],
  ['%_dbpath /100%%\n', '/100%'],
  ['%_dbpath {/a}\n', '/a'],
  ['%_dbpath /a{b}\n', '/a{b}'],
  ['%_dbpath /a b  c \r\n', '/a b  c'],
  ['x%_dbpath /b\n%_dbpath /a\n', '/a'],
  ['%_dbpath /a\n%other %%{\n%_dbpath /b\n', '/b'],
  ['%_dbpath /a\n%other %(x (y)\n%_dbpath /b\n) z )\n%other ]\n', '/a'],
  ['%_dbpath /a\n%other %[ [ ]\n%_dbpath /b\n]\n%_dbpath /c', '/c'],
  ['%_dbpath /a\\\n/b\n', '/a\n/b'],
  // The second definition stands in the body of another macro.
  ['%_dbpath /a\n%other() %{expand:\n%_dbpath /b\n}\n', '/a'],
  ['%_dbpath /a\n%other foo \\\n%_dbpath /b\n', '/a'],
  ['%_dbpath /a\n%other %[ 1 +\n%_dbpath /b\n ]\n', '/a'],
  ['%_dbpath /a\n%other \\%{\n%_dbpath /b\n', '/b'],
  ['%_dbpath /a\n%other {\n%_dbpath /b\n', '/b'],
  ['%_dbpath /a\n%other %{x { } \n%_dbpath /b\n', '/a'],
  ['%_dbpath /a\nother %{\n%_dbpath /b\n', '/b'],
] as const;

test.for(known)('%j gives what rpm takes it for', ([text, expected]) => {
  expect(expandMacro('_dbpath', readMacros([{ path: 'macros', text }]))).toBe(expected);
});

test('rpm takes each of them for the same', async () => {
  const said = await Promise.all(
    known.map(async ([text, expected], index) => {
      const path = join(directory, `macros-${index}`);
      writeFileSync(path, text);
      const { stdout } = await run('rpm', ['--macros', path, '--eval', '%{_dbpath}']);
      return [text, stdout.replace(/\n$/, ''), expected];
    }),
  );

  expect(said.filter(([, stdout, expected]) => stdout !== expected)).toEqual([]);
});

test.for([
  ['%_dbpath %(echo /a)\n', 'is more than names and text'],
  ['%_dbpath %{lua:print("/a")}\n', 'is more than names and text'],
  ['%_dbpath %{expand:/a}\n', 'is more than names and text'],
  ['%_dbpath %[1+1]\n', 'is more than names and text'],
  ['%_dbpath %{?a:%{b}}\n', 'is more than names and text'],
  ['%_dbpath %{nothing}/a\n', 'nothing defines %nothing'],
  ['%_dbpath %{_dbpath}\n', 'it goes more than 64 deep'],
  ['%_target x\n%_dbpath /%{_target}\n', '%_target of macros cannot be told: rpm itself sets it'],
  ['%_dbpath() /a\n', 'it is not of the form %name text'],
  ['%_dbpath {/a}/b\n', 'it is not of the form %name text'],
  ['%_dbpath \n', 'it is not of the form %name text'],
  ['%_dbpath %{!some}\n', 'is more than names and text'],
  ['%_dbpath\n', 'it is not of the form %name text'],
  [`%a ${'x'.repeat(3000)}\n%_dbpath %a%a\n`, 'it has more than 4096 characters'],
  [`%a ${'x'.repeat(17_000)}\n%_dbpath /b\n`, 'a definition in macros has more than 16384 bytes'],
] as const)('%j cannot be told', ([text, message]) => {
  expect(() => expandMacro('_dbpath', readMacros([{ path: 'macros', text }]))).toThrow(message);
});

test('agrees with rpm on the macros of this machine that are names and text', async () => {
  const path = '/usr/lib/rpm/macros';
  const macros = readMacros([{ path, text: readFileSync(path, 'utf8') }]);
  const ours = new Map<string, string>();
  for (const name of macros.keys()) {
    try {
      ours.set(name, expandMacro(name, macros) ?? '');
    } catch (error) {
      expect(error).toBeInstanceOf(InvalidMacroError);
    }
  }

  const { stdout } = await run('rpm', [
    '--macros',
    path,
    '--eval',
    [...ours.keys()].map((name) => `%{${name}}`).join('\u0001'),
  ]);

  expect(ours.size).toBeGreaterThan(100);
  expect([...ours.values()]).toEqual(stdout.replace(/\n$/, '').split('\u0001'));
});

test('names that come twice as often each time end at a length, not at the end of memory', () => {
  const lines = Array.from({ length: 60 }, (_, at) => `%m${at} %{m${at + 1}}%{m${at + 1}}\n`);
  const text = `${lines.join('')}%m60 x\n%_dbpath %m0\n`;

  expect(() => expandMacro('_dbpath', readMacros([{ path: 'macros', text }]))).toThrow('4096 characters');
});

test('nor does it take for ever where they stand for nothing', () => {
  const lines = Array.from({ length: 60 }, (_, at) => `%m${at} %{m${at + 1}}%{m${at + 1}}\n`);
  const text = `${lines.join('')}%m60 %{?nothing}\n%_dbpath /a%m0\n`;

  expect(expandMacro('_dbpath', readMacros([{ path: 'macros', text }]))).toBe('/a');
});

test('nothing says it', () => {
  expect(expandMacro('_dbpath', readMacros([]))).toBeUndefined();
});
