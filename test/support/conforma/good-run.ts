import { type Evidence, parseStatement } from '#lib/conforma';

export const hex = (letter: string) => letter.repeat(64);
export const commit = 'c'.repeat(40);
export const repository = 'quay.io/fedora/image';
export const index = `sha256:${hex('1')}`;
export const built = `sha256:${hex('2')}`;
export const ours = 'quay.io/bootc-devel/tekton-catalog';
export const theirs = 'quay.io/konflux-ci/tekton-catalog';
export const url = 'https://example.com/r';
export const source = `oci:${repository}@sha256:${hex('a')}`;
export const prefetched = `oci:${repository}@sha256:${hex('b')}`;
export const sbomUrl = `${repository}@sha256:${hex('5')}`;

interface Attested {
  readonly name: string;
  readonly task: string;
  readonly catalog?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly results?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
}

function attested({ name, task, catalog = ours, params = {}, results = {}, labels = {} }: Attested) {
  const bundle = `${catalog}/task-${task}:0.4@sha256:${hex('d')}`;
  const ref = {
    resolver: 'bundles',
    params: [
      { name: 'bundle', value: bundle },
      { name: 'name', value: task },
      { name: 'kind', value: 'task' },
    ],
  };
  return {
    name,
    ref: ref as object,
    status: 'Succeeded',
    steps: [{ entryPoint: '/bin/true' }] as object[],
    invocation: {
      parameters: params as Record<string, unknown>,
      environment: {
        labels: { 'tekton.dev/task': task, ...labels } as Record<string, string>,
        annotations: {} as Record<string, string>,
      },
    },
    results: Object.entries(results).map(([one, value]) => ({ name: one, type: 'string', value })),
  };
}

const passed = JSON.stringify({ result: 'SUCCESS', failures: 0, warnings: 0 });
const seen = JSON.stringify({ image: { pullspec: repository, digests: [index, built] } });
const check = (name: string, task: string, results: Attested['results'] = {}) =>
  attested({ name, task, catalog: theirs, results: { TEST_OUTPUT: passed, ...results } });

/** A run that went well, as Chains tells it. */
export function goodStatement() {
  return {
    _type: 'https://in-toto.io/Statement/v0.1',
    predicateType: 'https://slsa.dev/provenance/v0.2',
    subject: [
      { name: repository, digest: { sha256: hex('1') } as Record<string, string> },
      { name: repository, digest: { sha256: hex('2') } },
    ],
    predicate: {
      builder: { id: 'https://tekton.dev/chains/v2' } as { id?: string },
      buildType: 'tekton.dev/v1/PipelineRun',
      invocation: { environment: { labels: { 'pipelines.openshift.io/runtime': 'generic' } } },
      metadata: { buildFinishedOn: '2026-11-26T10:00:00Z' },
      materials: [{ uri: `git+${url}.git`, digest: { sha1: commit } as Record<string, string> }],
      buildConfig: {
        tasks: [
          attested({ name: 'init', task: 'init' }),
          attested({
            name: 'clone-repository',
            task: 'git-clone-oci-ta',
            results: { url, commit, SOURCE_ARTIFACT: source },
          }),
          attested({
            name: 'prefetch-dependencies',
            task: 'prefetch-dependencies-oci-ta',
            params: { SOURCE_ARTIFACT: source, mode: 'strict', 'enable-package-registry-proxy': 'true' },
            results: { SOURCE_ARTIFACT: source, CACHI2_ARTIFACT: prefetched },
          }),
          attested({
            name: 'build-images',
            task: 'buildah-remote-oci-ta',
            labels: { 'build.appstudio.redhat.com/build_type': 'docker' },
            params: {
              SOURCE_ARTIFACT: source,
              CACHI2_ARTIFACT: prefetched,
              HERMETIC: 'true',
              PLATFORM: 'linux/x86_64',
              DOCKERFILE: 'Containerfile',
              PRIVILEGED_NESTED: 'true',
              BUILD_ARGS: ['A=1'],
            },
            results: {
              IMAGE_URL: `${repository}:1-linux-x86-64`,
              IMAGE_DIGEST: built,
              SBOM_BLOB_URL: sbomUrl,
            },
          }),
          attested({
            name: 'build-image-index',
            task: 'build-image-index',
            results: { IMAGE_URL: `${repository}:1`, IMAGE_DIGEST: index, IMAGES: `${repository}@${built}` },
          }),
          check('deprecated-base-image-check', 'deprecated-image-check'),
          check('clair-scan', 'clair-scan', { IMAGES_PROCESSED: seen }),
          check('sast-snyk-check', 'sast-snyk-check-oci-ta'),
          check('clamav-scan', 'clamav-scan'),
          check('sast-shell-check', 'sast-shell-check-oci-ta'),
          check('sast-unicode-check', 'sast-unicode-check-oci-ta'),
          check('rpms-signature-scan', 'rpms-signature-scan', {
            RPMS_DATA: JSON.stringify({ keys: { dbfcf71c6d9f90a6: 400, unsigned: 0 } }),
          }),
        ],
      },
    },
  };
}
export type Run = ReturnType<typeof goodStatement>;

