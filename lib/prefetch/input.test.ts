import { expect, test } from 'vitest';
import { InvalidPrefetchInputError } from './errors.ts';
import { parsePrefetchInput, type RpmPackage, wantedArchitectures } from './input.ts';

test.for<[text: string, paths: readonly string[], others: readonly string[]]>([
  ['rpm', ['.'], []],
  [' gomod\n', [], ['gomod']],
  ['{"type": "rpm"}', ['.'], []],
  ['[{"type": "rpm", "path": "."}]', ['.'], []],
  ['{"packages": [{"type": "rpm", "path": "a/./b/"}, {"type": "pip"}], "flags": []}', ['a/b'], ['pip']],
  ['[{"type": "rpm"}, {"type": "rpm", "path": "./"}, {"type": "rpm", "path": "x"}]', ['.', 'x'], []],
  ['[{"type": "npm", "path": "a", "x": 1}, {"type": "x-maven"}, {"type": "npm"}]', [], ['npm', 'x-maven']],
  ['[]', [], []],
])('reads %s', ([text, paths, others]) => {
  const { rpms, others: found } = parsePrefetchInput(text);

  expect(rpms.map(({ path }) => path)).toEqual(paths);
  expect(found).toEqual(others);
});

test.for([
  ['', 'neither JSON nor the name'],
  ['"rpm"', 'neither JSON nor the name'],
  ['rpm; id', 'neither JSON nor the name'],
  ['[{"type": "rpm"}', 'it is not JSON'],
  ['[1]', 'packages[0]'],
  ['[{"path": "."}]', 'packages[0].type'],
  ['{"packages": {}}', 'packages'],
  ['{"packages": [], "x": 1}', 'Unrecognized key: "x"'],
  ['[{"type": "rpm", "path": "/etc"}]', 'packages[0].path is no path below the source'],
  ['[{"type": "pip"}, {"type": "rpm", "path": "a/../../b"}]', 'packages[1].path is no path below'],
  ['[{"type": "rpm", "paths": "x"}]', 'packages[0] Unrecognized key: "paths"'],
  [
    '[{"type": "rpm", "options": {"dnf": {"a": {"b\\nc": "d"}}}}]',
    'packages[0].options.dnf.a.b\\nc Invalid key',
  ],
  ['[{"type": "rpm", "options": {"dnf": {"a": {"b": "c\\n[d]"}}}}]', 'packages[0].options.dnf.a.b'],
  ['[{"type": "rpm", "options": {"dnf": {"a": "b"}}}]', 'packages[0].options.dnf.a'],
] as const)('refuses %s, and says where', ([text, message]) => {
  expect(() => parsePrefetchInput(text)).toThrow(InvalidPrefetchInputError);
  expect(() => parsePrefetchInput(text)).toThrow(message);
});

test.for<[arch: string | undefined, names: readonly string[] | undefined]>([
  [undefined, undefined],
  [':all:', undefined],
  ['x86_64, :all:', undefined],
  ['x86_64, s390x,', ['x86_64', 's390x']],
])('of the architectures %j these are wanted: %j', ([arch, names]) => {
  const one: RpmPackage = { type: 'rpm', path: '.', ...(arch === undefined ? {} : { binary: { arch } }) };

  expect(wantedArchitectures(one)).toEqual(names);
});
