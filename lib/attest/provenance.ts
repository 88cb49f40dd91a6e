import { type Digest, parseReference, type Reference } from '#lib/oci';
import { timestamp } from '#lib/text';
import { InvalidProvenanceError } from './errors.ts';
import { digestSet, type ProvenanceStatement, parseProvenance, SLSA_PREDICATE_TYPE } from './statement.ts';

export interface ProvenanceInput {
  /** Where it is published, and what it is. */
  readonly subject: { readonly reference: Reference; readonly digest: Digest };
  /** The repository that it was made from: its URL, and a commit, with `-dirty` when the tree had changes. */
  readonly source: { readonly url: string; readonly revision: string };
  /** What it was made of beside the source, as references by digest: step image, base images, bundles of tasks. */
  readonly dependencies: readonly string[];
  /** What the caller said: the names and values of options. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** URI of who made it: a Konflux tenant, a workflow. */
  readonly builder: string;
  /** URI of the very run, where there is one. */
  readonly invocation?: string;
  /** Times make each statement another one, so that each run attaches one more. */
  readonly startedOn?: Date;
  readonly finishedOn?: Date;
}

/**
 * An in-toto statement with SLSA provenance v1 (slsa.dev/spec/v1.0/provenance). It says no more than is known: without
 * the times of a run it is the same each time. It is not signed: `cosign attest` signs its predicate.
 *
 * @throws {InvalidProvenanceError} when it would not be valid: a source that is no URL, a dependency without a digest
 */
export function provenance(input: ProvenanceInput): ProvenanceStatement {
  const { subject, source, dependencies, parameters, builder } = input;
  const { registry, repository } = subject.reference;
  const commit = source.revision.replace(/-dirty$/, '');
  const metadata = metadataOf(input);
  return parseProvenance({
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
          ...dependencies.map(dependency),
        ],
      },
      runDetails: {
        builder: { id: builder },
        ...(Object.keys(metadata).length === 0 ? {} : { metadata }),
      },
    },
  });
}

function metadataOf({ invocation, startedOn, finishedOn }: ProvenanceInput): object {
  return {
    ...(invocation === undefined ? {} : { invocationId: invocation }),
    ...(startedOn === undefined ? {} : { startedOn: timestamp(startedOn) }),
    ...(finishedOn === undefined ? {} : { finishedOn: timestamp(finishedOn) }),
  };
}

function dependency(reference: string): object {
  const { digest } = parseReference(reference);
  if (digest === undefined) {
    throw new InvalidProvenanceError(`provenance cannot name ${reference}: it has no digest`, {
      hint: 'resolve it first: what a tag names changes',
    });
  }
  return { uri: `oci://${reference.slice(0, reference.indexOf('@'))}`, digest: digestSet(digest) };
}
