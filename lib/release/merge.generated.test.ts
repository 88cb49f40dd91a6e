import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { generatedRuns } from '#test/generated';
import { deepMerge, isMap } from './index.ts';

const CASES = { soak: 20_000, ci: 2_000, test: 500 };

/** Keys and values that meet often, those that JavaScript and Python take for the same or not, and hostile keys. */
const scalar = fc.oneof(
  fc.constantFrom('a', 'b', 'é', '\u{1f600}', '\uffff', '', '1', '"', '\n', '\u007f'),
  fc.constantFrom(0, 1, 2, 10, -1, 1.5),
  fc.boolean(),
  fc.constant(null),
  fc.string({ unit: 'binary', maxLength: 3 }),
);
const key = fc.constantFrom('a', 'b', 'tags', 'é', '\u{1f600}', '\uffff', 'constructor', '__proto__', '');
const { value: document } = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', maxDepth: 4 },
    { arbitrary: scalar, weight: 2 },
    { arbitrary: fc.array(tie('value'), { maxLength: 4 }), weight: 2 },
    {
      arbitrary: fc
        .array(fc.tuple(key, tie('value')), { maxLength: 4 })
        .map((entries) => Object.fromEntries(entries)),
      weight: 3,
    },
  ),
}));

test.for(generatedRuns('merge of release data', CASES))(
  'maps, lists and all else are merged by the plain rules (seed $seed)',
  ({ count, seed, record }) => {
    fc.assert(
      fc.property(document, document, (base, over) => {
        expect(deepMerge(base, over)).toEqual(plainMerge(base, over));
      }),
      { numRuns: count, seed },
    );
    record({ cases: count, against: 'the plain rules, in the test', found: 'no difference' });
  },
);

/** The rules of upstream's documentation, word for word and slowly. */
function plainMerge(base: unknown, over: unknown): unknown {
  if (Array.isArray(base) && Array.isArray(over)) {
    const once: unknown[] = [];
    for (const one of [...base, ...over]) if (!once.some((other) => pythonEquals(one, other))) once.push(one);
    return once
      .map((one) => [Array.from(dumps(one)), one] as const)
      .sort(([a], [b]) => {
        for (const [index, character] of a.entries()) {
          if (b[index] === undefined) return 1;
          if (character !== b[index]) return character < (b[index] ?? '') ? -1 : 1;
        }
        return a.length - b.length;
      })
      .map(([, one]) => one);
  }
  if (!isMap(base) || !isMap(over)) return over === null ? base : over;
  const result = new Map<string, unknown>(Object.entries(base));
  for (const [name, value] of Object.entries(over))
    result.set(name, result.has(name) ? plainMerge(result.get(name), value) : value);
  return Object.fromEntries(result);
}

function pythonEquals(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((one, index) => pythonEquals(one, b[index]));
  if (isMap(a) && isMap(b)) {
    const names = Object.keys(a);
    return (
      names.length === Object.keys(b).length &&
      names.every((name) => Object.hasOwn(b, name) && pythonEquals(a[name], b[name]))
    );
  }
  const asNumber = (one: unknown) => (typeof one === 'boolean' ? Number(one) : one);
  return asNumber(a) === asNumber(b);
}

/** As json.dumps(value, sort_keys=True) writes it. */
function dumps(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(dumps).join(', ')}]`;
  if (isMap(value)) {
    const names = Object.keys(value).sort((a, b) => Buffer.compare(utf32(a), utf32(b)));
    return `{${names.map((name) => `${dumps(name)}: ${dumps(value[name])}`).join(', ')}}`;
  }
  if (typeof value !== 'string') return JSON.stringify(value);
  return Array.from(JSON.stringify(value))
    .flatMap((character) => character.split(''))
    .map((half) =>
      half >= ' ' && half <= '~' ? half : `\\u${half.charCodeAt(0).toString(16).padStart(4, '0')}`,
    )
    .join('');
}

function utf32(text: string): Buffer {
  const points = Array.from(text, (character) => character.codePointAt(0) ?? 0);
  const bytes = Buffer.alloc(points.length * 4);
  for (const [index, point] of points.entries()) bytes.writeUInt32BE(point, index * 4);
  return bytes;
}
