import type { Subject } from './subject.ts';

export interface ProvenanceInput {
  readonly subject: Subject;
  /** Of the repository that it was made from. */
  readonly source: { readonly url: string; readonly revision: string };
  /** What it was made of beside the source, as references by digest. */
  readonly dependencies: readonly string[];
  /** What whoever called said: the names and values of options. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** URI of who made it: a Konflux tenant, a workflow. */
  readonly builder: string;
  /** URI of the very run, where there is one. */
  readonly invocation?: string;
}

/** in-toto's media type for a statement that nobody has signed (in-toto attestation spec v1, "Bundle"). */
export const STATEMENT_MEDIA_TYPE = 'application/vnd.in-toto+json';
export const SLSA_PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';

/**
 * An in-toto statement with SLSA provenance v1 (slsa.dev/spec/v1.0/provenance). It says no more than is known: without
 * the times of a run it is the same each time. It is not signed: `cosign attest` signs its predicate.
 */
export function provenance(input: ProvenanceInput): object {
  const { subject, source, dependencies, parameters, builder, invocation } = input;
  const { registry, repository } = subject.reference;
  const commit = source.revision.replace(/-dirty$/, '');
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: `${registry}/${repository}`, digest: digestSet(subject.digest) }],
    predicateType: SLSA_PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: `${source.url}#publish`,
        externalParameters: parameters,
        internalParameters: { isDirty: commit !== source.revision },
        resolvedDependencies: [
          { uri: `git+${source.url}`, digest: { gitCommit: commit } },
          ...dependencies.map((reference) => {
            const [name = '', digest = ''] = reference.split('@');
            return { uri: `oci://${name}`, digest: digestSet(digest) };
          }),
        ],
      },
      runDetails: {
        builder: { id: builder },
        ...(invocation === undefined ? {} : { metadata: { invocationId: invocation } }),
      },
    },
  };
}

function digestSet(digest: string): Readonly<Record<string, string>> {
  const [algorithm = '', value = ''] = digest.split(':');
  return { [algorithm]: value };
}
