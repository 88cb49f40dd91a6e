import { suggestion } from '#lib/tekton/objects';
import { quoted } from '#lib/text';
import type { Entry, Fields } from './document.ts';
import { type Place, refusal } from './errors.ts';
import { fieldName, joiningOf, knownFields } from './fields.ts';
import { type Conditional, conditionsOf, includesOf } from './includes.ts';
import type { Asked, RepoPackages, Said, Variable } from './model.ts';
import { packagesOf, repoPackagesOf } from './packages.ts';
import { valuesOf } from './values.ts';
import { ownVariables } from './variables.ts';

/** What one manifest says for an architecture, before anything is included. */
export interface Manifest {
  readonly file: string;
  readonly singles: ReadonlyMap<string, Said<unknown>>;
  readonly lists: ReadonlyMap<string, readonly Said<unknown>[]>;
  readonly maps: ReadonlyMap<string, ReadonlyMap<string, Said<unknown>>>;
  readonly packages: readonly (Asked & { readonly name: string })[];
  readonly repoPackages: readonly RepoPackages[];
  readonly variables: ReadonlyMap<string, Variable>;
  readonly includes: readonly Said<string>[];
  readonly conditions: readonly Conditional[];
}

/**
 * @throws {InvalidTreefileError} for fields that there are not, and values that no field has
 */
export function manifestOf(fields: Fields, architecture: string): Manifest {
  const { file } = fields;
  const values = valuesOf(file);
  const entries = fields.entries
    .map((entry) => ({ ...entry, key: fieldName(entry.key) }))
    .filter((entry) => known(entry, file) && entry.node.value !== null);
  const of = (joining: string) => entries.filter(({ key }) => (joiningOf(key) ?? 'single') === joining);
  const singles = new Map(
    of('single').map(({ key, line, node }) => [key, { file, line, value: node.value }] as const),
  );
  checkSingles(singles, architecture);
  const lists = of('list').map((entry) => {
    const items = entry.key === 'exclude-packages' ? values.texts(entry) : undefined;
    return [
      entry.key,
      items ?? values.list(entry).map((node) => ({ ...values.place(node), value: node.value })),
    ] as const;
  });
  const maps = of('map').map((entry) => {
    const inside = values.fields(entry).entries;
    return [
      entry.key,
      new Map(inside.map(({ key, line, node }) => [key, { file, line, value: node.value }])),
    ] as const;
  });
  return {
    file,
    singles,
    lists: new Map(lists),
    maps: new Map(maps),
    packages: packagesOf(of('packages'), values, architecture),
    repoPackages: repoPackagesOf(of('packages'), values),
    variables: ownVariables(new Map(maps).get('variables'), singles.get('releasever'), architecture),
    includes: includesOf(of('include'), values, architecture),
    conditions: conditionsOf(of('include'), values),
  };
}

/** In YAML an unknown field is an error, in JSON it is carried (rpm-ostree, `treefile_parse_stream`). */
function known({ key, line }: Entry, file: string): boolean {
  if (joiningOf(key) !== undefined || !/\.ya?ml$/.test(file)) return true;
  const near = suggestion(key, knownFields());
  throw refusal(
    { file, line },
    `there is no field ${quoted(key)}`,
    near === undefined ? 'docs/treefile.md of rpm-ostree lists them' : `is it meant to be ${near}?`,
  );
}

function checkSingles(singles: ReadonlyMap<string, Said<unknown>>, architecture: string): void {
  const check = (field: string, isRight: (value: unknown) => boolean, why: string, hint: string) => {
    const said = singles.get(field);
    if (said !== undefined && !isRight(said.value)) throw refusal(placeOf(said), `${field} ${why}`, hint);
  };
  check(
    'recommends',
    (value) => typeof value === 'boolean',
    'is neither true nor false',
    'write true or false, without quotes',
  );
  check(
    'edition',
    (value) => value === '2014' || value === '2024',
    'is none',
    'write "2014" or "2024", in quotes',
  );
  check(
    'basearch',
    (value) => value === architecture,
    `is not ${architecture}`,
    'leave it out: no manifest is for one architecture alone',
  );
  const isRelease = (value: unknown) =>
    typeof value === 'string' || (Number.isSafeInteger(value) && Number(value) >= 0);
  check('releasever', isRelease, 'is neither a text nor a whole number', 'write 43 or "43"');
}

function placeOf({ file, line }: Place): Place {
  return { file, line };
}
