import { readdir } from 'node:fs/promises';
import { parseReference } from '#lib/oci';
import type { Values } from '#lib/tekton';
import { printable } from '#lib/text';
import { UnsupportedBuildError } from './buildah.ts';
import { ACTIVATION_KEY } from './places.ts';
import type { task } from './task.ts';

/**
 * What this task cannot do yet is an error before anything is built, and never left out in silence.
 *
 * @throws {UnsupportedBuildError} with the param
 */
export async function refuseUnsupported(
  params: Values<typeof task.params>,
  activationKey = ACTIVATION_KEY,
): Promise<void> {
  const { HERMETIC } = params;
  if (params.PRIVILEGED_NESTED)
    throw new UnsupportedBuildError(
      'PRIVILEGED_NESTED=true needs a host of its own, and this build is in its pod',
      {
        hint: 'containers in RUN lines are not possible there',
      },
    );
  // As upstream: where the build has no network, base images are not looked at again.
  if (params.CONTEXTUALIZE_SBOM && !HERMETIC && !params.SKIP_SBOM_GENERATION) {
    throw new UnsupportedBuildError('CONTEXTUALIZE_SBOM=true is not supported', { hint: 'set it to false' });
  }
  if (!params.SKIP_SBOM_GENERATION) {
    for (const image of params.ADDITIONAL_BASE_IMAGES) {
      if (parseReference(image).digest !== undefined) continue;
      throw new UnsupportedBuildError(`ADDITIONAL_BASE_IMAGES has ${printable(image)}, which has no digest`, {
        hint: 'the SBOM names images by their digests: write it as repository:tag@sha256:…',
      });
    }
  }
  const keys = await readdir(activationKey).catch(() => []);
  if (!HERMETIC && keys.some((name) => !name.startsWith('..'))) {
    throw new UnsupportedBuildError(
      'ACTIVATION_KEY is not supported: nothing here registers a build with Red Hat',
      {
        hint: 'name a Secret that is not there, or mount certificates by ENTITLEMENT_SECRET',
      },
    );
  }
}
