import { expect, test } from 'vitest';
import {
  dataSources,
  deepMerge,
  mergeData,
  pipelineMetadata,
  Release,
  ReleasePlan,
  ReleasePlanAdmission,
  refuseAdmissionKeys,
  Snapshot,
  snapshotSpecOf,
} from './index.ts';

const metadata = { name: 'one', namespace: 'tenant' };
const plan = (spec: object = {}) => ReleasePlan.parse({ metadata, spec: { application: 'app', ...spec } });
const admission = (spec: object = {}) =>
  ReleasePlanAdmission.parse({ metadata: { name: 'adm', namespace: 'managed' }, spec });
const release = (data?: object | null, collectors?: object) =>
  Release.parse({ metadata, spec: { data }, status: { collectors } });

test.for([
  [{ a: 1 }, { a: 2 }, { a: 2 }],
  [{ a: 1 }, { a: null }, { a: 1 }],
  [{}, { a: null }, { a: null }],
  [{ a: ['b', 'a'] }, { a: ['c', 'a'] }, { a: ['a', 'b', 'c'] }],
  [{ a: ['b', 'a'] }, { a: [] }, { a: ['a', 'b'] }],
  [{ a: [1] }, { a: [true] }, { a: [1] }],
  [{ a: [1, 10, 2] }, { a: ['1'] }, { a: ['1', 1, 10, 2] }],
  [{ a: { b: 1 } }, { a: ['x'] }, { a: ['x'] }],
  [{ a: { b: 1, c: 1 } }, { a: { c: 2, d: 3 } }, { a: { b: 1, c: 2, d: 3 } }],
] as const)('%j with %j over it is %j', ([base, over, merged]) => {
  expect(deepMerge(base, over)).toEqual(merged);
});

test('a key of a stranger changes no other object', () => {
  const hostile = JSON.parse('{"__proto__": {"polluted": true}, "a": {"__proto__": {"polluted": true}}}');

  const merged = deepMerge({ a: {} }, hostile) as { readonly a: object };

  expect(Reflect.get({}, 'polluted')).toBeUndefined();
  expect(Object.keys(merged.a)).toEqual(['__proto__']);
  expect(Reflect.get(merged.a, 'polluted')).toBeUndefined();
});

test('the admission wins over the plan, the plan over the Release, and that over collectors', () => {
  const sources = dataSources({
    release: release(
      { all: 'release', release: 'release', list: ['r'] },
      {
        managed: { jira: { all: 'managed', both: 'managed' }, cve: null },
        tenant: { own: { both: 'tenant', collectors: 'tenant', list: ['c'] } },
      },
    ),
    releasePlan: plan({ data: { all: 'plan', plan: 'plan', list: ['p'] } }),
    releasePlanAdmission: admission({ data: { all: 'admission', list: ['a'] } }),
  });

  expect(sources.map(({ name }) => name)).toEqual([
    'ReleasePlanAdmission managed/adm',
    'ReleasePlan tenant/one',
    'Release tenant/one',
    'collectors of Release tenant/one',
  ]);
  expect(mergeData(sources)).toEqual({
    all: 'admission',
    plan: 'plan',
    release: 'release',
    both: 'tenant',
    collectors: 'tenant',
    list: ['a', 'c', 'p', 'r'],
  });
});

test('a tenant has no admission, and perhaps no data', () => {
  const sources = dataSources({
    release: release(null),
    releasePlan: plan(),
    releasePlanAdmission: undefined,
  });

  expect(mergeData(sources)).toEqual({});
});

test('keys of an admission are refused elsewhere, each by its name', () => {
  const releaseNotes = { product_id: 1, cpe: null, topic: 'x' };

  expect(() =>
    refuseAdmissionKeys({
      release: release({ releaseNotes }),
      releasePlan: plan({ data: { releaseNotes: { allow_custom_live_id: false } } }),
    }),
  ).toThrow(
    'only a ReleasePlanAdmission may set releaseNotes.allow_custom_live_id of ReleasePlan tenant/one, releaseNotes.product_id of Release tenant/one',
  );
  refuseAdmissionKeys({ release: release({ releaseNotes: { topic: 'x' } }), releasePlan: plan() });
  refuseAdmissionKeys({ release: release({ releaseNotes: 'none' }), releasePlan: plan() });
});

const snapshot = (spec: object) => Snapshot.parse({ metadata: { ...metadata, name: 'snap' }, spec });
const component = (name: string) => ({ name, containerImage: 'x' });

test('the application of a Snapshot becomes its componentGroup', () => {
  const given = { releasePlan: plan(), releasePlanAdmission: undefined };
  const kept = { displayName: 'x', components: [component('a')] };

  expect(snapshotSpecOf(snapshot({ application: 'app', ...kept }), given)).toEqual({
    ...kept,
    componentGroup: 'app',
  });
  expect(snapshotSpecOf(snapshot({ application: 'old', componentGroup: 'app', ...kept }), given)).toEqual({
    ...kept,
    componentGroup: 'app',
  });
});

test.for([
  [
    { application: 'other', components: [] },
    {},
    'Snapshot tenant/snap is of other, and ReleasePlan tenant/one of app',
  ],
  [
    { application: 'app', components: [] },
    { applications: ['b'] },
    'Snapshot tenant/snap is of app, which ReleasePlanAdmission adm does not admit',
  ],
  [
    { application: 'app', components: [component('a'), component('b'), component('a')] },
    {},
    'Snapshot tenant/snap has two components of the name "a"',
  ],
] as const)('%j is refused', ([spec, admitted, message]) => {
  const given = { releasePlan: plan(), releasePlanAdmission: admission(admitted) };

  expect(() => snapshotSpecOf(snapshot(spec), given)).toThrow(message);
});

const pipelineRef = (url: string, revision: string) => ({
  pipelineRef: {
    resolver: 'git',
    params: [
      { name: 'url', value: url },
      { name: 'revision', value: revision },
      { name: 'pathInRepo', value: 'p.yaml' },
    ],
  },
});
const commit = 'a'.repeat(40);

test('the pipeline of the admission is told, or else that of the tenant', () => {
  const managed = admission({ pipeline: pipelineRef('https://github.com/org/repo.git', commit) });
  const own = plan({ tenantPipeline: pipelineRef('https://gitlab.com/a/b', 'main') });

  expect(pipelineMetadata(own, managed)).toEqual({
    org: 'org',
    repo: 'repo',
    revision: commit,
    pathinrepo: 'p.yaml',
    sha: commit,
  });
  expect(pipelineMetadata(own, undefined)).toMatchObject({ org: 'a', repo: 'b', sha: 'unknown' });
  expect(Object.values(pipelineMetadata(plan(), undefined))).toEqual(Array(5).fill('unknown'));
  expect(
    pipelineMetadata(plan({ tenantPipeline: { pipelineRef: { resolver: 'bundles' } } }), undefined).org,
  ).toBe('unknown');
});
