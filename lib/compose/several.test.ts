import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { id, info, rpms } from '#test/nightly-compose';
import { openCompose } from './compose.ts';
import { noComposeAt } from './gone.ts';
import { newestOf, openComposes } from './several.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'composes-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

/** A compose of an id in a directory of that name. */
function write(composeId: string): string {
  const place = join(directory, composeId);
  const text = (value: object) => JSON.stringify(value).replaceAll(id, composeId);
  mkdirSync(join(place, 'compose/metadata'), { recursive: true });
  writeFileSync(join(place, 'COMPOSE_ID'), composeId);
  writeFileSync(join(place, 'STATUS'), 'FINISHED\n');
  writeFileSync(join(place, 'compose/metadata/composeinfo.json'), text(info));
  writeFileSync(join(place, 'compose/metadata/rpms.json'), text(rpms));
  return place;
}

test('several composes are opened with their roles, in their order', async () => {
  const updates = write('Fedora-43-updates-20261120.0');
  const release = write('Fedora-43-20251021.0');

  const opened = await openComposes({ compose: '', composes: [`updates=${updates}`, `release=${release}`] });

  expect(opened.map(({ role, compose }) => [role, compose.id])).toEqual([
    ['updates', 'Fedora-43-updates-20261120.0'],
    ['release', 'Fedora-43-20251021.0'],
  ]);
  expect(await openComposes({ compose: '', composes: [] })).toEqual([]);
  expect((await openComposes({ compose: release, composes: [] })).map(({ role }) => role)).toEqual([
    undefined,
  ]);
});

test.for<[given: (place: string) => readonly [string, readonly string[]], message: string]>([
  [(place) => [place, [`a=${place}`]], 'one compose is given, and a list'],
  [(place) => ['', [place]], 'compose 1 of the list has no role'],
  [() => ['', ['https://user:SECRET@h/c']], 'compose 1 of the list has no role'],
  [(place) => ['', [`a=${place}`, `a=${place}`]], 'two composes have the role a'],
  [(place) => ['', [`a=${place}`, `b=${place}`]], 'is given twice'],
])('composes that do not fit together are refused, and no location is told', async ([given, message]) => {
  const [compose, composes] = given(write('Fedora-43-20251021.0'));

  const opening = openComposes({ compose, composes });

  await expect(opening).rejects.toThrow(message);
  await expect(opening).rejects.toThrow(/^(?!.*SECRET)/);
});

test.for([
  [['Fedora-43-updates-20260428.0', 'Fedora-43-20251021.0'], 'Fedora-43-updates-20260428.0'],
  [['Fedora-43-20251021.0', 'Fedora-43-updates-20260428.0'], 'Fedora-43-updates-20260428.0'],
  [['Fedora-Rawhide-20260709.n.0', 'Fedora-Rawhide-20260709.n.10'], 'Fedora-Rawhide-20260709.n.10'],
  [['Fedora-43-20251021.0', 'Fedora-43-updates-20251021.0'], 'Fedora-43-20251021.0'],
  [[], undefined],
] as const)('of %j the newest is %s', ([ids, newest]) => {
  expect(newestOf(ids)).toBe(newest);
});

test('what pungi calls the location of a compose leads to the compose, and a compose in a directory of that name to itself', async () => {
  const place = write('Fedora-43-20251021.0');

  for (const location of [`${place}/compose`, `${place}/compose/`, `file://${place}/compose`])
    expect((await openCompose(location)).location).toBe(place);
  await expect(openCompose(join(directory, 'compose'))).rejects.toThrow('there is no compose at');
});

test.for([
  [
    'https://h/Fedora-43-updates-20261101.0',
    'the compose Fedora-43-updates-20261101.0 is not there any more',
    '2026-11-11',
  ],
  [
    '/c/Fedora-43-updates-testing-20261101.2',
    'Fedora-43-updates-testing-20261101.2 is not there any more',
    '2026-11-11',
  ],
  ['https://h/Fedora-43-updates-20261125.0', 'there is no compose at', 'give the directory'],
  ['https://h/Fedora-43-20251021.0', 'there is no compose at', 'give the directory'],
  ['https://h/Fedora-43-updates-20269901.0', 'there is no compose at', 'give the directory'],
] as const)('of %s it is told that %s', ([name, message, hint]) => {
  const error = noComposeAt(name, new Date('2026-11-27T12:00:00Z'));

  expect(error.message).toContain(message);
  expect(error.hint).toContain(hint);
});
