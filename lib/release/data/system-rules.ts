import { isMap, type JsonMap } from '../merge.ts';
import type { System } from './data-keys.ts';

/** A key that is missing, or one that is wrong beside others, and where. */
export interface Problem {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

/** The key that a system needs at the top, where it has another name than the system. */
const KEY: Readonly<Record<string, string>> = {
  mrrc: 'charon',
  contentGateway: 'mapping',
  cloudMarketplaces: 'mapping',
};
/** Systems that need no key of their own. */
const NEED_NONE = ['nrrc', 'cgw', 'jira', 'infra', 'conforma', 'intention'];

/** Keys that a key needs in it where it is there, and the data is for the system. */
const NEEDED: readonly {
  readonly system: string;
  readonly key: string;
  readonly needs: readonly string[];
}[] = [
  {
    system: 'releaseNotes',
    key: 'releaseNotes',
    needs: [
      'product_id',
      'product_name',
      'product_version',
      'product_stream',
      'cpe',
      'synopsis',
      'topic',
      'description',
      'solution',
      'content',
    ],
  },
  { system: 'cdn', key: 'cdn', needs: ['env'] },
  { system: 'sign', key: 'sign', needs: ['configMapName'] },
  {
    system: 'mrrc',
    key: 'charon',
    needs: ['environment', 'release', 'awsSecret', 'config', 'signing'],
  },
  {
    system: 'nrrc',
    key: 'charon',
    needs: ['environment', 'release', 'awsSecret', 'packageType', 'config'],
  },
  { system: 'github', key: 'github', needs: ['githubSecret'] },
  { system: 'pyxis', key: 'pyxis', needs: ['server', 'secret'] },
  {
    system: 'ootsign',
    key: 'ootsign',
    needs: [
      'kmodsPath',
      'vendor',
      'signedKmodsPath',
      'signing-secret',
      'signingAuthor',
      'checksumFingerprint',
      'checksumKeytab',
    ],
  },
  { system: 'atlas', key: 'atlas', needs: ['server'] },
  { system: 'pulp', key: 'pulp', needs: ['domain', 'secretName'] },
];

/** Where data is pushed besides, by the key that asks for it. */
const PUSHED_TO = [
  { asks: 'pushToGit', key: 'git', needs: ['repoUrl', 'tokenSecret'] },
  { asks: 'pushToS3', key: 's3', needs: ['endpoint', 'bucket', 'credentialsSecret'] },
  { asks: 'pushToAzure', key: 'azure', needs: ['storageAccount', 'container', 'spSecret'] },
];

/**
 * What is missing for the systems that data is for: `allOf` of schemas/dataKeys.json of release-service-utils, of data
 * whose types are right.
 */
export function systemProblems(data: JsonMap, systems: readonly System[]): readonly Problem[] {
  const has = (name: string) => systems.some(({ systemName }) => systemName === name);
  return [
    ...systems
      .filter(({ systemName, dynamic }) => dynamic !== true && !NEED_NONE.includes(systemName))
      .flatMap(({ systemName }) => missing(data, [KEY[systemName] ?? systemName], [])),
    ...NEEDED.flatMap(({ system, key, needs }) => (has(system) ? inside(data, key, needs) : [])),
    ...PUSHED_TO.flatMap(({ asks, key, needs }) =>
      data[asks] === true ? [...missing(data, [key], []), ...inside(data, key, needs)] : [],
    ),
    ...(has('releaseNotes') ? notesProblems(data.releaseNotes) : []),
    ...fbcProblems(data, has('fbc')),
    ...charonProblems(data, has),
    ...mappingProblems(data.mapping, systems),
  ];
}

function notesProblems(notes: unknown): readonly Problem[] {
  if (!isMap(notes)) return [];
  const { content, cves } = notes;
  const both = isMap(content) && Object.hasOwn(content, 'images') === Object.hasOwn(content, 'artifacts');
  return [
    ...(both ? [{ path: ['releaseNotes', 'content'], message: 'expected either images or artifacts' }] : []),
    ...list(cves).flatMap((cve, index) => {
      const named = ['key', 'component', 'packages'].filter((key) => isMap(cve) && Object.hasOwn(cve, key));
      const isWhole = named.includes('key') && named.includes('component');
      return named.length === 0 || isWhole
        ? []
        : [{ path: ['releaseNotes', 'cves', index], message: 'expected a key and a component' }];
    }),
  ];
}

function fbcProblems(data: JsonMap, isAsked: boolean): readonly Problem[] {
  const { fbc } = data;
  if (!isMap(fbc)) return [];
  const needs = (...keys: string[]) => missing(fbc, keys, ['fbc']);
  return [
    ...needs('fromIndex', 'publishingCredentials', 'allowedPackages'),
    ...(isAsked && fbc.preGA === true ? needs('targetIndex', 'productName', 'productVersion') : []),
    ...(isAsked && fbc.hotfix === true ? needs('targetIndex', 'issueId') : []),
    ...(isAsked && fbc.stagedIndex !== true ? needs('targetIndex') : []),
  ];
}

function charonProblems(data: JsonMap, has: (system: string) => boolean): readonly Problem[] {
  if (!isMap(data.charon) || !(has('mrrc') || has('nrrc'))) return [];
  const { sign } = data.charon;
  return [
    ...inside(data, 'releaseNotes', ['product_name', 'product_version']),
    ...(has('mrrc') && isMap(sign) ? missing(sign, ['signKey', 'signCASecret'], ['charon', 'sign']) : []),
  ];
}

function mappingProblems(mapping: unknown, systems: readonly System[]): readonly Problem[] {
  if (!isMap(mapping)) return [];
  const has = (name: string, only?: 'static') =>
    systems.some(({ systemName, dynamic }) => systemName === name && !(only && dynamic === true));
  const needs = (...keys: string[]) => missing(mapping, keys, ['mapping']);
  const components = list(mapping.components);
  const path = ['mapping', 'components'];
  const each = (find: (component: JsonMap, at: readonly PropertyKey[]) => readonly Problem[]) =>
    components.flatMap((one, index) => (isMap(one) ? find(one, [...path, index]) : []));
  const isEmpty = Array.isArray(mapping.components) && components.length === 0;
  const all = (key: string) => components.every((one) => isMap(one) && Object.hasOwn(one, key));
  const none = isEmpty ? [{ path, message: 'expected a component at least' }] : [];
  return [
    ...(has('mapping', 'static') || has('contentGateway', 'static') ? needs('components') : []),
    ...(has('cloudMarketplaces', 'static') ? needs('components', 'cloudMarketplacesSecret') : []),
    ...(has('contentGateway', 'static') ? each((one, at) => missing(one, ['contentGateway'], at)) : []),
    ...(has('contentGateway') && Array.isArray(mapping.components) && all('contentGateway')
      ? each((one, at) =>
          isMap(one.contentGateway)
            ? missing(
                one.contentGateway,
                ['productName', 'productCode', 'productVersionName', 'contentType'],
                [...at, 'contentGateway'],
              )
            : [],
        )
      : []),
    ...(has('mapping') ? [...none, ...each(destinationProblems)] : []),
    ...(has('cloudMarketplaces') ? [...none, ...each(marketplaceProblems)] : []),
  ];
}

/** The short form, `repository`, names a destination, too. */
function destinationProblems(component: JsonMap, at: readonly PropertyKey[]): readonly Problem[] {
  const isNamed = ['repositories', 'contentType', 'repository'].some((key) => Object.hasOwn(component, key));
  return [
    ...missing(component, ['name'], at),
    ...(isNamed ? [] : [{ path: at, message: 'expected repositories, or repository' }]),
  ];
}

function marketplaceProblems(component: JsonMap, at: readonly PropertyKey[]): readonly Problem[] {
  const { staged, starmap } = component;
  const files = isMap(staged) ? staged.files : undefined;
  const inStaged: readonly PropertyKey[] = [...at, 'staged'];
  return [
    ...missing(component, ['name', 'contentType', 'staged', 'starmap'], at),
    ...(isMap(staged) ? missing(staged, ['destination', 'version', 'files'], inStaged) : []),
    ...(Array.isArray(files) && files.length === 0
      ? [{ path: [...inStaged, 'files'], message: 'expected a file at least' }]
      : []),
    ...list(files).flatMap((file, index) =>
      isMap(file) ? missing(file, ['filename', 'source'], [...inStaged, 'files', index]) : [],
    ),
    ...(Array.isArray(starmap) && starmap.length === 0
      ? [{ path: [...at, 'starmap'], message: 'expected an entry at least' }]
      : []),
  ];
}

function inside(data: JsonMap, key: string, needs: readonly string[]): readonly Problem[] {
  const value = Object.hasOwn(data, key) ? data[key] : undefined;
  return isMap(value) ? missing(value, needs, [key]) : [];
}

function missing(value: JsonMap, keys: readonly string[], path: readonly PropertyKey[]): readonly Problem[] {
  return keys
    .filter((key) => !Object.hasOwn(value, key))
    .map((key) => ({ path: [...path, key], message: 'it is missing' }));
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
