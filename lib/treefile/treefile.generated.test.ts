import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { generatedRuns } from '#test/generated';
import { manifestFiles } from '#test/images/manifest-files';
import { type PlainManifest, type PlainResult, plainTreefile } from '#test/images/plain-treefile';
import { readTreefile } from './read-treefile.ts';

const paths = [
  'image.yaml',
  'a.yaml',
  'b.yaml',
  'c.yaml',
  'sub/d.yaml',
  'sub/e.yaml',
  'sub/f.yaml',
  'g/h.yaml',
];
const architectures = ['s390x', 'x86_64'] as const;

/** Errors of the plain reference, and how they are told. */
const told: Readonly<Record<string, RegExp>> = {
  both: /is asked for here and excluded in/,
  outside: /leads out of the directory/,
  missing: /there is no manifest/,
  twice: /is included a second time/,
  'unknown variable': /names a variable that is not there/,
  unlike: /compares unlike values/,
  order: /orders what is no number/,
};

const name = fc.constantFrom('kernel', 'bootc', 'vim', 'podman', 'zram', 'irqbalance', 'a-b', 'x');
const entry = fc.oneof(
  { weight: 5, arbitrary: name },
  { weight: 2, arbitrary: fc.tuple(name, name).map((two) => two.join('  ')) },
  { weight: 1, arbitrary: name.map((one) => `'${one} >= 2'`) },
);
const condition = fc
  .tuple(
    fc.constantFrom('releasever', 'basearch', 'stream', 'dev'),
    fc.constantFrom('==', '!=', '<', '<=', '>', '>='),
    fc.constantFrom('43', '44', '"s390x"', '"x86_64"', '"testing"', 'true', 'false'),
  )
  .map((parts) => parts.join(' '));
/** Conditions that can be decided are rare among those that are put together by chance. */
const decidable = fc.constantFrom('basearch == "s390x"', 'basearch != "s390x"', 'basearch == "x86_64"');
const conditions = fc.oneof({ weight: 6, arbitrary: decidable }, { weight: 1, arbitrary: condition });

/** What a manifest says itself. */
const content = fc.record(
  {
    packages: fc.array(entry, { maxLength: 4 }),
    'packages-s390x': fc.array(entry, { maxLength: 2 }),
    'packages-x86_64': fc.array(entry, { maxLength: 2 }),
    'exclude-packages': fc.array(fc.constantFrom('toolbox', 'nano', 'nano', 'python', 'vim'), {
      maxLength: 2,
    }),
    postprocess: fc.array(fc.constantFrom('foo', 'bar', 'baz'), { maxLength: 2 }),
    recommends: fc.boolean(),
    releasever: fc.constantFrom(43, 44),
    variables: fc.record({ stream: fc.constantFrom('testing', 7), dev: fc.boolean() }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);

/** Most includes make a tree, in which no file stands twice; a few go anywhere, or out. */
const manifests = fc
  .tuple(
    fc.array(content, { minLength: paths.length, maxLength: paths.length }),
    fc.array(fc.tuple(fc.nat(), fc.nat(5), conditions), {
      minLength: paths.length - 1,
      maxLength: paths.length - 1,
    }),
    fc.option(fc.tuple(fc.nat(), fc.constantFrom(...paths, '../out.yaml', 'no.yaml')), { freq: 4 }),
  )
  .map(([contents, tree, stray]) => {
    const includes: {
      include: string[];
      arch: Record<string, string[]>;
      when: PlainManifest['conditional-include'] & object;
    }[] = paths.map(() => ({ include: [], arch: {}, when: [] }));
    for (const [index, [from, how, one]] of tree.entries()) {
      const parent = from % (index + 1);
      const include = relative(paths[parent] ?? '', paths[index + 1] ?? '');
      const at = includes[parent];
      if (at === undefined || how === 5) continue;
      if (how < 3) at.include.push(include);
      else if (how === 3) at.arch.s390x = [...(at.arch.s390x ?? []), include];
      else at.when = [...at.when, { if: index % 2 === 0 ? one : [one, one], include: [include] }];
    }
    if (stray) includes[stray[0] % paths.length]?.include.push(stray[1]);
    return Object.fromEntries(
      paths.map((path, index): [string, PlainManifest] => {
        const { include = [], arch = {}, when = [] } = includes[index] ?? {};
        const [single] = include;
        return [
          path,
          {
            ...withoutUndefined(contents[index] ?? {}),
            ...(include.length === 0
              ? {}
              : { include: include.length === 1 && single !== undefined ? single : include }),
            ...(Object.keys(arch).length === 0 ? {} : { 'arch-include': arch }),
            ...(when.length === 0 ? {} : { 'conditional-include': when }),
          },
        ];
      }),
    );
  });

const runs = generatedRuns('treefile', { soak: 5_000, ci: 400, test: 200 });

test.for(runs)(
  'manifests agree with a plain reference (seed $seed)',
  { timeout: 300_000 },
  ({ count, seed, record }) => {
    let errors = 0;
    const kinds = new Set<string>();
    const property = fc.property(manifests, fc.constantFrom(...architectures), (plain, architecture) => {
      const texts = Object.fromEntries(Object.entries(plain).map(([path, one]) => [path, stringify(one)]));
      const expected = attempt(() => plainTreefile(plain, 'image.yaml', architecture));
      const got = attempt(() => shape(readTreefile(manifestFiles(texts), 'image.yaml', architecture)));
      if (typeof expected === 'string') {
        errors += 1;
        kinds.add(expected);
        expect(got).toMatch(told[expected] ?? expected);
      } else expect(got).toEqual(expected);
    });

    fc.assert(property, { numRuns: count, seed });

    record({
      cases: count,
      against: 'a plain reference in the test',
      found: `${errors} with errors of ${kinds.size} kinds`,
    });
    // Neither what is read nor what is refused may go untested.
    expect(errors).toBeGreaterThan(count / 20);
    expect(errors).toBeLessThan(count * 0.8);
    expect(kinds.size).toBeGreaterThan(3);
  },
);

function shape(treefile: ReturnType<typeof readTreefile>): PlainResult {
  const { releasever } = treefile;
  return {
    files: treefile.manifests.map(({ file }) => file),
    packages: Object.fromEntries(
      [...treefile.packages].map(([one, asked]) => [one, asked.map(({ file }) => file)]),
    ),
    excluded: [...treefile.excluded.keys()],
    postprocess: (treefile.carried.get('postprocess') ?? []).map(({ value }) => String(value)),
    recommends: treefile.recommends,
    releasever: typeof releasever === 'number' ? releasever : undefined,
  };
}

/** The result, or what the error says. */
function attempt<T>(action: () => T): T | string {
  try {
    return action();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function relative(from: string, to: string): string {
  return `${from.includes('/') ? '../' : ''}${to}`;
}

function withoutUndefined<T extends object>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T;
}
