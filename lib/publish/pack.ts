import { packBundle } from '#lib/bundle';
import { createMemoryTarget, type Descriptor, type ReadableTarget } from '#lib/oci';
import type { Pipeline, StepAction, Task } from '#lib/tekton';
import { annotationsOf } from './annotations.ts';
import type { Source } from './source.ts';

export interface PackOptions {
  readonly name: string;
  readonly version: string;
  readonly licenses?: string | undefined;
  readonly source: Source;
  readonly format?: 'oci' | 'tkn' | undefined;
}

/** Packs one object as a bundle in memory; asks no registry. */
export async function packObject(
  object: Task | Pipeline | StepAction,
  { name, version, licenses, source, format = 'oci' }: PackOptions,
): Promise<{ readonly from: ReadableTarget; readonly root: Descriptor }> {
  const from = createMemoryTarget();
  const annotations = annotationsOf(
    { name, version, licenses, description: object.spec?.description },
    source,
  );
  return { from, root: await packBundle(from, [object], { format, annotations }) };
}
