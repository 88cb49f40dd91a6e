import { expect, test } from 'vitest';
import { checkData, parseSystems, unknownKeys } from '../index.ts';

const component = { name: 'a', repositories: [{ url: 'quay.io/a/b', tags: ['1'] }] };
const mapping = { components: [component] };
const systems = parseSystems(['mapping']);
const check = (data: object, names: readonly string[] = ['mapping']) =>
  checkData({ ...data }, parseSystems(names), []);

test('systems are names, objects or a list of them as JSON', () => {
  const static_ = { systemName: 'mapping', dynamic: false };

  expect(parseSystems(['mapping'])).toEqual([static_]);
  expect(parseSystems(['{"systemName": "mapping", "dynamic": false}', ''])).toEqual([static_]);
  expect(parseSystems(['[{"systemName": "mapping", "dynamic": false}, {"systemName": "cdn"}]'])).toEqual([
    static_,
    { systemName: 'cdn' },
  ]);
});

test.for([
  ['[{', 'param systems is no JSON'],
  ['paint', 'param systems is not valid: [0].systemName: '],
  ['{"dynamic": true}', 'param systems is not valid: [0].systemName: '],
  ['{"systemName": "cdn", "dynamic": "no"}', 'param systems is not valid: [0].dynamic: '],
] as const)('%j names no system', ([text, message]) => {
  expect(() => parseSystems([text])).toThrow(message);
});

test('the systems go into the data, behind those that it names', () => {
  expect(check({ mapping, cdn: { env: 'qa' }, systems: [{ systemName: 'cdn' }] }).systems).toEqual([
    { systemName: 'cdn' },
    ...systems,
  ]);
});

test('own keys are taken, and Fedora’s short form', () => {
  check({
    sanityCheck: { compose: 'https://x' },
    conforma: { policy: 'none', workerCount: 4 },
    mapping: {
      failOnUnmapped: true,
      allowFewerPlatforms: false,
      defaults: { companions: 'none', copyAttachedArtifacts: true, timestampFormat: '%Y' },
      components: [
        { name: 'a', repository: 'quay.io/a/b', companions: 'all', sanityCheck: { waivers: ['x=y'] } },
      ],
    },
  });
});

/** Data with one thing wrong, and where it is said to be. */
const wrong: readonly (readonly [object, readonly string[], string])[] = [
  [{}, ['mapping'], 'mapping: it is missing'],
  [{ mapping: {} }, ['mapping'], 'mapping.components: it is missing'],
  [{ mapping: { components: [] } }, ['mapping'], 'mapping.components: expected a component at least'],
  [{ mapping: { components: [{ name: 'a' }] } }, ['mapping'], 'mapping.components[0]: expected repositories'],
  [
    { mapping: { components: [{ repository: 'x' }] } },
    ['mapping'],
    'mapping.components[0].name: it is missing',
  ],
  [{ mapping: { components: [{ ...component, public: 'yes' }] } }, [], 'mapping.components[0].public: '],
  [{ mapping: { ...mapping, failOnUnmapped: 'yes' } }, [], 'mapping.failOnUnmapped: '],
  [{ mapping: { ...mapping, defaults: { companions: 'some' } } }, [], 'mapping.defaults.companions: '],
  [{ conforma: { policy: 1 } }, [], 'conforma.policy: '],
  [{ sanityCheck: { composes: 'x' } }, [], 'sanityCheck: '],
  [{ systems: 'mapping' }, [], 'systems: '],
  [{ systems: [{ systemName: 'paint' }] }, [], 'systems[0].systemName: '],
  [{ singleComponentMode: 'true' }, [], 'singleComponentMode: '],
  [{ atlas: { server: 'stage', more: 1 } }, [], 'atlas: '],
  [{ conforma: { workerCount: 1.5 } }, [], 'conforma.workerCount: expected a whole number'],
  [{ fbc: {} }, [], 'fbc.fromIndex: it is missing'],
  [{ pushToGit: true }, [], 'git: it is missing'],
  [{ pushToS3: true, s3: {} }, [], 's3.endpoint: it is missing'],
  [{}, ['mrrc'], 'charon: it is missing'],
  [{ pyxis: {} }, ['pyxis'], 'pyxis.server: it is missing'],
  [{}, ['cloudMarketplaces'], 'mapping: it is missing'],
  [{ mapping }, ['cloudMarketplaces'], 'mapping.cloudMarketplacesSecret: it is missing'],
];

test.for(wrong)('%j with the systems %j is not valid', ([data, names, message]) => {
  expect(() => check(data, names)).toThrow(message);
});

test.for([
  [{}, ['{"systemName": "pyxis", "dynamic": true}']],
  [{}, ['intention', 'conforma', 'infra', 'jira', 'cgw', 'nrrc']],
  [{ pushToGit: false, skipFilter: true, unknown: { a: 1 } }, []],
  [{ mapping: { components: [{ name: 'a', contentType: 'rpm' }] } }, ['mapping']],
] as const)('%j with the systems %j is valid', ([data, names]) => {
  expect(() => check(data, names)).not.toThrow();
});

test('all that is wrong is told at once, with the resource that brought it', () => {
  const data = {
    conforma: { workerCount: 'x' },
    mapping: { components: [{ name: 1 }, { name: 'b', tags: 'latest' }], defaults: { public: 'no' } },
  };
  const sources = [
    {
      name: 'ReleasePlanAdmission m/a',
      data: { mapping: { components: [{ name: 1 }], defaults: { public: 'no' } } },
    },
    {
      name: 'ReleasePlan t/p',
      data: { conforma: { workerCount: 'x' }, mapping: { components: [{ tags: 'latest', name: 'b' }] } },
    },
    { name: 'Release t/r', data: {} },
  ];

  expect(() => checkData(data, [], sources)).toThrow(
    /conforma\.workerCount \(ReleasePlan t\/p\): .*; mapping\.components\[0\]\.name \(ReleasePlanAdmission m\/a\): .*; mapping\.components\[1\]\.tags \(ReleasePlan t\/p\): .*; mapping\.defaults\.public \(ReleasePlanAdmission m\/a\): /,
  );
});

test('keys that nobody knows are named', () => {
  expect(
    unknownKeys({
      mappings: {},
      mapping: { failOnUnmaped: true, defaults: { tag: 'x', timestampFormat: '%s' }, components: [] },
    }),
  ).toEqual(['mappings', 'mapping.failOnUnmaped', 'mapping.defaults.tag']);
  expect(unknownKeys({ mapping: 1 })).toEqual([]);
});
