import { type Descriptor, fetchManifest, type ReadableTarget } from '#lib/oci';
import { REVISION } from './annotations.ts';

/** Whether two manifests differ in nothing but the revision that they were made from. */
export async function isSameButForRevision(
  a: ReadableTarget,
  rootA: Descriptor,
  b: ReadableTarget,
  rootB: Descriptor,
): Promise<boolean> {
  if (rootA.digest === rootB.digest) return true;
  if (rootA.mediaType !== rootB.mediaType) return false;
  const [textA, textB] = await Promise.all([withoutRevision(a, rootA), withoutRevision(b, rootB)]);
  return textA === textB;
}

async function withoutRevision(target: ReadableTarget, root: Descriptor): Promise<string> {
  const { annotations, ...rest } = await fetchManifest(target, root);
  return JSON.stringify({ ...rest, annotations: { ...annotations, [REVISION]: '' } });
}
