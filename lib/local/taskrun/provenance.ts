import type { Provenance, RefSource } from '../model/api.ts';
import type { FeatureFlags } from '../model/feature-flags.ts';

/** Where a resolver had it from, and what of Tekton's switches was on: everything that this engine knows is. */
export function provenanceOf(
  { resultsFrom, maxResultSize, compressesMessages, allowsManyClaims }: FeatureFlags,
  refSource: RefSource | undefined,
): Provenance {
  return {
    ...(refSource && { refSource }),
    featureFlags: {
      awaitSidecarReadiness: true,
      coschedule: allowsManyClaims ? 'disabled' : 'workspaces',
      enableAPIFields: 'alpha',
      enableArtifacts: true,
      enableCELInWhenExpression: true,
      enableParamEnum: true,
      enableProvenanceInStatus: true,
      enableStepActions: true,
      enableTerminationMessageCompression: compressesMessages,
      maxResultSize,
      resultExtractionMethod: resultsFrom,
    },
  };
}