export const spdx = (...packages: readonly object[]) => ({
  SPDXID: 'SPDXRef-DOCUMENT',
  spdxVersion: 'SPDX-2.3',
  dataLicense: 'CC0-1.0',
  name: 'image',
  documentNamespace: 'https://example.com/image',
  creationInfo: { created: '2026-11-26T10:00:00Z', creators: ['Tool: a'] },
  packages: packages.map((one) => ({ SPDXID: 'SPDXRef-a', downloadLocation: 'NOASSERTION', ...one })),
});
const note = { annotationType: 'OTHER', annotationDate: '2026-11-26T10:00:00Z' };
export const rpm = (name: string, purl: string, isPrefetched = true) => ({
  name,
  externalRefs: [{ referenceCategory: 'PACKAGE-MANAGER', referenceType: 'purl', referenceLocator: purl }],
  annotations: isPrefetched
    ? [
        {
          ...note,
          annotator: 'Tool: hermeto:jsonencoded',
          comment: '{"name":"a","value":"b"}',
        },
      ]
    : [],
});
export const base = (from: string) => ({
  name: 'base',
  externalRefs: [
    {
      referenceCategory: 'PACKAGE-MANAGER',
      referenceType: 'purl',
      referenceLocator: `pkg:oci/base@sha256:${hex('e')}?repository_url=${from}`,
    },
  ],
  annotations: [
    {
      ...note,
      annotator: 'Tool: konflux:jsonencoded',
      comment: '{"name":"konflux:container:is_base_image","value":"true"}',
    },
  ],
});

export function goodEvidence(statement: object): Evidence {
  return {
    image: `${repository}@${index}`,
    isIndex: true,
    labels: {
      'containers.bootc': '1',
      'org.opencontainers.image.version': '44',
      'org.opencontainers.image.created': '2026-11-26T10:00:00Z',
      'vcs-ref': commit,
      'vcs-type': 'git',
    },
    source: { url, revision: commit },
    statements: [parseStatement(statement)],
    sboms: [
      spdx(
        base('quay.io/fedora/fedora-bootc'),
        rpm('bash', 'pkg:rpm/fedora/bash@5-1?arch=x86_64&repository_id=fedora'),
      ),
    ],
    sbomBlobs: new Map([[sbomUrl, spdx()]]),
    bundles: new Map(),
    reachable: new Set(),
  };
}

export const taskOf = (run: Run, name: string) => {
  const task = run.predicate.buildConfig.tasks.find((one) => one.name === name);
  if (task === undefined) throw new Error(`there is no ${name}`);
  return task;
};
export const give = (run: Run, task: string, name: string, value: unknown) => {
  taskOf(run, task).invocation.parameters[name] = value;
};
export const tell = (run: Run, task: string, name: string, value: string) => {
  const results = taskOf(run, task).results.filter((one) => one.name !== name);
  taskOf(run, task).results = [...results, { name, type: 'string', value }];
};
export const drop = (run: Run, name: string) => {
  const { buildConfig } = run.predicate;
  buildConfig.tasks = buildConfig.tasks.filter((task) => task.name !== name);
};

export function untrust(run: Run, name: string): void {
  taskOf(run, name).ref = { bundle: `quay.io/me/task-x:1@sha256:${hex('d')}`, name: 'x' };
}

export function trust(change: object): object {
  const allow = { all: [{ pattern: 'oci://*' }] };
  return { trusted_task_rules: { allow, ...change } };
}
