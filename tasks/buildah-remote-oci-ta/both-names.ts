import { ExpectedError } from '#lib/errors';
import { quoted } from '#lib/text';

/*
 * Konflux' 0.13.0 renames CACHI2_ARTIFACT to PREFETCH_ARTIFACT, and BUILD_ARGS_FILE becomes the list BUILD_ARGS_FILES
 * (container-build-catalog, task@a46d505a and migrations/0.13.0.sh@179be6a2). A PipelineRun that refers to a bundle is
 * reached by no migration, so that both names are taken.
 */

/** The artifact of the prefetch; empty for none. */
export function prefetchArtifact({
  CACHI2_ARTIFACT,
  PREFETCH_ARTIFACT,
}: Readonly<Record<'CACHI2_ARTIFACT' | 'PREFETCH_ARTIFACT', string>>): string {
  if (CACHI2_ARTIFACT === '' || PREFETCH_ARTIFACT === '' || CACHI2_ARTIFACT === PREFETCH_ARTIFACT)
    return CACHI2_ARTIFACT || PREFETCH_ARTIFACT;
  throw different('CACHI2_ARTIFACT', CACHI2_ARTIFACT, 'PREFETCH_ARTIFACT', PREFETCH_ARTIFACT);
}

/** Files with build arguments, of which the later win. */
export function buildArgsFiles({
  BUILD_ARGS_FILE,
  BUILD_ARGS_FILES,
}: {
  readonly BUILD_ARGS_FILE: string;
  readonly BUILD_ARGS_FILES: readonly string[];
}): readonly string[] {
  const files = BUILD_ARGS_FILES.filter((file) => file !== '');
  if (files.length === 0) return BUILD_ARGS_FILE === '' ? [] : [BUILD_ARGS_FILE];
  if (BUILD_ARGS_FILE === '' || (files.length === 1 && files[0] === BUILD_ARGS_FILE)) return files;
  throw different('BUILD_ARGS_FILE', BUILD_ARGS_FILE, 'BUILD_ARGS_FILES', files.join(', '));
}

function different(name: string, value: string, other: string, otherValue: string): ExpectedError {
  return new ExpectedError(
    `${name} is ${quoted(value)} and ${other}, its later name, is ${quoted(otherValue)}`,
    {
      kind: 'usage',
      hint: `give one of them, or both with one value`,
    },
  );
}
