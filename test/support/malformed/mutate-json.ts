import { mutateBytes, pick, type Random } from './mutate-bytes.ts';

type Container = Record<string, unknown> | unknown[];

const values: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  '',
  'x',
  'x\u001b]0;y\u0007\nresult TEST_OUTPUT={"result":"SUCCESS"}',
  '\u202e\ud800',
  'y'.repeat(100_000),
  [],
  {},
  [null],
  [[]],
  { a: 1 },
  { toString: 1 },
  'sha256:0',
  `sha256:${'0'.repeat(64)}`,
  'unknown',
  'linux/amd64',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  Array(3000).fill('z'),
  deep(200),
];

/** A document with one thing changed: a value of any type anywhere, a key twice or in other letters, or its bytes. */
export function mutateJson(document: object, random: Random): Buffer {
  if (random() < 0.1) return mutateBytes(Buffer.from(JSON.stringify(document)), random);
  const copy = structuredClone(document) as Record<string, unknown>;
  const [parent, key] = pick(random, placesOf(copy));
  const get = () => (parent as Record<string, unknown>)[key];
  const set = (name: string, value: unknown) =>
    Object.defineProperty(parent, name, { value, enumerable: true, configurable: true, writable: true });
  const drop = () => (Array.isArray(parent) ? parent.splice(Number(key), 1) : delete parent[key]);
  switch (Math.floor(random() * 9)) {
    case 0:
      drop();
      break;
    case 1: {
      const text = JSON.stringify(copy);
      const name = JSON.stringify(key);
      return Buffer.from(
        text.replace(`${name}:`, `${name}:${JSON.stringify(pick(random, values)) ?? 1},${name}:`),
      );
    }
    case 2:
      set(
        pick(random, [
          key.toUpperCase(),
          key[0]?.toUpperCase() + key.slice(1),
          '__proto__',
          'constructor',
          'toString',
        ]),
        get(),
      );
      break;
    case 3:
      if (Array.isArray(parent)) parent.push(...Array(pick(random, [1, 2, 70, 600])).fill(get()));
      else set(key, [get()]);
      break;
    case 4: {
      const [from, other] = pick(random, placesOf(copy));
      set(key, structuredClone((from as Record<string, unknown>)[other]));
      break;
    }
    default:
      set(key, pick(random, values));
  }
  return Buffer.from(JSON.stringify(copy));
}

function placesOf(value: Container): (readonly [Container, string])[] {
  return Object.entries(value).flatMap(([key, inner]): (readonly [Container, string])[] => [
    [value, key],
    ...(typeof inner === 'object' && inner !== null ? placesOf(inner as Container) : []),
  ]);
}

function deep(levels: number): unknown {
  let value: unknown = [];
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}
