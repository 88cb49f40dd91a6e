import type { Statement } from './statement.ts';

/** What is known of an image when policy is asked about it. */
export interface Evidence {
  /** `repository@sha256:…` */
  readonly image: string;
  readonly isIndex: boolean;
  /** Labels of its configuration; of an index, of its member for linux/amd64. */
  readonly labels: Readonly<Record<string, string>>;
  /** The image that it says that it was made from; null for labels that cannot be read. */
  readonly parent?: { readonly reference: string; readonly labels: Readonly<Record<string, string>> | null };
  /** The source that is expected: that of the component in a Snapshot. */
  readonly source?: { readonly url: string; readonly revision: string };
  /** SLSA provenance v0.2 that is attached to it. */
  readonly statements: readonly Statement[];
  /** SBOMs that are attached to it, or that the result SBOM_BLOB_URL of the task that built it names. */
  readonly sboms: readonly Sbom[];
  /** By the result SBOM_BLOB_URL of any task: what it names. */
  readonly sbomBlobs: ReadonlyMap<string, Sbom>;
  /** Annotations of the manifests of bundles, by their references; what cannot be read is not there. */
  readonly bundles: ReadonlyMap<string, Readonly<Record<string, string>>>;
  /** Images that tasks name as those of the sources, and that are there. */
  readonly reachable: ReadonlySet<string>;
}

/** A document of SPDX or CycloneDX, as it is. */
export type Sbom = Readonly<Record<string, unknown>>;
