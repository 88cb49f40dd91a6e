import * as z from 'zod';
import { mapping } from './mapping-keys.ts';
import { ownKeys } from './own-keys.ts';
import { releaseNotes } from './release-notes.ts';
import { closed, flag, object, text, texts, whole } from './shapes.ts';

/** Systems that data may be for. */
export const SystemName = z.enum([
  'releaseNotes',
  'cdn',
  'fbc',
  'sign',
  'mrrc',
  'nrrc',
  'cgw',
  'jira',
  'infra',
  'github',
  'contentGateway',
  'pyxis',
  'mapping',
  'ootsign',
  'conforma',
  'intention',
  'atlas',
  'pulp',
  'cloudMarketplaces',
]);

/** A system that data has to serve; its keys need not be there where they are made later (`dynamic`). */
export const System = z.looseObject({ systemName: SystemName, dynamic: z.boolean().optional() });
export type System = z.output<typeof System>;

const fbc = object({
  request: text,
  publishingCredentials: text,
  buildTags: texts,
  addArches: texts,
  hotfix: flag,
  preGA: flag,
  stagedIndex: flag,
  productName: text,
  productVersion: text,
  buildTimeoutSeconds: whole,
  requestTimeoutSeconds: whole,
  timestampFormat: text,
  issueId: text,
  allowedPackages: texts,
  fromIndex: text,
  targetIndex: text,
  configMapName: text,
  pipelineImage: text,
  internalRequestServiceAccount: text,
});

/**
 * The types of what stands in release data: `properties` of schemas/dataKeys.json of release-service-utils, and our own
 * keys. Which of them must be there for a system stands in `systemProblems`.
 */
export const DataKeys = object({
  enforceContainerFirstSecurityLabels: flag,
  systems: z.array(System),
  requestType: z.enum(['internal-request', 'internal-pipelinerun']),
  fbc,
  releaseNotes,
  sign: object({ cosignSecretName: text, request: text, configMapName: text, pipelineImage: text }),
  cgw: object({ cgwSecret: text }),
  jira: object({ jiraAdvisorySecret: text }),
  infra: object({ prCreatorSecret: text }),
  github: object({ githubSecret: text }),
  conforma: object({ workerCount: whole }).extend(ownKeys.conforma),
  pyxis: object({
    secret: text,
    server: z.enum(['stage', 'production', 'production-internal', 'stage-internal']),
    skipRepoPublishing: flag,
    includeLayers: flag,
  }),
  pulp: object({
    baseUrl: text,
    domain: text,
    apiRoot: text,
    repository: text,
    secretName: text,
    taskTimeout: text,
  }),
  signOptions: object({ unsignedRpmsDomain: text, signedRpmsDomain: text, skipUploadToPulp: flag }),
  atlas: closed({
    server: z.enum(['stage', 'production']),
    'atlas-sso-secret-name': text,
    'atlas-retry-aws-secret-name': text,
  }),
  slack: object({
    'slack-notification-secret': text,
    'slack-webhook-notification-secret-keyname': text,
  }),
  'infra-deployment-update-script': text,
  intention: z.enum(['production', 'staging']),
  singleComponentMode: flag,
  mapping,
  ootsign: object({
    kmodsPath: text,
    vendor: text,
    signedKmodsPath: text,
    'signing-secret': text,
    signingAuthor: text,
    checksumFingerprint: text,
    checksumKeytab: text,
  }),
  pushToGit: flag,
  pushToS3: flag,
  pushToAzure: flag,
  git: object({ repoUrl: text, branch: text, tokenSecret: text }),
  s3: object({ endpoint: text, bucket: text, credentialsSecret: text }),
  azure: object({ storageAccount: text, container: text, spSecret: text }),
  cdn: object({ env: z.enum(['qa', 'stage', 'production']) }),
  charon: object({
    release: z.enum(['ga', 'ea']),
    environment: z.enum(['dev', 'stage', 'production']),
    awsSecret: text,
    packageType: z.enum(['maven', 'npm']),
    signing: object({ signKey: text, signCASecret: text, signIgnores: texts }),
    config: text,
  }),
  pushOptions: object({
    koji_tags: texts,
    koji_profile: text,
    koji_import_draft: flag,
    components: texts,
    pushKeytab: object({ principal: text, secret: text, name: text }),
    pushPipelineImage: text,
    pushType: z.enum(['import', 'promote']),
  }),
  skipFilter: flag,
}).extend(ownKeys.top);
