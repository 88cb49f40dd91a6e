import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { generatedRuns } from '#test/generated';
import { applyMapping, Mapping, SnapshotSpec } from '../index.ts';

const CASES = { soak: 10_000, ci: 1_000, test: 300 };
const DIGEST = 'c'.repeat(64);
const REVISION = '0123456789abcdef';

/** What each label says: those after it, and plain text, so that no loop is made. */
const LABELS = ['a', 'b', 'c', 'd.e', 'f-g'];
const word = fc.stringMatching(/^[A-Za-z0-9_.-]{0,6}$/);
const spaces = fc.constantFrom('', ' ', '   ', '\t');
const variable = (names: readonly string[]) =>
  fc
    .tuple(spaces, fc.constantFrom(...names), spaces)
    .map(([left, name, right]) => `{{${left}${name}${right}}}`);
const template = (names: readonly string[]) =>
  fc.array(fc.oneof(word, variable(names)), { maxLength: 4 }).map((parts) => parts.join(''));
const labels = fc
  .tuple(
    ...LABELS.map((_, index) => {
      const later = LABELS.slice(index + 1).map((name) => `labels.${name}`);
      return template(['git_short_sha', ...later]);
    }),
  )
  .map((values) => Object.fromEntries(LABELS.map((name, index) => [name, values[index] ?? ''])));
const ALL = [
  'git_sha',
  'git_short_sha',
  'digest_sha',
  'oci_version',
  ...LABELS.map((name) => `labels.${name}`),
];

const componentNames = fc.uniqueArray(fc.constantFrom('one', 'two', 'three', 'four'), { minLength: 1 });
const tags = fc.array(fc.oneof(word, template(ALL)), { maxLength: 3 });
const release = fc.record({
  labels,
  inSnapshot: componentNames,
  mapped: componentNames,
  defaults: tags,
  componentTags: tags,
  repositories: fc.array(tags, { minLength: 1, maxLength: 3 }),
  isShort: fc.boolean(),
});
type Case = typeof release extends fc.Arbitrary<infer T> ? T : never;

test.for(generatedRuns('mapping of a release', CASES))(
  'components, repositories and tags are those of the plain rules (seed $seed)',
  async ({ count, seed, record }) => {
    let accepted = 0;
    await fc.assert(
      fc.asyncProperty(release, async (one) => {
        const expected = plainly(one);
        const actual = await applied(one);
        expect(actual).toEqual(expected);
        if (expected !== undefined) accepted++;
      }),
      { numRuns: count, seed },
    );
    expect(accepted).toBeGreaterThan(count / 20);
    record({ cases: count, against: 'the plain rules, in the test', found: 'no difference' });
  },
);

/** Undefined where it is refused. */
async function applied(one: Case): Promise<object | undefined> {
  const snapshot = SnapshotSpec.parse({
    components: one.inSnapshot.map((name) => ({
      name,
      containerImage: `quay.io/s/${name}@sha256:${DIGEST}`,
      source: { git: { revision: REVISION } },
    })),
  });
  const facts = ['amd64', 's390x'].map((architecture) => ({
    platform: `linux/${architecture}`,
    labels: one.labels,
    created: undefined,
    environment: [],
    annotations: {},
  }));
  const registry = { factsOf: async () => facts, tagsOf: async () => [] };
  try {
    const { snapshot: mapped } = await applyMapping(snapshot, mappingOf(one), registry, { now: new Date(0) });
    return Object.fromEntries(mapped.components.map(({ name, repositories }) => [name, repositories]));
  } catch {
    return undefined;
  }
}

function mappingOf({ mapped, defaults, componentTags, repositories, isShort }: Case): Mapping {
  const [first = []] = repositories;
  return Mapping.parse({
    defaults: { tags: defaults },
    components: mapped.map((name) => ({
      name,
      componentTags,
      ...(isShort
        ? { repository: `quay.io/t/${name}-0`, tags: first }
        : {
            repositories: repositories.map((own, index) => ({
              url: `quay.io/t/${name}-${index}`,
              tags: own,
            })),
          }),
    })),
  });
}

/** The rules slowly: each tag is expanded from its end, each list is a set, and one wrong tag refuses all. */
function plainly(one: Case): object | undefined {
  const names = one.inSnapshot.filter((name) => one.mapped.includes(name));
  const lists = one.isShort ? one.repositories.slice(0, 1) : one.repositories;
  const result: Record<string, object[]> = {};
  for (const name of names) {
    result[name] = [];
    for (const [index, own] of lists.entries()) {
      const all = [...one.defaults, ...one.componentTags, ...own];
      const expanded = all.map((tag) => expandPlainly(tag, one.labels));
      if (all.length === 0) return undefined;
      if (expanded.some((tag) => tag === undefined || !/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(tag)))
        return undefined;
      const tags = new Set(expanded.filter((tag) => tag !== undefined));
      const sorted = Array.from(tags).sort((a, b) => (a < b ? -1 : 1));
      result[name].push({ url: `quay.io/t/${name}-${index}`, tags: sorted });
    }
  }
  return result;
}

function expandPlainly(text: string, known: Readonly<Record<string, string>>): string | undefined {
  const start = text.lastIndexOf('{{');
  if (start === -1) return text;
  const end = text.indexOf('}}', start);
  const name = text.slice(start + 2, end).trim();
  const value = {
    git_sha: REVISION,
    git_short_sha: REVISION.slice(0, 7),
    digest_sha: DIGEST,
    oci_version: 'unknown',
    ...Object.fromEntries(Object.entries(known).map(([label, said]) => [`labels.${label}`, said])),
  }[name];
  if (value === undefined || value === '') return undefined;
  return expandPlainly(`${text.slice(0, start)}${value}${text.slice(end + 2)}`, known);
}
