/** Tekton's bundle contract (docs/tekton-bundle-contracts.md), as its resolver enforces it. */

/** The most objects in a bundle (MaximumBundleObjects, pkg/resolution/resolver/bundle/bundle.go). */
export const MAX_OBJECTS = 20;

/**
 * The most bytes of an object. The resolver hands it on in base64 in the status of a ResolutionRequest, and etcd takes
 * 1.5 MiB for a request: three quarters of it, less the rest of the object (tektoncd/cli#2434).
 */
export const MAX_OBJECT_BYTES = 1024 * 1024;

/**
 * Bytes of an object that `tkn bundle list` reads: one call of Read on the archive/tar of a gzip stream (pkg/remote/oci/resolver.go),
 * which ends with the window of 32 KiB, of which the header of the tar takes 512. The cluster's resolver reads on since
 * tektoncd/pipeline c7ebd724e.
 */
export const MAX_READ_BYTES = 32 * 1024 - 512;

export const NAME = 'dev.tekton.image.name';
export const KIND = 'dev.tekton.image.kind';
export const API_VERSION = 'dev.tekton.image.apiVersion';

/** Kinds that a cluster takes from a bundle, with the versions that it knows (pkg/client/clientset/versioned/scheme). */
export const KINDS: Readonly<Record<string, readonly string[]>> = {
  Task: ['tekton.dev/v1', 'tekton.dev/v1beta1'],
  Pipeline: ['tekton.dev/v1', 'tekton.dev/v1beta1'],
  StepAction: ['tekton.dev/v1beta1', 'tekton.dev/v1alpha1'],
};

/** How tkn writes a version: without its group. The resolver asks only that it is there. */
export function versionOf(apiVersion: string): string {
  return apiVersion.slice(apiVersion.indexOf('/') + 1);
}
